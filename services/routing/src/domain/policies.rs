//! What a city allows after a decision: `policies.csv` of its pack. Each city is a policy pack.
use crate::domain::directory::{Directory, Unit};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How the city treats returns 退单政策.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnPolicy {
    /// 审核: a unit may ask as often as its limits say, a dispatcher reviews.
    #[default]
    Reviewed,
    /// 限次: the same, but one order may be returned only so often in all.
    Limited(u32),
    /// 首接负责: whoever receives the order first keeps it.
    FirstReceiver,
}

/// All policies. The default is what a pack without the file means.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policies {
    /// 退单政策
    pub returns: ReturnPolicy,
    /// 争议退单次数: the upheld return that makes an order disputed; `domain.md` §5 says the third.
    pub disputed_after: u32,
}

impl Default for Policies {
    fn default() -> Self {
        Self {
            returns: ReturnPolicy::default(),
            disputed_after: 3,
        }
    }
}

impl Policies {
    /// True for what a pack without the file means: then a snapshot is written as if there were no policies.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Each policy as a row of `policies.csv` has it, to compare versions.
    #[must_use]
    pub fn by_name(&self) -> BTreeMap<&'static str, String> {
        let (returns, in_all) = match self.returns {
            ReturnPolicy::Reviewed => ("审核", None),
            ReturnPolicy::Limited(times) => ("限次", Some(times)),
            ReturnPolicy::FirstReceiver => ("首接负责", None),
        };
        let mut rows = BTreeMap::from([
            ("退单政策", returns.to_owned()),
            ("争议退单次数", self.disputed_after.to_string()),
        ]);
        rows.extend(in_all.map(|times| ("退单总次数上限", times.to_string())));
        rows
    }
}

/// Why an assignment may not be returned.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoReturn {
    /// Assigned by a ruling.
    Ruling,
    /// 首接负责
    FirstReceiver,
    /// The order was returned as often as the city allows.
    LimitReached,
    /// Neither the unit nor its limits allow it.
    NotGranted,
}

impl NoReturn {
    /// The stable code of events and answers.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ruling => "ruling",
            Self::FirstReceiver => "first_receiver",
            Self::LimitReached => "limit_reached",
            Self::NotGranted => "not_granted",
        }
    }
}

/// Whether and how often the lead of an assignment may ask for its return.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReturnRight {
    /// How often, in this generation; 0 = not at all.
    pub times_max: u32,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<NoReturn>,
}

impl ReturnRight {
    /// None, for this reason.
    #[must_use]
    pub const fn none(why: NoReturn) -> Self {
        Self {
            times_max: 0,
            refused: Some(why),
        }
    }
}

/// The right of `unit` under the row `rule` of the limits, for an order that was returned `bounces` times before.
#[must_use]
pub fn return_right(directory: &Directory, unit: &Unit, rule: &str, bounces: i32) -> ReturnRight {
    let granted = directory
        .deadlines
        .row(rule)
        .map(|row| row.returns_max)
        .filter(|times| unit.row.may_return && *times > 0);
    match (directory.policies.returns, granted) {
        (ReturnPolicy::FirstReceiver, _) => ReturnRight::none(NoReturn::FirstReceiver),
        (ReturnPolicy::Limited(in_all), _) if u32::try_from(bounces).is_ok_and(|done| done >= in_all) => {
            ReturnRight::none(NoReturn::LimitReached)
        }
        (_, None) => ReturnRight::none(NoReturn::NotGranted),
        (_, Some(times_max)) => ReturnRight {
            times_max,
            refused: None,
        },
    }
}
