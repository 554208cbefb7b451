//! The files of a pack, from a folder or from a request.
use super::{Expected, Faults};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// Files that a pack must have.
const REQUIRED: [&str; 8] = [
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
const OPTIONAL: [&str; 6] = [
    "overlays.csv",
    "gazetteer.csv",
    "boundaries.geojson",
    "intake_scope.csv",
    "past_orders.csv",
    "complaints_train.csv",
];
/// Files that lie in a pack's folder and are for others: how units are connected, sample complaints, words.
const IGNORED: [&str; 4] = ["unit_access.csv", "complaints.csv", "README.md", "NOTICE.md"];
/// A folder with the right answers for sample complaints: for tests, never for import.
const ANSWERS: &str = "answers/";
const HOLIDAYS: &str = "holidays/";

/// Largest single file; a real city's biggest table is a few megabytes.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// File name → content. Holidays are named `holidays/<year>.json`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Files(pub BTreeMap<String, String>);

impl Files {
    /// The content of a file.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The holiday files, by year.
    pub fn holidays(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .filter(|(name, _)| is_holidays(name))
            .map(|(name, content)| (name.as_str(), content.as_str()))
    }

    /// Missing and unknown files.
    pub(super) fn check_names(&self, faults: &mut Faults) {
        for name in REQUIRED.iter().filter(|name| !self.0.contains_key(**name)) {
            faults.add(name, None, None, "", &Expected::File);
        }
        for name in self.0.keys().filter(|name| !is_known(name) && !is_ignored(name)) {
            faults.add(name, None, None, name, &Expected::KnownFile);
        }
    }
}

fn is_holidays(name: &str) -> bool {
    name.starts_with(HOLIDAYS) && name.ends_with(".json")
}

fn is_ignored(name: &str) -> bool {
    IGNORED.contains(&name) || name.starts_with(ANSWERS)
}

fn is_known(name: &str) -> bool {
    REQUIRED.contains(&name) || OPTIONAL.contains(&name) || is_holidays(name)
}

/// Reads the files that belong to a pack from a folder; other files there are left alone.
///
/// # Errors
/// When the folder or a file cannot be read, is too large or is not UTF-8.
pub fn read_folder(folder: &Path) -> io::Result<Files> {
    let mut files = Files::default();
    for name in REQUIRED.into_iter().chain(OPTIONAL) {
        let path = folder.join(name);
        if path.exists() {
            files.0.insert(name.to_owned(), read_file(&path)?);
        }
    }
    let holidays = folder.join(HOLIDAYS);
    if holidays.is_dir() {
        for entry in std::fs::read_dir(&holidays)? {
            let name = format!("{HOLIDAYS}{}", entry?.file_name().to_string_lossy());
            if is_holidays(&name) {
                files.0.insert(name.clone(), read_file(&folder.join(&name))?);
            }
        }
    }
    if files.0.is_empty() {
        return Err(io::Error::new(
            io::ErrorKind::NotFound,
            format!("{} holds no pack", folder.display()),
        ));
    }
    Ok(files)
}

fn read_file(path: &Path) -> io::Result<String> {
    let problem = |problem: &str| {
        io::Error::new(
            io::ErrorKind::InvalidData,
            format!("{}: {problem}", path.display()),
        )
    };
    if std::fs::metadata(path)?.len() > FILE_BYTES_MAX {
        return Err(problem("is larger than 64 MiB"));
    }
    String::from_utf8(std::fs::read(path)?).map_err(|_| problem("is not UTF-8"))
}
