//! A city's pack 数据包: tables with Chinese headers as CSV or XLSX, GeoJSON and holiday files, read into a [`Snapshot`].
//!
//! All or nothing: every fault is collected with file, line, column, value and what was expected, and a pack with
//! one fault gives no snapshot. Unknown columns are refused, every reference is checked, rows are sorted by key:
//! the same content always gives the same bytes and thus the same hash.
mod archive;
mod boundaries;
mod cells;
mod deadlines;
mod divisions;
mod duties;
mod encoding;
mod fault;
mod files;
mod gazetteer;
mod hours;
mod matters;
mod names;
mod overlays;
mod past_orders;
mod policies;
mod references;
pub mod rows;
mod scope;
mod sheets;
mod table;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_xlsx;
mod units;
mod vocabulary;

pub use fault::{Expected, FAULTS_MAX, Fault, Faults};
pub use files::{FILE_BYTES_MAX, Files, Workbooks, list_folder, read_bytes, read_folder};

use crate::domain::snapshot::Snapshot;
use references::References;
use sha2::{Digest, Sha256};

/// Reads a pack. `utc_offset_secs` is the city's local time: its dates and hours are local.
///
/// # Errors
/// Every fault found, up to [`FAULTS_MAX`].
pub fn read(files: &Files, utc_offset_secs: i32) -> Result<Snapshot, Faults> {
    let mut faults = Faults::default();
    files.check_names(&mut faults);
    let (vocabulary, functions) = vocabulary::read(files, &mut faults);
    let mut known = References::new(vocabulary, functions);
    let divisions = divisions::read(files, &mut known, &mut faults);
    let calendars = hours::read(files, utc_offset_secs, &mut known, &mut faults);
    let units = units::read(files, &mut known, &mut faults);
    let matters = matters::read(files, &mut known, &mut faults);
    let gazetteer = gazetteer::read(files, &mut known, &mut faults);
    let snapshot = Snapshot {
        utc_offset_secs,
        overlays: overlays::read(files, &known, &mut faults),
        boundaries: boundaries::read(files, &known, &mut faults),
        duties: duties::read(files, &known, &mut faults),
        scope: scope::read(files, &known, &mut faults),
        deadlines: deadlines::read(files, &known, &mut faults),
        past_orders: past_orders::read(files, &known, &mut faults),
        divisions,
        gazetteer,
        units,
        matters,
        functions: known.functions,
        vocabulary: known.vocabulary,
        calendars: calendars.calendars,
        city_calendar: calendars.city,
        days: calendars.days,
        policies: policies::read(files, &mut faults),
    };
    if faults.is_empty() {
        Ok(snapshot)
    } else {
        Err(faults)
    }
}

/// The bytes that are stored and sent, and their SHA-256 in hexadecimal.
///
/// # Errors
/// Never for a snapshot that [`read`] made; serialization of plain data does not fail.
pub fn encode(snapshot: &Snapshot) -> Result<(Vec<u8>, String), serde_json::Error> {
    let bytes = serde_json::to_vec(snapshot)?;
    let hash = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok((bytes, hash))
}
