//! Triggers 触发 of the ladder: what must have come true so that an order is put on a rung.
use contracts::terms::LimitUnit;
use contracts::words::{ClockName, RaisedTo, SupervisionLevel};
use serde::Deserialize;

/// One trigger.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trigger {
    /// Stable code.
    pub code: String,
    /// What must have come true.
    pub when: When,
    /// The rung the order is put on.
    pub level: SupervisionLevel,
}

/// What a trigger waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(untagged)]
pub enum When {
    /// A clock is so far past its limit, by the clock's own calendar.
    Late(Late),
    /// So many returns of the order were upheld.
    Returns(Returns),
    /// Nobody owns it: bounced, a loop, or nobody left.
    Disputed(Disputed),
    /// Sent back so often.
    Reworks(Reworks),
    /// So many contradicted replies.
    Contradicted(Contradicted),
    /// The unit has not been heard of for so long.
    Silent(Silent),
    /// An emergency that nobody has signed after so long.
    Emergency(Emergency),
    /// So many orders of the same caller about the same matter within so many days.
    SameCaller(SameCaller),
    /// So many orders about the same matter in the same division within so many days.
    SamePlace(SamePlace),
    /// Callback hands it on: rework did not help, or the city's policy sends the first bad result there.
    Raised(Raised),
}

macro_rules! whens {
    ($($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $type:ty),+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$fdoc])* pub $field: $type),+ }
    )+};
}

whens! {
    /// `late`
    Late {
        /// Which clock.
        late: ClockName,
        /// So much; 0 = as soon as it is late.
        amount: u32,
        /// Of what.
        unit: LimitUnit
    }
    /// `returns`
    Returns {
        /// At least.
        returns: u32
    }
    /// `disputed`
    Disputed {
        /// Always true.
        disputed: bool,
        /// For this reason; any when it is left out.
        reason: Option<DisputeReason>
    }
    /// `reworks`
    Reworks {
        /// At least.
        reworks: u32
    }
    /// `contradicted`
    Contradicted {
        /// At least.
        contradicted: u32
    }
    /// `silent`
    Silent {
        /// So much.
        silent: u32,
        /// Of what, by the unit's calendar.
        unit: LimitUnit
    }
    /// `emergency_unsigned`
    Emergency {
        /// So many.
        emergency_unsigned: u32,
        /// Minutes.
        unit: Minutes
    }
    /// `same_caller`
    SameCaller {
        /// At least.
        same_caller: u32,
        /// Within so many days.
        days: u32
    }
    /// `same_place`
    SamePlace {
        /// At least.
        same_place: u32,
        /// Within so many days.
        days: u32
    }
    /// `raised`
    Raised {
        /// To whom; `leaders` puts the supervision order on the leaders' list.
        raised: RaisedTo
    }
}

impl When {
    /// What is counted; 0 would always be true.
    #[must_use]
    pub fn counted(self) -> u32 {
        match self {
            Self::Late(_) | Self::Raised(_) => 1,
            Self::Returns(when) => when.returns,
            Self::Disputed(when) => u32::from(when.disputed),
            Self::Reworks(when) => when.reworks,
            Self::Contradicted(when) => when.contradicted,
            Self::Silent(when) => when.silent,
            Self::Emergency(when) => when.emergency_unsigned,
            Self::SameCaller(when) => when.same_caller.min(when.days),
            Self::SamePlace(when) => when.same_place.min(when.days),
        }
    }
}

/// Why nobody owns an order, as routing says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeReason {
    /// Returned too often.
    Bounced,
    /// The unit points at one that returned it before.
    Loop,
    /// Nobody is left.
    NoLead,
}

impl DisputeReason {
    /// The word of `order.disputed`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bounced => "bounced",
            Self::Loop => "loop",
            Self::NoLead => "no_lead",
        }
    }
}

/// The one unit of the emergency trigger.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Minutes {
    /// Clock minutes.
    Minutes,
}
