//! How well places are found, on the complaints of a larger city where its pack is at hand: from coordinates,
//! address, title and text, held against the division that a reader gave them.
use super::larger_city::{folder, found, is_routed, say};
use super::*;
use crate::domain::codes::DivisionId;
use crate::domain::decide::Chain;
use crate::domain::decide::place::{How, Located, Trouble, locate};
use crate::domain::validity::Day;
use crate::domain::words::DivisionLevel;

/// What may be read.
#[derive(Clone, Copy, Debug)]
enum Read {
    Address,
    AddressAndPoint,
    TitleAndText,
    Everything,
}

/// How the complaints came out; the first five add up to all.
#[derive(Clone, Copy, Default, Debug)]
struct Places {
    exact: usize,
    /// The right division, known more coarsely or more finely than the reader did.
    consistent: usize,
    wrong: usize,
    doubtful: usize,
    unknown: usize,
    right_district: usize,
    doubtful_with_the_right_one: usize,
}

fn with_place(row: &BTreeMap<String, String>, read: Read) -> Question {
    let all = question(row, "正确事项编码", "编号");
    let text = |column: &str| row.get(column).filter(|text| !text.is_empty()).cloned();
    let hints = || ["标题", "正文"].into_iter().filter_map(text).collect();
    let (address, point) = (all.place.address.clone(), all.place.point);
    let (address, point, hints) = match read {
        Read::Address => (address, None, Vec::new()),
        Read::AddressAndPoint => (address, point, Vec::new()),
        Read::TitleAndText => (None, None, hints()),
        Read::Everything => (address, point, hints()),
    };
    let division = None;
    Question {
        place: Place {
            division,
            point,
            address,
            hints,
        },
        ..all
    }
}

fn measure(directory: &Directory, row: &BTreeMap<String, String>, read: Read, places: &mut Places) -> String {
    let question = with_place(row, read);
    let day = Day::from(directory.local(question.accepted_at).date());
    let expected = directory.divisions.find(&row["正确区划编码"]).unwrap();
    let district = |id| {
        let mut above = directory.divisions.lineage(id);
        above.find(|id| directory.divisions.level(*id) <= DivisionLevel::Zone)
    };
    let name = |id: DivisionId| directory.divisions.get(id).code.clone();
    match locate(directory, &question.place, day) {
        Ok(at) => {
            let (inside, around) = (
                directory.divisions.within(at.division, expected),
                directory.divisions.within(expected, at.division),
            );
            let zone = Chain::of(directory, &Located::by(How::Address, expected), day)
                .divisions
                .contains(&at.division);
            places.exact += usize::from(at.division == expected);
            places.consistent += usize::from(at.division != expected && (inside || around || zone));
            places.wrong += usize::from(!inside && !around && !zone);
            places.right_district += usize::from(district(at.division) == district(expected) || zone);
            if at.division == expected {
                String::new()
            } else {
                format!("{} {:?}", name(at.division), at.how)
            }
        }
        Err(Trouble::Ambiguous(several)) => {
            places.doubtful += 1;
            let right = several.iter().any(|at| {
                directory.divisions.within(at.division, expected)
                    || directory.divisions.within(expected, at.division)
            });
            places.doubtful_with_the_right_one += usize::from(right);
            let names: Vec<String> = several.iter().map(|at| name(at.division)).collect();
            format!("one of {}", names.join(" "))
        }
        Err(Trouble::Unknown) => {
            places.unknown += 1;
            "unknown".to_owned()
        }
    }
}

#[test]
fn places_of_a_larger_city_are_found() {
    let Some(folder) = folder() else {
        say(
            "SKIPPED places_of_a_larger_city_are_found: no city pack; name its folder with HOTLINE_CITY_PACK",
        );
        return;
    };
    let directory = Directory::new(1, snapshot(&folder)).unwrap();
    let complaints = rows(&folder.join("complaints_train.csv"));
    let told: Vec<_> = complaints
        .iter()
        .filter(|row| row["正确区划编码"] != "410100")
        .collect();
    say(&format!(
        "{} complaints, {} of them with a place that a reader can know",
        complaints.len(),
        told.len()
    ));
    let mut last = (0, 0, 0);
    for read in [
        Read::Address,
        Read::AddressAndPoint,
        Read::TitleAndText,
        Read::Everything,
    ] {
        let mut places = Places::default();
        let mut outcomes = [0_usize; 3];
        for row in &told {
            let seen = measure(&directory, row, read, &mut places);
            let mut line = String::new();
            if is_routed(&row["正确处置"]) {
                let [disposition, lead, ..] = found(&directory, &decide(&directory, &with_place(row, read)));
                let right = (disposition.as_str(), lead.as_str())
                    == (row["正确处置"].as_str(), row["正确主办单位"].as_str());
                outcomes[if right {
                    0
                } else {
                    1 + usize::from(disposition == "补充信息")
                }] += 1;
                if !right {
                    line = format!(
                        "→ {disposition} {lead}, expected {} {}",
                        row["正确处置"], row["正确主办单位"]
                    );
                }
            }
            if std::env::var("PLACES").is_ok()
                && matches!(read, Read::Everything | Read::TitleAndText)
                && !(seen.is_empty() && line.is_empty())
            {
                say(&format!(
                    "  {} {} {} | {} | {} | {seen} {line}",
                    row["编号"], row["正确区划编码"], row["经度"], row["地点文本"], row["标题"]
                ));
            }
        }
        let [right, wrong, asked_for] = outcomes;
        let share = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        let located = places.exact + places.consistent + places.wrong;
        say(&format!(
            "{read:?}: located {:.1} % (exact {:.1} %, coarser or finer {:.1} %, wrong {:.1} % of these; right district {:.1} %), in doubt {} (the right one among them: {}), unknown {}; \
             with the right matter, kind and facts: unit right {:.1} % of those decided, decided {:.1} %",
            share(located, told.len()),
            share(places.exact, located),
            share(places.consistent, located),
            share(places.wrong, located),
            share(places.right_district, located),
            places.doubtful,
            places.doubtful_with_the_right_one,
            places.unknown,
            share(right, right + wrong),
            share(right + wrong, right + wrong + asked_for),
        ));
        last = (right, wrong, asked_for);
    }
    if std::env::var("PLACES").is_ok() {
        for row in complaints.iter().filter(|row| row["正确区划编码"] == "410100") {
            let seen = measure(&directory, row, Read::Everything, &mut Places::default());
            say(&format!(
                "  none {} {} {} | {seen} | {}",
                row["正确处置"], row["标题"], row["地点文本"], row["正文"]
            ));
        }
    }
    let (right, wrong, asked_for) = last;
    assert!(
        right * 100 >= (right + wrong) * 95,
        "{right} right, {wrong} wrong"
    );
    assert!(
        (right + wrong) * 100 >= (right + wrong + asked_for) * 90,
        "{asked_for} must be asked for"
    );
}
