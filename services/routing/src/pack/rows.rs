//! One row at a time, for editors: checked exactly as a line of the file would be.
use super::references::{KnownDivision, KnownUnit, References};
use super::{Faults, Files, duties, units};
use crate::domain::draft::Edit;
use crate::domain::snapshot::{DutyRow, Snapshot, UnitRow};
use csv::{StringRecord, Writer};

/// Header → text of the cell.
pub type Row = [(&'static str, String)];

/// What a row may refer to: the keys of all other rows. To gather it takes a look at each of them, to keep it up with
/// an edit does not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Known(References);

impl Known {
    /// Reads a duty as a line of `duties.csv`.
    ///
    /// # Errors
    /// Every fault with its column, value and what was expected.
    pub fn duty(&self, row: &Row) -> Result<DutyRow, Faults> {
        let mut faults = Faults::default();
        let rows = duties::read(&one("duties.csv", row), &self.0, &mut faults);
        only(rows, faults)
    }

    /// Reads a unit as a line of `units.csv`.
    ///
    /// # Errors
    /// As [`Known::duty`].
    pub fn unit(&self, code: &str, row: &Row) -> Result<UnitRow, Faults> {
        let mut faults = Faults::default();
        let mut known = self.0.clone();
        // It may be there already: then this is its new content.
        known.units.remove(code);
        let rows = units::read(&one("units.csv", row), &mut known, &mut faults);
        only(rows, faults)
    }

    /// Knows what the snapshot comes to with this edit.
    pub fn learn(&mut self, edit: &Edit) {
        match edit {
            // Nothing refers to a duty.
            Edit::PutDuty { .. } | Edit::DeleteDuty { .. } => {}
            Edit::PutUnit { row } => drop(self.0.units.insert(row.code.clone(), known_unit(row))),
            Edit::DeleteUnit { code } => drop(self.0.units.remove(code)),
        }
    }
}

fn known_unit(row: &UnitRow) -> KnownUnit {
    KnownUnit {
        parent: row.parent.clone(),
    }
}

fn only<T>(mut rows: Vec<T>, faults: Faults) -> Result<T, Faults> {
    match rows.pop() {
        Some(row) if faults.is_empty() => Ok(row),
        _ => Err(faults),
    }
}

/// A file of one line.
fn one(file: &str, row: &Row) -> Files {
    let headers: StringRecord = row.iter().map(|(header, _)| *header).collect();
    let cells: StringRecord = row.iter().map(|(_, cell)| cell.as_str()).collect();
    let mut writer = Writer::from_writer(Vec::new());
    let written = writer
        .write_record(&headers)
        .and_then(|()| writer.write_record(&cells));
    let text = written
        .ok()
        .and_then(|()| writer.into_inner().ok())
        .and_then(|bytes| String::from_utf8(bytes).ok());
    Files::from(
        [(file.to_owned(), text.unwrap_or_default())]
            .into_iter()
            .collect::<std::collections::BTreeMap<_, _>>(),
    )
}

impl From<&Snapshot> for Known {
    fn from(snapshot: &Snapshot) -> Self {
        let mut known = References::new(snapshot.vocabulary.clone(), snapshot.functions.clone());
        for row in &snapshot.divisions {
            let division = KnownDivision {
                level: row.level,
                parent: row.parent.clone(),
            };
            known.divisions.insert(row.code.clone(), division);
        }
        known.calendars = snapshot
            .calendars
            .iter()
            .map(|calendar| calendar.code.clone())
            .collect();
        known.units = snapshot
            .units
            .iter()
            .map(|unit| (unit.code.clone(), known_unit(unit)))
            .collect();
        known.matters = snapshot
            .matters
            .iter()
            .map(|matter| (matter.code.clone(), matter.level))
            .collect();
        known.place_names = snapshot
            .gazetteer
            .iter()
            .map(|entry| entry.name.clone())
            .collect();
        Self(known)
    }
}
