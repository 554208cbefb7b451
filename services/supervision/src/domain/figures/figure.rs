//! The figures of `domain.md` §7, by name.
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A figure. Each is a share: points of what is counted over what is counted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// 响应率: first contact in time / contacts due in the period.
    Response,
    /// 解决率: "solved" / valid callbacks of the period.
    Resolution,
    /// 满意率: (satisfied + w · basically satisfied) / valid callbacks of the period.
    Satisfaction,
    /// The same for the attitude.
    Attitude,
    /// Signed in time / signings due in the period.
    Sign,
    /// Replied in time / replies due in the period.
    Finish,
    /// Closed in time / totals due in the period: the city's own promise, no unit's.
    Total,
    /// 一次办结率: solved at the first callback and not reworked / first callbacks of the period.
    OneTime,
    /// 重办率: followed by a rework / valid callbacks of the period.
    Rework,
    /// 退单率: the unit asked to return it / dispatches of the period.
    Return,
    /// Its return was rejected / dispatches of the period.
    WrongReturn,
    /// 派单准确率: no upheld return / dispatches of the period.
    Accuracy,
    /// 虚假回复: the caller denies the unit's claim / valid callbacks of the period.
    Contradicted,
}

impl Figure {
    /// Every figure, in the order of reports.
    pub const ALL: [Self; 13] = [
        Self::Response,
        Self::Resolution,
        Self::Satisfaction,
        Self::Attitude,
        Self::Sign,
        Self::Finish,
        Self::Total,
        Self::OneTime,
        Self::Rework,
        Self::Return,
        Self::WrongReturn,
        Self::Accuracy,
        Self::Contradicted,
    ];

    /// The word in the API and in policies.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Response => "response",
            Self::Resolution => "resolution",
            Self::Satisfaction => "satisfaction",
            Self::Attitude => "attitude",
            Self::Sign => "sign",
            Self::Finish => "finish",
            Self::Total => "total",
            Self::OneTime => "one_time",
            Self::Rework => "rework",
            Self::Return => "return",
            Self::WrongReturn => "wrong_return",
            Self::Accuracy => "accuracy",
            Self::Contradicted => "contradicted",
        }
    }

    /// Its name for people: (English, Chinese).
    #[must_use]
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Response => ("Response", "响应率"),
            Self::Resolution => ("Resolution", "解决率"),
            Self::Satisfaction => ("Satisfaction", "满意率"),
            Self::Attitude => ("Attitude", "态度满意率"),
            Self::Sign => ("Signed in time", "按时签收率"),
            Self::Finish => ("Finished in time", "按时办结率"),
            Self::Total => ("Closed in time", "全程按时率"),
            Self::OneTime => ("Done at once", "一次办结率"),
            Self::Rework => ("Rework", "重办率"),
            Self::Return => ("Returned", "退单率"),
            Self::WrongReturn => ("Wrongly returned", "退单驳回率"),
            Self::Accuracy => ("Dispatch accuracy", "派单准确率"),
            Self::Contradicted => ("Contradicted replies", "虚假回复率"),
        }
    }

    /// True when less of it is better.
    #[must_use]
    pub const fn is_fault(self) -> bool {
        matches!(
            self,
            Self::Rework | Self::Return | Self::WrongReturn | Self::Contradicted
        )
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// There is no figure of this name.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no such figure: {0}")]
pub struct UnknownFigure(pub String);

impl FromStr for Figure {
    type Err = UnknownFigure;

    fn from_str(text: &str) -> Result<Self, UnknownFigure> {
        let found = Self::ALL.into_iter().find(|figure| figure.word() == text);
        found.ok_or_else(|| UnknownFigure(text.to_owned()))
    }
}

/// So many counted, so many points of at most 100 each.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Tally {
    /// How many were counted.
    pub of: u64,
    /// Points, 0 to 100 for each.
    pub points: u64,
}

impl Tally {
    /// Counts one more.
    pub fn add(&mut self, points: u8) {
        self.of += 1;
        self.points += u64::from(points);
    }

    /// The rate in percent, 0 to 100; `None` when nothing was counted.
    #[must_use]
    pub fn percent(self) -> Option<f64> {
        (self.of > 0).then(|| self.points as f64 / self.of as f64)
    }
}
