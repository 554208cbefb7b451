//! From rows to indexes. A snapshot that came out of `pack` always builds; an edited or damaged one may not.
use super::calendars::SpecialDays;
use super::{Boundaries, Deadlines, Directory, Divisions, Duties, Gazetteer, Matters, Overlays, Units};
use crate::domain::codes::{Codes, FunctionId};
use crate::domain::snapshot::Snapshot;
use crate::domain::text::Source;
use chrono::FixedOffset;
use thiserror::Error;

/// Why a snapshot is no directory.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{table} {row}: {problem}")]
pub struct BuildError {
    /// The table of the snapshot.
    pub table: &'static str,
    /// The row's key.
    pub row: String,
    /// What is wrong.
    pub problem: String,
}

impl BuildError {
    pub(super) fn new(table: &'static str, row: &str, problem: impl Into<String>) -> Self {
        Self {
            table,
            row: row.to_owned(),
            problem: problem.into(),
        }
    }

    pub(super) fn unknown(table: &'static str, row: &str, what: &str, code: &str) -> Self {
        Self::new(table, row, format!("unknown {what} {code}"))
    }
}

impl Directory {
    /// Indexes a snapshot as the given version.
    ///
    /// # Errors
    /// When a row refers to something that is not there, or a condition or role cannot be read.
    pub fn new(version: i64, snapshot: Snapshot) -> Result<Self, BuildError> {
        let offset = FixedOffset::east_opt(snapshot.utc_offset_secs)
            .ok_or_else(|| BuildError::new("snapshot", "utc_offset_secs", "is no offset from UTC"))?;
        let source = Source::of(&snapshot);
        let functions: Codes<FunctionId> = Codes::new(snapshot.functions.keys().map(String::as_str));
        let divisions = Divisions::new(snapshot.divisions)?;
        let overlays = Overlays::new(snapshot.overlays, &divisions, &functions)?;
        let boundaries = Boundaries::new(snapshot.boundaries, &divisions)?;
        let gazetteer = Gazetteer::new(&snapshot.gazetteer, &divisions)?;
        let units = Units::new(snapshot.units, &divisions, &functions)?;
        let matters = Matters::new(snapshot.matters)?;
        let duties = Duties::new(snapshot.duties, &divisions, &matters, &units, &functions)?;
        Ok(Self {
            version,
            offset,
            divisions,
            overlays,
            boundaries,
            gazetteer,
            units,
            matters,
            duties,
            deadlines: Deadlines::new(snapshot.deadlines)?,
            scope: snapshot.scope,
            source,
            calendars: snapshot.calendars,
            city_calendar: snapshot.city_calendar,
            special_days: SpecialDays::new(&snapshot.days),
        })
    }
}
