//! A draft of the directory: the content it began with, and every edit since. What it comes to is computed, so that
//! who changed which row stays known.
use crate::domain::snapshot::{DutyRow, Snapshot, UnitRow};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use thiserror::Error;

/// Where a draft stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DraftState {
    /// It can be edited.
    Open,
    /// It became a version.
    Published,
    /// It was given up.
    Discarded,
}

impl DraftState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Published, Self::Discarded];

    /// The word in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Published => "published",
            Self::Discarded => "discarded",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// One change of one row.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "edit", rename_all = "snake_case")]
pub enum Edit {
    /// A new duty, or another content of one.
    PutDuty {
        /// The row.
        row: Box<DutyRow>,
    },
    /// A duty less. It stays in the versions that had it.
    DeleteDuty {
        /// 条目编号
        code: String,
    },
    /// A new unit or temporary line, or another content of one.
    PutUnit {
        /// The row.
        row: Box<UnitRow>,
    },
    /// A unit less.
    DeleteUnit {
        /// 单位编码
        code: String,
    },
}

/// Why an edit cannot be made.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum EditRefused {
    /// There is no such row to delete.
    #[error("the draft has no {0}")]
    Unknown(String),
    /// Rows still name the unit.
    #[error("{unit} is still named by {by}: change or delete that first, or give the unit an end date")]
    Named {
        /// The unit.
        unit: String,
        /// One of the rows.
        by: String,
    },
}

/// Whether an edit can be made; changes nothing.
///
/// # Errors
/// When the row to delete is not there, or is still needed.
pub fn check(snapshot: &Snapshot, edit: &Edit) -> Result<(), EditRefused> {
    match edit {
        Edit::PutDuty { .. } | Edit::PutUnit { .. } => Ok(()),
        Edit::DeleteDuty { code } => position(&snapshot.duties, code, |row| &row.code).map(drop),
        Edit::DeleteUnit { code } => match names_unit(snapshot, code) {
            Some(by) => Err(EditRefused::Named {
                unit: code.clone(),
                by,
            }),
            None => position(&snapshot.units, code, |row| &row.code).map(drop),
        },
    }
}

/// Makes an edit. Rows stay sorted by code, so that the same content has the same bytes however it came about.
///
/// # Errors
/// As [`check`].
pub fn apply(snapshot: &mut Snapshot, edit: &Edit) -> Result<(), EditRefused> {
    check(snapshot, edit)?;
    match edit {
        Edit::PutDuty { row } => put(&mut snapshot.duties, row.as_ref().clone(), |row| &row.code),
        Edit::PutUnit { row } => put(&mut snapshot.units, row.as_ref().clone(), |row| &row.code),
        Edit::DeleteDuty { code } => drop(
            snapshot
                .duties
                .remove(position(&snapshot.duties, code, |row| &row.code)?),
        ),
        Edit::DeleteUnit { code } => drop(
            snapshot
                .units
                .remove(position(&snapshot.units, code, |row| &row.code)?),
        ),
    }
    Ok(())
}

fn put<T>(rows: &mut Vec<T>, row: T, code: impl Fn(&T) -> &String) {
    match rows.binary_search_by(|other| code(other).cmp(code(&row))) {
        Ok(position) => rows[position] = row,
        Err(position) => rows.insert(position, row),
    }
}

fn position<T>(rows: &[T], wanted: &String, code: impl Fn(&T) -> &String) -> Result<usize, EditRefused> {
    rows.binary_search_by(|other| code(other).cmp(wanted))
        .map_err(|_| EditRefused::Unknown(wanted.clone()))
}

fn names_unit(snapshot: &Snapshot, code: &String) -> Option<String> {
    let duty = snapshot
        .duties
        .iter()
        .find(|duty| duty.lead == *code || duty.co_handlers.contains(code));
    let unit = || {
        snapshot
            .units
            .iter()
            .find(|unit| unit.parent.as_ref() == Some(code))
    };
    let scope = || snapshot.scope.iter().find(|row| row.unit.as_ref() == Some(code));
    duty.map(|duty| duty.code.clone())
        .or_else(|| unit().map(|unit| unit.code.clone()))
        .or_else(|| scope().map(|row| row.code.clone()))
}

