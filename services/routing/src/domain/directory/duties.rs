//! Duties 派单目录条目, and the rules made of them.
use super::rules::{OfMatter, Rank, Rule, Rules};
use super::{BuildError, Divisions, Matters, Units};
use crate::domain::codes::{Codes, DivisionId, DutyId, FunctionId, MatterId, UnitId};
use crate::domain::condition::{self, Checks, Clause};
use crate::domain::snapshot::DutyRow;
use crate::domain::validity::Validity;
use crate::domain::words::{Chinese, DivisionLevel, RoleLevel};

/// Who a duty names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Party {
    /// A unit.
    Unit(UnitId),
    /// Whoever has the function at the level there.
    Role(FunctionId, RoleLevel),
}

/// A party as text: `ROLE:<function>@<level>` or a unit's code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RoleRef<'a> {
    /// A unit's code.
    Unit(&'a str),
    /// Function code and level.
    Role(&'a str, RoleLevel),
}

/// Reads 主办 or one of 协办; `None` when it is a role that cannot be read.
#[must_use]
pub fn parse_party(text: &str) -> Option<RoleRef<'_>> {
    match text.strip_prefix("ROLE:") {
        None => Some(RoleRef::Unit(text)),
        Some(role) => {
            let (function, level) = role.split_once('@')?;
            Some(RoleRef::Role(function, RoleLevel::from_chinese(level)?))
        }
    }
}

/// One duty.
#[derive(Clone, Debug)]
pub struct Duty {
    /// The row as imported.
    pub row: DutyRow,
    /// `None` = every matter.
    pub matter: Option<MatterId>,
    /// `None` = the whole city.
    pub division: Option<DivisionId>,
    /// All must hold.
    pub clauses: Vec<Clause>,
    /// 主办
    pub lead: Party,
    /// 协办
    pub co_handlers: Vec<Party>,
    /// From when to when.
    pub validity: Validity,
    /// 社区 5 > 街道乡镇 4 > 功能区 3 > 区县 2 > 市 or empty 1.
    pub place_rank: u8,
    /// Level of the matter; 0 = every matter.
    pub matter_rank: u8,
}

/// All duties of a directory, in the order of their codes.
#[derive(Clone, Debug)]
pub struct Duties {
    rows: Vec<Duty>,
    rules: Rules,
    checks: Checks,
}

/// What the tables of a duty's references are.
struct Tables<'a> {
    divisions: &'a Divisions,
    matters: &'a Matters,
    units: &'a Units,
    functions: &'a Codes<FunctionId>,
}

impl Duties {
    /// Indexes the rows.
    ///
    /// # Errors
    /// When a reference is unknown or a condition or role cannot be read.
    pub fn new(
        mut rows: Vec<DutyRow>,
        divisions: &Divisions,
        matters: &Matters,
        units: &Units,
        functions: &Codes<FunctionId>,
    ) -> Result<Self, BuildError> {
        rows.sort_by(|a, b| a.code.cmp(&b.code));
        let tables = Tables {
            divisions,
            matters,
            units,
            functions,
        };
        let rows = rows
            .into_iter()
            .map(|row| tables.duty(row))
            .collect::<Result<Vec<_>, _>>()?;
        let mut checks = Checks::default();
        let rule = |(id, duty): (u32, &Duty)| {
            let rule = Rule {
                duty: DutyId(id),
                lead: duty.lead,
                validity: duty.validity,
                rank: duty.rank(),
                checks: checks.add(&duty.clauses),
                not_to_grassroots: duty.row.not_to_grassroots,
            };
            (duty.matter, duty.division, rule)
        };
        let rules = Rules::new((0_u32..).zip(&rows).map(rule).collect(), matters.len());
        Ok(Self { rows, rules, checks })
    }

    /// The duty itself.
    #[must_use]
    pub fn get(&self, id: DutyId) -> &Duty {
        &self.rows[id.index()]
    }

    /// All of them, in the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = &Duty> {
        self.rows.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True when there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The duties for exactly this matter and division; `None` = every matter, the whole city.
    #[must_use]
    pub fn at(&self, matter: Option<MatterId>, division: Option<DivisionId>) -> &[DutyId] {
        self.rules.of(matter).duties_at(division)
    }

    /// The rules of exactly this matter; `None` = those for every matter.
    #[must_use]
    pub fn of_matter(&self, matter: Option<MatterId>) -> OfMatter<'_> {
        self.rules.of(matter)
    }

    /// The conditions of all duties.
    #[must_use]
    pub const fn checks(&self) -> &Checks {
        &self.checks
    }
}

impl Duty {
    /// What it is compared by.
    #[must_use]
    pub fn rank(&self) -> Rank {
        Rank {
            place: self.place_rank,
            matter: self.matter_rank,
            conditions: u16::try_from(self.clauses.len()).unwrap_or(u16::MAX),
            priority: self.row.priority,
        }
    }
}

impl Tables<'_> {
    fn duty(&self, row: DutyRow) -> Result<Duty, BuildError> {
        const TABLE: &str = "duties";
        let matter = match &row.matter {
            None => None,
            Some(code) => Some(
                self.matters
                    .find(code)
                    .ok_or_else(|| BuildError::unknown(TABLE, &row.code, "matter", code))?,
            ),
        };
        let division = match &row.division {
            None => None,
            Some(code) => Some(
                self.divisions
                    .find(code)
                    .ok_or_else(|| BuildError::unknown(TABLE, &row.code, "division", code))?,
            ),
        };
        let clauses = condition::parse(&row.conditions)
            .map_err(|error| BuildError::new(TABLE, &row.code, error.to_string()))?;
        let party = |text: &String| {
            self.party(text)
                .ok_or_else(|| BuildError::unknown(TABLE, &row.code, "unit or role", text))
        };
        Ok(Duty {
            matter,
            division,
            clauses,
            lead: party(&row.lead)?,
            co_handlers: row.co_handlers.iter().map(party).collect::<Result<_, _>>()?,
            validity: row.dates.into(),
            place_rank: division.map_or(1, |id| place_rank(self.divisions.level(id))),
            matter_rank: matter.map_or(0, |id| self.matters.get(id).level),
            row,
        })
    }

    fn party(&self, text: &str) -> Option<Party> {
        match parse_party(text)? {
            RoleRef::Unit(code) => self.units.find(code).map(Party::Unit),
            RoleRef::Role(function, level) => self
                .functions
                .get(function)
                .map(|function| Party::Role(function, level)),
        }
    }
}

const fn place_rank(level: DivisionLevel) -> u8 {
    match level {
        DivisionLevel::City => 1,
        DivisionLevel::District => 2,
        DivisionLevel::Zone => 3,
        DivisionLevel::Street => 4,
        DivisionLevel::Community => 5,
    }
}
