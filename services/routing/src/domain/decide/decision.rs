//! What was decided, in ids of its directory. [`crate::domain::explain`] turns it into data and sentences.
use super::{Chain, Located, PassedOver};
use crate::domain::codes::{DivisionId, DutyId, MatterId, UnitId};
use crate::domain::condition::Held;

/// The answer to one question.
#[derive(Clone, PartialEq, Debug)]
pub struct Decision {
    /// Who leads, or why nobody could be named.
    pub outcome: Outcome,
    /// 协办
    pub co_handlers: Vec<UnitId>,
    /// The duties that decided; for a tie, the tied ones.
    pub duties: Vec<DutyId>,
    /// The matter, when the catalogue has it.
    pub matter: Option<MatterId>,
    /// The place and its chain, when there is one.
    pub place: Option<(Located, Chain)>,
    /// The divisions in question, when the place is ambiguous: also where the same unit leads in all of them.
    pub places: Vec<DivisionId>,
    /// The code that was given and is no division on that day.
    pub passed_over: Option<PassedOver>,
    /// Units in question, when nobody could be named.
    pub candidates: Vec<UnitId>,
    /// Every duty that was looked at, with what became of it.
    pub considered: Vec<Considered>,
}

impl Decision {
    pub(super) fn undecided(why: Undecided, matter: Option<MatterId>) -> Self {
        Self {
            outcome: Outcome::Undecided(why),
            co_handlers: Vec::new(),
            duties: Vec::new(),
            matter,
            place: None,
            places: Vec::new(),
            passed_over: None,
            candidates: Vec::new(),
            considered: Vec::new(),
        }
    }

    /// The lead, when there is one.
    #[must_use]
    pub const fn lead(&self) -> Option<UnitId> {
        match self.outcome {
            Outcome::Assigned(lead) => Some(lead),
            Outcome::Undecided(_) => None,
        }
    }
}

/// Who leads, or why nobody could be named.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// This unit.
    Assigned(UnitId),
    /// Nobody: a person must decide, and this is why.
    Undecided(Undecided),
}

/// Why nobody could be named.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Undecided {
    /// Several duties are equal and name different leads.
    Tie,
    /// No duty fits.
    NoDuty,
    /// No matter was given, or the catalogue does not have it.
    NoMatter,
    /// Nothing that was said of the place is known.
    PlaceUnknown,
    /// The place may be in several divisions.
    PlaceAmbiguous,
    /// The duty names a role at a level finer than the place that is known.
    PlaceTooCoarse,
    /// The duty names a role that no valid unit has there.
    RoleUnresolved,
}

impl Undecided {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Tie,
        Self::NoDuty,
        Self::NoMatter,
        Self::PlaceUnknown,
        Self::PlaceAmbiguous,
        Self::PlaceTooCoarse,
        Self::RoleUnresolved,
    ];

    /// The stable code of events and tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Tie => "tie",
            Self::NoDuty => "no_duty",
            Self::NoMatter => "no_matter",
            Self::PlaceUnknown => "place_unknown",
            Self::PlaceAmbiguous => "place_ambiguous",
            Self::PlaceTooCoarse => "place_too_coarse",
            Self::RoleUnresolved => "role_unresolved",
        }
    }

    /// What must happen: `consultation` of the units, `needs_information` from the caller, or `manual` dispatch.
    #[must_use]
    pub const fn outcome(self) -> &'static str {
        match self {
            Self::Tie | Self::NoDuty => "consultation",
            Self::PlaceUnknown | Self::PlaceAmbiguous | Self::PlaceTooCoarse => "needs_information",
            Self::NoMatter | Self::RoleUnresolved => "manual",
        }
    }
}

/// One duty that was looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Considered {
    /// The duty.
    pub duty: DutyId,
    /// The unit its lead stands for, as far as that was worked out.
    pub lead: Option<UnitId>,
    /// What became of it.
    pub verdict: Verdict,
}

/// What became of a duty.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It decides; several with the same lead decide together.
    Won,
    /// Equal with others that name another lead.
    Tied,
    /// It would decide, but its lead cannot be determined.
    Unresolved,
    /// It does not decide.
    Lost(Why),
}

/// Why a duty does not decide.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// It begins later.
    NotYetValid,
    /// It has ended.
    Expired,
    /// This clause does not hold; `Unknown` when the fact is missing.
    Condition(u8, Held),
    /// Its division is replaced by a functional zone here.
    TakenOver,
    /// The unit it names is not valid on the day.
    LeadNotValid,
    /// Its lead is a street office, and a fitting duty forbids that.
    NotToGrassroots,
    /// Its lead returned this order, and the return was upheld.
    Returned,
    /// Another duty is for a more specific place.
    LessSpecificPlace,
    /// Another duty is for a more specific matter.
    LessSpecificMatter,
    /// Another duty has more conditions.
    FewerConditions,
    /// Another duty has a higher priority.
    LowerPriority,
}
