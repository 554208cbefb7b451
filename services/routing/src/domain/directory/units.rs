//! 承办单位: units by code, and by (level, function, division) for roles.
use super::{BuildError, Divisions};
use crate::domain::codes::{Codes, DivisionId, FastMap, FunctionId, UnitId};
use crate::domain::snapshot::UnitRow;
use crate::domain::validity::{Day, Validity};
use crate::domain::words::UnitLevel;
use contracts::directory::UnitRef;

/// One unit.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The row as imported.
    pub row: UnitRow,
    /// From when to when.
    pub validity: Validity,
}

impl Unit {
    /// Code and name, as events carry them.
    #[must_use]
    pub fn reference(&self) -> UnitRef {
        UnitRef {
            code: self.row.code.as_str().into(),
            name: self.row.name.clone(),
        }
    }
}

/// All units of a directory.
#[derive(Clone, Debug)]
pub struct Units {
    rows: Vec<Unit>,
    /// Validity and level of each, for decisions.
    brief: Vec<(Validity, UnitLevel)>,
    codes: Codes<UnitId>,
    roles: FastMap<u64, Vec<UnitId>>,
    government: Option<FunctionId>,
}

/// 区县综合: the function of a district's government or a zone's management committee.
const GOVERNMENT: &str = "GOV";

impl Units {
    /// Indexes the rows.
    ///
    /// # Errors
    /// When a division or function is unknown.
    pub fn new(
        rows: Vec<UnitRow>,
        divisions: &Divisions,
        functions: &Codes<FunctionId>,
    ) -> Result<Self, BuildError> {
        const TABLE: &str = "units";
        let codes: Codes<UnitId> = Codes::new(rows.iter().map(|row| row.code.as_str()));
        let mut roles: FastMap<u64, Vec<UnitId>> = FastMap::default();
        for (id, row) in (0_u32..).zip(&rows) {
            for division in &row.divisions {
                let place = divisions
                    .find(division)
                    .ok_or_else(|| BuildError::unknown(TABLE, &row.code, "division", division))?;
                for function in &row.functions {
                    let function = functions
                        .get(function)
                        .ok_or_else(|| BuildError::unknown(TABLE, &row.code, "function", function))?;
                    roles
                        .entry(key(row.level, function, place))
                        .or_default()
                        .push(UnitId(id));
                }
            }
        }
        let rows: Vec<Unit> = rows
            .into_iter()
            .map(|row| Unit {
                validity: row.dates.into(),
                row,
            })
            .collect();
        Ok(Self {
            brief: rows.iter().map(|unit| (unit.validity, unit.row.level)).collect(),
            rows,
            codes,
            roles,
            government: functions.get(GOVERNMENT),
        })
    }

    /// The unit of a code.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<UnitId> {
        self.codes.get(code)
    }

    /// The unit itself.
    #[must_use]
    pub fn get(&self, id: UnitId) -> &Unit {
        &self.rows[id.index()]
    }

    /// True on the days on which the unit is valid.
    #[must_use]
    pub fn is_valid(&self, id: UnitId, day: Day) -> bool {
        self.brief[id.index()].0.holds(day)
    }

    /// Its 单位级别.
    #[must_use]
    pub fn level(&self, id: UnitId) -> UnitLevel {
        self.brief[id.index()].1
    }

    /// All units, in the order of the snapshot.
    pub fn iter(&self) -> impl Iterator<Item = &Unit> {
        self.rows.iter()
    }

    /// The function of governments, which stand in where a role has no unit.
    #[must_use]
    pub const fn government(&self) -> Option<FunctionId> {
        self.government
    }

    /// Every role that some unit has, as its level and division, with its units by code.
    pub fn roles(&self) -> impl Iterator<Item = (UnitLevel, DivisionId, &[UnitId])> {
        self.roles.iter().filter_map(|(key, units)| {
            let level = self.level(*units.first()?);
            Some((level, division(*key), units.as_slice()))
        })
    }

    /// The valid unit of that level with that function in exactly that division. Should there be several, which lint
    /// calls an error, the first by code: the same answer every time.
    #[must_use]
    pub fn in_role(
        &self,
        level: UnitLevel,
        function: FunctionId,
        division: DivisionId,
        day: Day,
    ) -> Option<UnitId> {
        let units = self.roles.get(&key(level, function, division))?;
        units.iter().copied().find(|unit| self.is_valid(*unit, day))
    }
}

/// Level, function and division in one word: functions are few, divisions below 2³².
const fn key(level: UnitLevel, function: FunctionId, division: DivisionId) -> u64 {
    ((level as u64) << 56) | ((function.0 as u64) << 32) | division.0 as u64
}

/// The division of a [`key`], its lower half.
const fn division(key: u64) -> DivisionId {
    DivisionId(key as u32)
}
