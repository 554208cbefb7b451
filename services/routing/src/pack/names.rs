//! What the files of a pack are called.

/// Files that a pack must have.
pub(super) const REQUIRED: [&str; 8] = [
    "codes.csv",
    "functions.csv",
    "divisions.csv",
    "units.csv",
    "matters.csv",
    "duties.csv",
    "deadlines.csv",
    "work_hours.csv",
];
/// Files that a pack may have.
const OPTIONAL: [&str; 7] = [
    "policies.csv",
    "overlays.csv",
    "gazetteer.csv",
    "boundaries.geojson",
    "intake_scope.csv",
    "past_orders.csv",
    "complaints_train.csv",
];
/// Files that lie in a pack's folder and are for others: how units are connected, other hotlines, sample complaints, the
/// policies of other services, words.
const IGNORED: [&str; 9] = [
    "unit_access.csv",
    "peers.csv",
    "peer_matters.csv",
    "complaints.csv",
    "callback.toml",
    "ladder.toml",
    "scores.toml",
    "README.md",
    "NOTICE.md",
];
/// A folder with the right answers for sample complaints: for tests, never for import.
const ANSWERS: &str = "answers/";
pub(super) const HOLIDAYS: &str = "holidays/";
const CSV: &str = ".csv";
const XLSX: &str = ".xlsx";
/// What a spreadsheet program leaves beside an open workbook.
const LOCK_FILE: &str = "~$";

/// What cities write on the tabs of their workbooks, beside the names of the files.
const TITLES: [(&str, &str); 16] = [
    ("区划", "divisions"),
    ("行政区划", "divisions"),
    ("功能区接管", "overlays"),
    ("地名", "gazetteer"),
    ("职能", "functions"),
    ("码表", "codes"),
    ("单位", "units"),
    ("承办单位", "units"),
    ("事项", "matters"),
    ("职责", "duties"),
    ("派单目录", "duties"),
    ("受理范围", "intake_scope"),
    ("时限", "deadlines"),
    ("工作时间", "work_hours"),
    ("政策", "policies"),
    ("历史工单", "past_orders"),
];
/// A name that is so many slips of the pen from a known one is taken for that.
const SLIPS_MAX: usize = 2;
/// What misspelt tables end in; backups and notes end otherwise.
const SPELT: [&str; 2] = [CSV, ".geojson"];

pub(super) fn is_holidays(name: &str) -> bool {
    name.starts_with(HOLIDAYS) && name.ends_with(".json")
}

pub(super) fn is_ignored(name: &str) -> bool {
    IGNORED.contains(&name) || name.starts_with(ANSWERS) || name.starts_with(LOCK_FILE)
}

pub(super) fn is_known(name: &str) -> bool {
    REQUIRED.contains(&name) || OPTIONAL.contains(&name) || is_holidays(name)
}

pub(super) fn is_workbook(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(XLSX)
}

pub(super) fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

pub(super) fn with_csv(name: &str) -> String {
    format!("{}{CSV}", stem(name))
}

/// The CSV name of a table from a file's stem or a sheet's name.
pub(super) fn table_of(name: &str) -> Option<String> {
    let name = stem(name.trim());
    let title = TITLES.iter().find(|(title, _)| *title == name);
    let csv = format!("{}{CSV}", title.map_or(name, |(_, table)| *table));
    is_known(&csv).then_some(csv)
}

/// The known name that a file's name is taken for: `polices.csv` for `policies.csv`. `None` for a known name, and for one
/// that is like none.
pub(super) fn meant(name: &str) -> Option<&'static str> {
    let small = name.to_ascii_lowercase();
    if is_known(name) || is_ignored(name) || !SPELT.iter().any(|end| small.ends_with(end)) {
        return None;
    }
    let known = REQUIRED.into_iter().chain(OPTIONAL);
    let slips = known.map(|known| (strsim::osa_distance(&small, known), known));
    let (slips, nearest) = slips.min()?;
    (slips <= SLIPS_MAX).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn a_misspelt_name_is_taken_for_the_known_one_and_others_are_left_alone() {
        for (name, expected) in [
            ("polices.csv", Some("policies.csv")),
            ("complaint_train.csv", Some("complaints_train.csv")),
            ("past_odrers.csv", Some("past_orders.csv")),
            ("Overlays.CSV", Some("overlays.csv")),
            ("boundary.geojson", None),
            ("boundarys.geojson", Some("boundaries.geojson")),
            ("policies.csv", None),
            ("peers.csv", None),
            ("complaints.csv", None),
            ("complaints_test.csv", None),
            ("policies.csv~", None),
            ("README.md", None),
        ] {
            assert_eq!(meant(name), expected, "{name}");
        }
    }
}
