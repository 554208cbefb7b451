//! An answer that went against a unit, and its appeal 申诉: whether it may appeal, and how far that is. Callback decides; what
//! is refused here is what it would refuse, said at once.
use chrono::{DateTime, Utc};
use contracts::ids::{CallbackId, OrderId, UnitCode};
use std::str::FromStr;
use thiserror::Error;
use uuid::Uuid;

/// How far an appeal is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// The unit asked for it here.
    Requested,
    /// Callback has it; somebody of the hotline looks at it.
    Open,
    /// It is right: the answer counts in no figure.
    Upheld,
    /// The answer stands.
    Rejected,
    /// Callback did not take it; there is none.
    Refused,
}

impl Standing {
    const ALL: [Self; 5] = [
        Self::Requested,
        Self::Open,
        Self::Upheld,
        Self::Rejected,
        Self::Refused,
    ];

    /// The word in the table and in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Open => "open",
            Self::Upheld => "upheld",
            Self::Rejected => "rejected",
            Self::Refused => "refused",
        }
    }
}

impl FromStr for Standing {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|standing| standing.as_str() == text);
        known.ok_or_else(|| format!("unknown standing {text}"))
    }
}

/// An appeal of the unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Appeal {
    /// How far it is.
    pub standing: Standing,
    /// Why the answer is wrong, as far as it is known here.
    pub ground: Option<String>,
    /// When the unit said so, or callback told of it.
    pub at: DateTime<Utc>,
}

/// An answer that counts against a unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The answer.
    pub callback_id: CallbackId,
    /// Its order.
    pub order_id: OrderId,
    /// Whose reply it is about.
    pub unit: UnitCode,
    /// Generation of the assignment in which it replied.
    pub generation: i32,
    /// Round of that reply.
    pub rework: i32,
    /// Last moment for an appeal.
    pub appeal_until: DateTime<Utc>,
    /// Of the complaint.
    pub correlation_id: Uuid,
    /// The unit's appeal.
    pub appeal: Option<Appeal>,
}

/// Why a unit may not appeal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum AppealRefusal {
    /// No answer of that id went against this unit in this order.
    #[error("unknown answer")]
    UnknownAnswer,
    /// The window is over since then.
    #[error("appeals were possible until {0}")]
    WindowOver(DateTime<Utc>),
    /// There is an appeal with another ground.
    #[error("there is another appeal against this answer")]
    Exists,
}

/// What callback says of an appeal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AppealNews {
    /// It has it, with this ground; a person of the unit may have opened it there.
    Opened(String),
    /// It was looked at: right, or wrong.
    Decided {
        /// Whether it is right.
        upheld: bool,
    },
    /// What was asked for is not possible.
    Refused,
}

impl Answer {
    /// The unit appeals. Answers true when that is new, false when it has said so before.
    ///
    /// # Errors
    /// When it may not; nothing has changed then.
    pub fn request(&mut self, ground: &str, now: DateTime<Utc>) -> Result<bool, AppealRefusal> {
        if let Some(appeal) = &self.appeal {
            if appeal.ground.as_deref() == Some(ground) {
                return Ok(false);
            }
            if appeal.standing != Standing::Refused {
                return Err(AppealRefusal::Exists);
            }
        }
        if now > self.appeal_until {
            return Err(AppealRefusal::WindowOver(self.appeal_until));
        }
        self.appeal = Some(Appeal {
            standing: Standing::Requested,
            ground: Some(ground.to_owned()),
            at: now,
        });
        Ok(true)
    }

