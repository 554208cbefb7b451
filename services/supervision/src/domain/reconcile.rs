//! Brings the clocks of an order to what its facts demand: arms, moves, meets, stops. Pure; called in the
//! transaction of the fact, for every order of a batch.
//!
//! A due time is computed only when what it follows from has changed.
use crate::domain::due_times::due_times;
use crate::domain::plan::{Plan, Start, plan};
use crate::domain::{Basis, Calendars, Clock, ClockEffect, ClockState, Order, Policy, Replied, StartBasis};
use chrono::{DateTime, Utc};
use contracts::words::ClockName;

/// What became of the clocks.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reconciled {
    /// All clocks as they are now.
    pub clocks: Vec<Clock>,
    /// Positions in `clocks` that have something to tell.
    pub effects: Vec<(usize, ClockEffect)>,
    /// Why a clock could not be armed.
    pub unarmed: Option<String>,
}

/// Answers the clocks that `order` has after this, and writes the order's own summary of them.
#[must_use]
pub fn reconcile(
    order: &mut Order,
    existing: &[Clock],
    calendars: &Calendars,
    policy: &Policy,
    now: DateTime<Utc>,
) -> Reconciled {
    let mut done = Reconciled {
        clocks: existing.to_vec(),
        ..Reconciled::default()
    };
    let plans = plan(order, policy);
    for planned in &plans {
        match place(&mut done.clocks, planned, calendars, policy) {
            Err(reason) => done.unarmed = Some(reason),
            Ok(None) => {}
            Ok(Some(position)) => {
                let clock = &mut done.clocks[position];
                let effect = planned.met_at.and_then(|at| clock.meet(at, now));
                done.effects.extend(effect.map(|effect| (position, effect)));
                if let Some(at) = planned.stopped_at.filter(|_| planned.met_at.is_none()) {
                    clock.cancel(at);
                }
            }
        }
    }
    for (position, clock) in done.clocks.iter_mut().enumerate() {
        if plans.iter().any(|planned| is_of(clock, planned)) {
            continue;
        }
        // The round before this one: its reply is what it waited for, even when the rework was heard first.
        match order.replied.filter(|reply| answers(reply, clock)) {
            Some(reply) => done
                .effects
                .extend(clock.meet(reply.at, now).map(|effect| (position, effect))),
            None => clock.cancel(now),
        }
    }
    order.unarmed = done.unarmed.is_some();
    let open = || done.clocks.iter().filter(|clock| clock.is_open());
    order.next_limit = open()
        .map(|clock| clock.warn_at)
        .min()
        .zip(open().map(|clock| clock.due_at).min());
    done
}

fn is_of(clock: &Clock, planned: &Plan) -> bool {
    (clock.name, clock.generation, clock.rework) == (planned.name, planned.generation, planned.rework)
}

/// Whether this reply is the one that a finish clock waits for.
fn answers(reply: &Replied, clock: &Clock) -> bool {
    clock.name == ClockName::Finish && (clock.generation, clock.rework) == (reply.generation, reply.rework)
}

/// Finds or arms the clock of a plan; answers its position.
fn place(
    clocks: &mut Vec<Clock>,
    planned: &Plan,
    calendars: &Calendars,
    policy: &Policy,
) -> Result<Option<usize>, String> {
    let position = clocks.iter().position(|clock| is_of(clock, planned));
    let Some(basis) = basis(clocks, position, planned, calendars)? else {
        return Ok(position);
    };
    if position.is_some_and(|at| clocks[at].basis == basis) {
        return Ok(position);
    }
    let (_, calendar) = calendars
        .as_of(basis.directory_version, &basis.calendar)
        .ok_or_else(|| format!("calendar {} has not been published", basis.calendar))?;
    let (warn_at, due_at) = due_times(calendar, &basis, policy)
        .map_err(|error| format!("calendar {}: {error}", planned.calendar))?;
    let armings = clocks
        .iter()
        .filter(|clock| clock.name == planned.name)
        .map(|clock| clock.timer_generation);
    let timer_generation = armings.max().unwrap_or(0) + 1;
    if let Some(at) = position {
        clocks[at].arm_anew(basis, (warn_at, due_at), timer_generation);
        return Ok(Some(at));
    }
    clocks.push(Clock {
        name: planned.name,
        generation: planned.generation,
        rework: planned.rework,
        timer_generation,
        basis,
        warn_at,
        due_at,
        state: ClockState::Running,
        warned_at: None,
        breached_at: None,
    });
    Ok(Some(clocks.len() - 1))
}

/// What the due time of a plan follows from; `None` while the sign clock it depends on could not be armed.
///
/// An open clock goes by the calendar as it is published now, one that has ended by the calendar it ended under.
fn basis(
    clocks: &[Clock],
    position: Option<usize>,
    planned: &Plan,
    calendars: &Calendars,
) -> Result<Option<Basis>, String> {
    let present = position.map(|at| &clocks[at]);
    // The total clock gets another limit once: from the city's default to the terms of the first assignment.
    let settled = present
        .filter(|clock| clock.name == ClockName::Total && clock.basis.start != StartBasis::DefaultTotal);
    let (limit, code, cited) = match settled {
        Some(clock) => (
            clock.basis.limit,
            &clock.basis.calendar,
            Some(clock.basis.directory_version),
        ),
        None => (planned.limit, &planned.calendar, planned.directory_version),
    };
    let started = match settled {
        Some(clock) => Some((clock.basis.started_at, clock.basis.start)),
        None => started(clocks, planned),
    };
    let Some((started_at, start)) = started else {
        return Ok(None);
    };
    let ended = present.filter(|clock| !clock.is_open() && clock.basis.calendar == *code);
    let found = match (ended, cited) {
        (Some(clock), _) => calendars.as_of(clock.basis.directory_version, code),
        (None, Some(version)) => calendars.in_force(version, code),
        (None, None) => calendars.newest(code),
    };
    let Some((directory_version, calendar)) = found else {
        return Err(format!("calendar {code} has not been published"));
    };
    Ok(Some(Basis {
        limit,
        start,
        started_at,
        calendar: calendar.code().to_owned(),
        directory_version,
        extensions: planned.extensions.clone(),
        pauses: planned.pauses.clone(),
        not_after: planned.not_after,
    }))
}

/// When and why the clock of a plan starts; `None` while the sign clock it depends on could not be armed.
fn started(clocks: &[Clock], planned: &Plan) -> Option<(DateTime<Utc>, StartBasis)> {
    match planned.start {
        Start::At(at, basis) => Some((at, basis)),
        Start::Signing(signed_at) => {
            let sign = clocks
                .iter()
                .find(|c| c.name == ClockName::Sign && c.generation == planned.generation);
            match (signed_at, sign.map(|sign| sign.due_at)) {
                (Some(signed), Some(due)) if signed <= due => Some((signed, StartBasis::Signing)),
                (_, Some(due)) => Some((due, StartBasis::SignDue)),
                (_, None) => None,
            }
        }
    }
}

#[cfg(test)]
mod tests;
