//! 条件 of a duty: clauses joined by `;`, all of which must hold.
//!
//! ```text
//! 子句 := 键 ('=' | '!=') 值 { '|' 值 }
//! ```
//! A clause on an unknown fact never holds, neither `=` nor `!=`.
mod checks;
mod circumstances;
mod parse;

pub use checks::{Checks, ChecksOf};
pub use circumstances::{Circumstances, PlaceFacts};
pub use parse::{ConditionError, parse, time_of_day};

use crate::domain::words::Chinese;
use contracts::words::Kind;
use serde::{Deserialize, Serialize};

/// The fact that tells when it happens, as `HH:MM`; without it the clock of acceptance counts.
pub const FACT_TIME: &str = "发生时刻";
/// The fact that names the located place.
pub const FACT_PLACE_NAME: &str = "地名";

/// The keys whose value is a plain fact of the case.
pub const FACT_KEYS: [&str; 8] = [
    FACT_PLACE_NAME,
    "场所类型",
    "主体",
    "工地监管",
    "物业平台",
    "供热方式",
    "权属",
    "成因",
];

/// One clause.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Clause {
    /// `!=`
    pub negated: bool,
    /// What is asked.
    pub test: Test,
    /// As the city wrote it.
    pub text: String,
}

/// What a clause asks; several values mean "any of".
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Test {
    /// 时段: minutes of the day, half-open, may wrap midnight.
    TimeOfDay(Vec<(u16, u16)>),
    /// 日期: (month, day), closed, may wrap the year.
    Season(Vec<((u32, u32), (u32, u32))>),
    /// 日类型: true = 工作日.
    WorkingDay(Vec<bool>),
    /// 诉求类型.
    Kind(Vec<Kind>),
    /// Position in [`FACT_KEYS`] and the values.
    Fact(usize, Vec<String>),
}

/// Whether a clause holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    /// It holds.
    Yes,
    /// The fact is known and says otherwise.
    No,
    /// The fact is not known.
    Unknown,
}

impl Clause {
    /// The key, as the city writes it.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match &self.test {
            Test::TimeOfDay(_) => parse::TIME,
            Test::Season(_) => parse::SEASON,
            Test::WorkingDay(_) => parse::DAY_KIND,
            Test::Kind(_) => parse::KIND,
            Test::Fact(key, _) => FACT_KEYS[*key],
        }
    }

    /// The values as written, for checking them against the city's vocabulary.
    #[must_use]
    pub fn values(&self) -> Vec<&str> {
        match &self.test {
            Test::Fact(_, values) => values.iter().map(String::as_str).collect(),
            Test::Kind(kinds) => kinds.iter().map(|kind| kind.chinese()).collect(),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