    /// Callback has told something of the appeal.
    pub fn hear(&mut self, news: &AppealNews, now: DateTime<Utc>) {
        let before = self.appeal.as_ref();
        let (standing, ground) = match (news, before.map(|appeal| appeal.standing)) {
            // Of an appeal that is decided, or was never asked for here, nothing earlier matters.
            (AppealNews::Opened(_), Some(Standing::Upheld | Standing::Rejected)) => return,
            (AppealNews::Refused, Some(standing)) if standing != Standing::Requested => return,
            (AppealNews::Refused, None) => return,
            (AppealNews::Opened(ground), _) => (Standing::Open, Some(ground.clone())),
            (AppealNews::Decided { upheld: true }, _) => (Standing::Upheld, None),
            (AppealNews::Decided { upheld: false }, _) => (Standing::Rejected, None),
            (AppealNews::Refused, _) => (Standing::Refused, None),
        };
        self.appeal = Some(Appeal {
            standing,
            ground: ground.or_else(|| before.and_then(|appeal| appeal.ground.clone())),
            at: before.map_or(now, |appeal| appeal.at),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn until() -> DateTime<Utc> {
        "2026-03-09T21:00:00+08:00".parse().unwrap()
    }

    fn answer(appeal: Option<(Standing, &str)>) -> Answer {
        Answer {
            callback_id: CallbackId(Uuid::from_u128(1)),
            order_id: OrderId(Uuid::from_u128(2)),
            unit: "U-1".into(),
            generation: 1,
            rework: 0,
            appeal_until: until(),
            correlation_id: Uuid::from_u128(3),
            appeal: appeal.map(|(standing, ground)| Appeal {
                standing,
                ground: Some(ground.to_owned()),
                at: until() - TimeDelta::days(1),
            }),
        }
    }

    #[test]
    fn a_unit_appeals_once_and_until_the_window_is_over() {
        let late = until() + TimeDelta::seconds(1);
        let over = Err(AppealRefusal::WindowOver(until()));
        let asks = |appeal, ground, now| answer(appeal).request(ground, now);
        assert_eq!(asks(None, "x", until()), Ok(true));
        assert_eq!(asks(None, "x", late), over);
        for standing in Standing::ALL {
            let there = Some((standing, "x"));
            assert_eq!(asks(there, "x", late), Ok(false), "{standing:?}: said before");
            let refused = standing == Standing::Refused;
            let other = if refused {
                Ok(true)
            } else {
                Err(AppealRefusal::Exists)
            };
            assert_eq!(asks(there, "y", until()), other, "{standing:?}: another ground");
            let other = if refused { over } else { Err(AppealRefusal::Exists) };
            assert_eq!(
                asks(there, "y", late),
                other,
                "{standing:?}: another ground, late"
            );
        }
    }

    #[test]
    fn what_callback_tells_moves_an_appeal_forward_only() {
        let opened = || AppealNews::Opened("theirs".to_owned());
        let decided = |upheld| AppealNews::Decided { upheld };
        let after = |appeal, news: AppealNews| {
            let mut answer = answer(appeal);
            answer.hear(&news, until());
            answer.appeal.map(|appeal| (appeal.standing, appeal.ground))
        };
        let is = |standing, ground: &str| Some((standing, Some(ground.to_owned())));
        assert_eq!(after(None, opened()), is(Standing::Open, "theirs"));
        assert_eq!(after(None, AppealNews::Refused), None);
        assert_eq!(after(None, decided(true)), Some((Standing::Upheld, None)));
        let requested = Some((Standing::Requested, "mine"));
        assert_eq!(after(requested, opened()), is(Standing::Open, "theirs"));
        assert_eq!(
            after(requested, AppealNews::Refused),
            is(Standing::Refused, "mine")
        );
        assert_eq!(after(requested, decided(false)), is(Standing::Rejected, "mine"));
        let open = Some((Standing::Open, "theirs"));
        assert_eq!(
            after(open, AppealNews::Refused),
            is(Standing::Open, "theirs"),
            "the other request is refused, not this appeal"
        );
        assert_eq!(after(open, decided(true)), is(Standing::Upheld, "theirs"));
        for standing in [Standing::Upheld, Standing::Rejected] {
            let ended = Some((standing, "theirs"));
            assert_eq!(after(ended, opened()), is(standing, "theirs"));
            assert_eq!(after(ended, AppealNews::Refused), is(standing, "theirs"));
        }
    }
}
