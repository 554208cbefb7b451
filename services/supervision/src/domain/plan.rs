//! Which clocks an order should have, from what and until when: all of `domain.md` §4 that needs no calendar.
//!
//! - total: from acceptance; the city's default limit until the first assignment names one, then never again another. Of what a
//!   hotline above hands down, and of what such a complaint joins, it is due no later than that hotline's own deadline.
//! - sign, respond, finish: of the unit that is responsible now. A later unit's limits that count from acceptance
//!   count from its own dispatch: a new generation gets new unit clocks.
//! - finish of a rework round: anew from the rework, by the limit that callback gave the round, else by the terms.
//! - Extensions and suspensions of an assignment change the clocks of its unit, never the total clock.
//! - A limit from signing starts at the signing, or at the end of the sign limit when that is earlier.
use crate::domain::{Assignment, Order, Policy, StartBasis};
use chrono::{DateTime, Utc};
use contracts::terms::{Limit, StartRule};
use contracts::words::ClockName;
use worktime::{Extension, Suspension};

/// Where a planned clock starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Start {
    /// Then, for this reason.
    At(DateTime<Utc>, StartBasis),
    /// At this signing, or when the sign clock is due if that is earlier (or nobody has signed).
    Signing(Option<DateTime<Utc>>),
}

/// A clock an order should have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// Which.
    pub name: ClockName,
    /// Assignment it belongs to; 0 for the total clock.
    pub generation: i32,
    /// Rework round it belongs to.
    pub rework: i32,
    /// Its limit.
    pub limit: Limit,
    /// Its start.
    pub start: Start,
    /// Code of its calendar.
    pub calendar: String,
    /// Version to take it from; `None` = the newest.
    pub directory_version: Option<i64>,
    /// Granted on top of the limit.
    pub extensions: Vec<Extension>,
    /// Time that does not count.
    pub pauses: Vec<Suspension>,
    /// A deadline from above: the clock is due no later.
    pub not_after: Option<DateTime<Utc>>,
    /// When what it waits for happened.
    pub met_at: Option<DateTime<Utc>>,
    /// When it stopped to matter.
    pub stopped_at: Option<DateTime<Utc>>,
}

/// The clocks of an order; the sign clock stands before those that may start at its end.
#[must_use]
pub fn plan(order: &Order, policy: &Policy) -> Vec<Plan> {
    let mut plans: Vec<Plan> = total(order, policy).into_iter().collect();
    if let Some(lead) = order.lead() {
        plans.extend(unit_clocks(order, lead));
    }
    plans
}

fn total(order: &Order, policy: &Policy) -> Option<Plan> {
    let accepted_at = order.accepted_at()?;
    let closed_at = order.closed.map(|(_, at)| at);
    let plan = |limit, start, calendar: &str, directory_version| Plan {
        name: ClockName::Total,
        generation: 0,
        rework: 0,
        limit,
        start,
        calendar: calendar.to_owned(),
        directory_version,
        extensions: Vec::new(),
        pauses: Vec::new(),
        not_after: order.registration.as_ref().and_then(|r| r.due_by),
        met_at: closed_at,
        stopped_at: None,
    };
    Some(match &order.assignment {
        Some(first) => {
            let limit = first.terms.total;
            let start = match limit.start {
                StartRule::Dispatch => Start::At(first.assigned_at, StartBasis::Dispatch),
                StartRule::Acceptance | StartRule::NextWorkingDay | StartRule::Signing => {
                    Start::At(accepted_at, StartBasis::Acceptance)
                }
            };
            plan(
                limit,
                start,
                &first.terms.city_calendar,
                Some(first.directory_version),
            )
        }
        None => {
            let limit = policy.default_total(order.registration.as_ref().map(|r| r.urgency));
            plan(
                limit,
                Start::At(accepted_at, StartBasis::DefaultTotal),
                &policy.city_calendar,
                None,
            )
        }
    })
}

fn unit_clocks(order: &Order, lead: &Assignment) -> Vec<Plan> {
    let handling = order.handling();
    let responded_at = handling.and_then(|handling| handling.responded_at);
    let reply = order.reply_of(0);
    // Whoever makes contact or replies has taken the order, whatever they forgot to press.
    let taken = [
        handling.and_then(|handling| handling.signed_at),
        responded_at,
        reply.map(|reply| reply.at),
    ];
    let signed_at = taken.into_iter().flatten().min();
    let contact = [
        responded_at,
        reply.filter(|reply| reply.contacted).map(|reply| reply.at),
    ];
    let plan = |name, rework, limit: Limit, start, met_at: Option<DateTime<Utc>>| Plan {
        name,
        generation: lead.generation,
        rework,
        limit,
        start,
        calendar: lead.terms.calendar.clone(),
        directory_version: Some(lead.directory_version),
        extensions: order.grants.extensions_of(name, lead.generation, rework),
        pauses: order
            .grants
            .pauses_of(lead.generation, met_at.or(order.closed.map(|(_, at)| at))),
        not_after: None,
        met_at,
        stopped_at: order.closed.map(|(_, at)| at),
    };
    let terms = &lead.terms;
    let (sign, start) = start(terms.sign, lead, Some(lead.assigned_at));
    let sign = plan(ClockName::Sign, 0, sign, start, signed_at);
    let (respond, start_respond) = self::start(terms.respond, lead, signed_at);
    let respond = plan(
        ClockName::Respond,
        0,
        respond,
        start_respond,
        contact.into_iter().flatten().min(),
    );
    let (finish, start_finish) = self::start(terms.finish, lead, signed_at);
    let round = order.round();
    let finished_at = order.reply_of(round).map(|reply| reply.at);
    let finish = match order.rework.filter(|rework| round > 0 && rework.round == round) {
        Some(rework) => {
            let own = rework.limit.unwrap_or(finish);
            let limit = Limit {
                start: from_here(own.start),
                ..own
            };
            plan(
                ClockName::Finish,
                round,
                limit,
                Start::At(rework.at, StartBasis::Rework),
                finished_at,
            )
        }
        None => plan(ClockName::Finish, 0, finish, start_finish, finished_at),
    };
    vec![sign, respond, finish]
}

/// A limit and its start; a later generation does not count from acceptance.
fn start(limit: Limit, lead: &Assignment, signed_at: Option<DateTime<Utc>>) -> (Limit, Start) {
    match limit.start {
        StartRule::Dispatch => (limit, Start::At(lead.assigned_at, StartBasis::Dispatch)),
        StartRule::Signing => (limit, Start::Signing(signed_at)),
        StartRule::Acceptance | StartRule::NextWorkingDay if lead.generation > 1 => {
            let limit = Limit {
                start: from_here(limit.start),
                ..limit
            };
            (limit, Start::At(lead.assigned_at, StartBasis::NewAssignment))
        }
        StartRule::Acceptance | StartRule::NextWorkingDay => {
            (limit, Start::At(lead.accepted_at, StartBasis::Acceptance))
        }
    }
}

/// The start rule of a limit that counts from another moment than its own: next working day stays what it is.
const fn from_here(rule: StartRule) -> StartRule {
    match rule {
        StartRule::NextWorkingDay => StartRule::NextWorkingDay,
        StartRule::Acceptance | StartRule::Dispatch | StartRule::Signing => StartRule::Dispatch,
    }
}
