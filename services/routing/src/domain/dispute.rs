//! When returns end: an order that nobody wants, or that goes in a circle, is disputed 争议. It stands in the queue, no
//! unit can pass it on any more, and only a ruling assigns it (`domain.md` §5.6).
use crate::domain::assignment::{Settled, Waiting};
use crate::domain::directory::Directory;
use crate::domain::order::Order;
use chrono::{DateTime, Utc};
use contracts::ids::UnitCode;

/// Why an order is disputed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dispute {
    /// Returned too often.
    Bounced,
    /// The unit points at one that returned the order before: A → B → A.
    Loop,
    /// After the return, no duty names anybody else.
    NoLead,
}

impl Dispute {
    /// The stable code of events and tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Bounced => "bounced",
            Self::Loop => "loop",
            Self::NoLead => "no_lead",
        }
    }
}

/// What an upheld return makes of an order. `before` is the order as it was, `after` with the return counted and the
/// unit left out, `settled` what the rules say of that.
#[must_use]
pub fn of_return(
    directory: &Directory,
    before: &Order,
    after: &Order,
    suggested: Option<&UnitCode>,
    settled: &Settled,
) -> Option<Dispute> {
    let too_often = u32::try_from(after.bounces).is_ok_and(|done| done >= directory.policies.disputed_after);
    let points_back = suggested.is_some_and(|unit| before.question.excluded.contains(unit));
    match settled {
        _ if too_often => Some(Dispute::Bounced),
        _ if points_back => Some(Dispute::Loop),
        Settled::Undecided(waiting) if waiting.is_consultation() => Some(Dispute::NoLead),
        _ => None,
    }
}

/// The place in the queue of a disputed order: in question are the units that returned it, whoever the rules would name
/// now, and the unit that was suggested last.
#[must_use]
pub fn waiting(
    directory: &Directory,
    order: &Order,
    why: Dispute,
    suggested: Option<&UnitCode>,
    settled: Settled,
    now: DateTime<Utc>,
) -> Waiting {
    let (named, explanation) = match settled {
        Settled::Assigned(assignment) => (vec![assignment.lead], assignment.explanation),
        Settled::Undecided(waiting) => (waiting.candidates, waiting.explanation),
    };
    let mut waiting = Waiting {
        order_id: order.order_id,
        reason: why.code().to_owned(),
        candidates: Vec::new(),
        explanation,
        directory_version: directory.version(),
        entered_at: now,
    };
    for unit in &order.question.excluded {
        waiting.suggest(directory, unit);
    }
    for unit in named.iter().map(|unit| &unit.code).chain(suggested) {
        waiting.suggest(directory, unit);
    }
    waiting
}
