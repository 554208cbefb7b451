//! The keys that other files refer to.
use super::cells::Cells;
use super::{Expected, Faults};
use crate::domain::words::DivisionLevel;
use std::collections::{BTreeMap, BTreeSet};

/// What is known of a division.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct KnownDivision {
    pub level: DivisionLevel,
    pub parent: Option<String>,
}

/// What is known of a unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct KnownUnit {
    pub parent: Option<String>,
}

/// Everything that may be referred to, filled file by file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct References {
    pub vocabulary: BTreeMap<String, Vec<String>>,
    pub functions: BTreeMap<String, String>,
    pub divisions: BTreeMap<String, KnownDivision>,
    pub calendars: BTreeSet<String>,
    pub units: BTreeMap<String, KnownUnit>,
    pub matters: BTreeMap<String, u8>,
    pub place_names: BTreeSet<String>,
}

impl References {
    pub const fn new(vocabulary: BTreeMap<String, Vec<String>>, functions: BTreeMap<String, String>) -> Self {
        Self {
            vocabulary,
            functions,
            divisions: BTreeMap::new(),
            calendars: BTreeSet::new(),
            units: BTreeMap::new(),
            matters: BTreeMap::new(),
            place_names: BTreeSet::new(),
        }
    }

    /// A division, which must exist.
    pub fn division(&self, cells: &Cells<'_>, column: &'static str, faults: &mut Faults) -> String {
        let code = cells.filled(column, faults);
        if !code.is_empty() && !self.divisions.contains_key(&code) {
            cells.fault(column, &Expected::In("divisions.csv"), faults);
        }
        code
    }

    /// A list whose values must all be keys of `keys`.
    pub fn all_in<T>(
        cells: &Cells<'_>,
        column: &'static str,
        keys: &BTreeMap<String, T>,
        file: &'static str,
        faults: &mut Faults,
    ) -> Vec<String> {
        let values = cells.list(column, faults);
        for value in values
            .iter()
            .filter(|value| !value.is_empty() && !keys.contains_key(*value))
        {
            cells.fault_of(column, value, &Expected::In(file), faults);
        }
        values
    }

    /// An optional key of `keys`.
    pub fn optional_in<T>(
        cells: &Cells<'_>,
        column: &'static str,
        keys: &BTreeMap<String, T>,
        file: &'static str,
        faults: &mut Faults,
    ) -> Option<String> {
        let value = cells.optional(column)?;
        if !keys.contains_key(&value) {
            cells.fault(column, &Expected::In(file), faults);
        }
        Some(value)
    }

    /// A value of one of the lists of `codes.csv`; a list that the city does not keep takes anything.
    pub fn code(&self, cells: &Cells<'_>, column: &'static str, list: &str, faults: &mut Faults) -> String {
        let value = cells.filled(column, faults);
        if !value.is_empty() {
            self.check_code(cells, column, list, &value, faults);
        }
        value
    }

    /// Checks one value against a list of `codes.csv`.
    pub fn check_code(
        &self,
        cells: &Cells<'_>,
        column: &'static str,
        list: &str,
        value: &str,
        faults: &mut Faults,
    ) {
        if let Some(values) = self.vocabulary.get(list)
            && !values.iter().any(|known| known == value)
        {
            cells.fault_of(column, value, &Expected::OneOf(values.clone()), faults);
        }
    }

    /// The division and its ancestors.
    pub fn lineage<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a str> {
        std::iter::successors(Some(code), |code| self.divisions.get(*code)?.parent.as_deref())
            .take(self.divisions.len() + 1)
    }

    /// True for a unit that is above itself. The way up may run into a circle of others, so it is no longer than there
    /// are units.
    pub fn is_above_itself(&self, code: &str) -> bool {
        let parent = |code: &str| self.units.get(code)?.parent.as_deref();
        let mut above = std::iter::successors(parent(code), |code| parent(code)).take(self.units.len());
        above.any(|ancestor| ancestor == code)
    }
}
