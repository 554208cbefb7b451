//! The files of a pack, from a folder or from a request.
use super::encoding;
use super::names::{
    HOLIDAYS, REQUIRED, is_holidays, is_ignored, is_known, is_workbook, meant, stem, table_of, with_csv,
};
use super::sheets::{self, Sheet};
use super::{Expected, Faults};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Largest single file; a real city's biggest table is a few megabytes.
pub const FILE_BYTES_MAX: u64 = 64 << 20;

/// File name → content. Holidays are named `holidays/<year>.json`. Sheets of workbooks stand beside.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Files(pub BTreeMap<String, String>, Workbooks);

/// What came out of workbooks, and what could not be read at all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Workbooks {
    /// By the name of the CSV file that would have the same.
    tables: BTreeMap<String, Sheet>,
    /// CSV names that a file stands for that could not be read: they are not missing as well.
    unreadable: BTreeSet<String>,
    faults: Faults,
}

impl From<BTreeMap<String, String>> for Files {
    fn from(texts: BTreeMap<String, String>) -> Self {
        Self(texts, Workbooks::default())
    }
}

impl Files {
    /// The content of a file that is text.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// True when there is a table of this CSV name, in whatever form.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name) || self.1.tables.contains_key(name)
    }

    pub(super) fn sheet(&self, name: &str) -> Option<&Sheet> {
        self.1.tables.get(name)
    }

    /// Takes a file as it is kept: CSV in UTF-8 or GBK, JSON, or an XLSX workbook. What is wrong with it becomes
    /// a fault of the pack.
    pub fn add(&mut self, name: &str, bytes: Vec<u8>) {
        if is_ignored(name) || is_ignored(&with_csv(name)) {
            return;
        }
        if bytes.len() as u64 > FILE_BYTES_MAX {
            self.refuse_size(name);
        } else if is_workbook(name) {
            self.add_workbook(name, &bytes);
        } else {
            self.add_text(name, bytes);
        }
    }

    fn refuse_size(&mut self, name: &str) {
        let rule = Expected::Rule("a file of at most 64 MiB", "不超过64 MiB的文件");
        self.1.faults.add(name, None, None, "", &rule);
        self.1.unreadable.insert(with_csv(name));
    }

    fn add_text(&mut self, name: &str, bytes: Vec<u8>) {
        match encoding::decode(bytes) {
            Ok(text) => {
                self.0.insert(name.to_owned(), text);
            }
            Err(line) => {
                let rule = Expected::Rule("text in UTF-8 or GBK (GB18030)", "UTF-8 或 GBK（GB18030）编码");
                self.1.faults.add(name, Some(line), None, "", &rule);
                self.1.unreadable.insert(name.to_owned());
            }
        }
    }

    /// A workbook named like a table is that table; any other has one table per sheet, named like it.
    fn add_workbook(&mut self, name: &str, bytes: &[u8]) {
        let own = table_of(stem(name));
        let before = self.1.faults.count();
        let sheets = sheets::read(name, bytes, &mut self.1.faults);
        if self.1.faults.count() > before {
            match &own {
                Some(own) => self.1.unreadable.extend([own.clone()]),
                None => self.1.unreadable.extend(REQUIRED.map(str::to_owned)),
            }
        }
        let is_single = sheets.len() == 1;
        for (tab, sheet) in sheets {
            let table = match &own {
                Some(own) if is_single => Some(own.clone()),
                _ => table_of(&tab),
            };
            match table {
                Some(table) => {
                    self.1.tables.insert(table.clone(), sheet).inspect(|first| {
                        let rule = Expected::Rule("each table once", "同一张表不得重复");
                        self.1.faults.add(&first.shown, None, None, &table, &rule);
                    });
                }
                None if is_ignored(&with_csv(&tab)) => {}
                None => {
                    let rule = Expected::Rule(
                        "a sheet named like a table of a pack (divisions, units, 派单目录, …)",
                        "以数据包表名命名的工作表（divisions、units、派单目录等）",
                    );
                    self.1.faults.add(&sheet.shown, None, None, &tab, &rule);
                }
            }
        }
    }

    /// The holiday files, by year.
    pub fn holidays(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .filter(|(name, _)| is_holidays(name))
            .map(|(name, content)| (name.as_str(), content.as_str()))
    }

    /// Missing, unknown, doubled and unreadable files.
    pub(super) fn check_names(&self, faults: &mut Faults) {
        faults.extend(&self.1.faults);
        for name in &self.1.unreadable {
            if !self.has(name) {
                faults.unread(name);
            }
        }
        for name in REQUIRED
            .iter()
            .filter(|name| !self.has(name) && !self.1.unreadable.contains(**name))
        {
            faults.add(name, None, None, "", &Expected::File);
            faults.unread(name);
        }
        for name in self.0.keys().filter(|name| !is_known(name) && !is_ignored(name)) {
            let expected = meant(name).map_or(Expected::KnownFile, Expected::FileNamed);
            faults.add(name, None, None, name, &expected);
        }
        for (name, sheet) in self
            .1
            .tables
            .iter()
            .filter(|(name, _)| self.0.contains_key(*name))
        {
            let rule = Expected::Rule(
                "each table once, as CSV or as XLSX",
                "同一张表只能有 CSV 或 XLSX 之一",
            );
            faults.add(&sheet.shown, None, None, name, &rule);
        }
    }
}

/// The files of a folder that belong to a pack: tables as CSV or XLSX, boundaries, holidays, and what is taken for a
/// misspelt one of them, so that [`super::read`] refuses it by name. Other files there are left alone.
///
/// # Errors
/// When the folder cannot be read, or nothing there belongs to a pack.
pub fn list_folder(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if is_known(&name) || is_workbook(&name) || meant(&name).is_some() {
            found.push((name.clone(), folder.join(&name)));
        }
    }
    let holidays = folder.join(HOLIDAYS);
    if holidays.is_dir() {
        for entry in std::fs::read_dir(&holidays)? {
            let name = format!("{HOLIDAYS}{}", entry?.file_name().to_string_lossy());
            if is_holidays(&name) {
                found.push((name.clone(), folder.join(&name)));
            }
        }
    }
    if found.is_empty() {
        return Err(io::Error::new(
            io::ErrorKind::NotFound,
            format!("{} holds no pack", folder.display()),
        ));
    }
    found.sort();
    Ok(found)
}

/// Reads the files of a folder that belong to a pack.
///
/// # Errors
/// When the folder or a file cannot be read, or nothing there belongs to a pack. What is wrong inside a file is a fault
/// that [`super::read`] tells.
pub fn read_folder(folder: &Path) -> io::Result<Files> {
    let mut files = Files::default();
    for (name, path) in list_folder(folder)? {
        read_file(&mut files, &name, &path)?;
    }
    Ok(files)
}

fn read_file(files: &mut Files, name: &str, path: &Path) -> io::Result<()> {
    match read_bytes(path)? {
        Some(bytes) => files.add(name, bytes),
        None => files.refuse_size(name),
    }
    Ok(())
}

/// The bytes of a file; `None` for one above [`FILE_BYTES_MAX`], of which nothing is read.
///
/// # Errors
/// When it cannot be read; the error names it.
pub fn read_bytes(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    let file = File::open(path).map_err(named)?;
    if file.metadata().map_err(named)?.len() > FILE_BYTES_MAX {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(named)?;
    // It may have grown meanwhile.
    Ok((bytes.len() as u64 <= FILE_BYTES_MAX).then_some(bytes))
}