/// How the rows of one table differ from another version's.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct TableChanges {
    /// Keys of rows that are new, the first ones.
    pub added: Vec<String>,
    /// Keys of rows with another content, the first ones.
    pub changed: Vec<String>,
    /// Keys of rows that are gone, the first ones.
    pub removed: Vec<String>,
    /// How many rows differ, listed or not.
    pub count: usize,
}

/// Keys that are listed per table and kind of change.
const LISTED_MAX: usize = 200;

/// What differs, by table; tables without a difference are not there. What is one value for the whole city is a
/// table too: `policies` by the name of the policy, `city_calendar` by the code of the calendar.
#[must_use]
pub fn changes(before: &Snapshot, after: &Snapshot) -> BTreeMap<&'static str, TableChanges> {
    macro_rules! rows {
        ($table:ident, $key:expr) => {
            of(&before.$table, &after.$table, $key)
        };
    }
    let tables = [
        ("divisions", rows!(divisions, |row| row.code.clone())),
        ("overlays", rows!(overlays, |row| row.code.clone())),
        (
            "boundaries",
            rows!(boundaries, |row| format!("{}@{}", row.division, row.dates.from)),
        ),
        ("gazetteer", rows!(gazetteer, |row| row.code.clone())),
        ("units", rows!(units, |row| row.code.clone())),
        ("matters", rows!(matters, |row| row.code.clone())),
        ("duties", rows!(duties, |row| row.code.clone())),
        ("intake_scope", rows!(scope, |row| row.code.clone())),
        ("deadlines", rows!(deadlines, |row| row.code.clone())),
        ("work_hours", rows!(calendars, |row| row.code.clone())),
        ("holidays", rows!(days, |row| row.date.to_string())),
        ("past_orders", rows!(past_orders, |row| row.number.clone())),
        ("functions", of_map(&before.functions, &after.functions)),
        ("codes", of_map(&before.vocabulary, &after.vocabulary)),
        (
            "policies",
            of_map(&before.policies.by_name(), &after.policies.by_name()),
        ),
        (
            "city_calendar",
            of(
                std::slice::from_ref(&before.city_calendar),
                std::slice::from_ref(&after.city_calendar),
                String::clone,
            ),
        ),
        (
            "utc_offset_secs",
            of(
                &[before.utc_offset_secs],
                &[after.utc_offset_secs],
                i32::to_string,
            ),
        ),
    ];
    tables
        .into_iter()
        .filter(|(_, changes)| changes.count > 0)
        .collect()
}

fn of_map<K: Ord + Clone + ToString, V: PartialEq + Clone>(
    before: &BTreeMap<K, V>,
    after: &BTreeMap<K, V>,
) -> TableChanges {
    let pairs = |map: &BTreeMap<K, V>| map.clone().into_iter().collect::<Vec<_>>();
    of(&pairs(before), &pairs(after), |row| row.0.to_string())
}

fn of<T: PartialEq>(before: &[T], after: &[T], key: impl Fn(&T) -> String) -> TableChanges {
    let known: BTreeMap<String, &T> = before.iter().map(|row| (key(row), row)).collect();
    let now: BTreeMap<String, &T> = after.iter().map(|row| (key(row), row)).collect();
    let mut changes = TableChanges::default();
    for (code, row) in &now {
        match known.get(code) {
            None => changes.added.push(code.clone()),
            Some(other) if other != row => changes.changed.push(code.clone()),
            Some(_) => {}
        }
    }
    changes.removed = known
        .keys()
        .filter(|code| !now.contains_key(*code))
        .cloned()
        .collect();
    changes.count = changes.added.len() + changes.changed.len() + changes.removed.len();
    for list in [&mut changes.added, &mut changes.changed, &mut changes.removed] {
        list.truncate(LISTED_MAX);
    }
    changes
}

#[cfg(test)]
mod tests;
