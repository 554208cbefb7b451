//! Brings the clocks of an order to what its facts demand: arms, moves, meets, stops. Pure; called in the
//! transaction of the fact, for every order of a batch.
//!
//! A due time is computed only when what it follows from has changed.
use crate::domain::due_times::due_times;
use crate::domain::plan::{Plan, Start, plan};
use crate::domain::{Basis, Calendars, Clock, ClockEffect, ClockState, Order, Policy, StartBasis};
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
    for clock in &mut done.clocks {
        if !plans.iter().any(|planned| is_of(clock, planned)) {
            clock.cancel(now);
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

/// Finds or arms the clock of a plan; answers its position.
fn place(
    clocks: &mut Vec<Clock>,
    planned: &Plan,
    calendars: &Calendars,
    policy: &Policy,
) -> Result<Option<usize>, String> {
    let position = clocks.iter().position(|clock| is_of(clock, planned));
    // The total clock is moved once, from the city's default to the terms of the first assignment.
    let settled = planned.name == ClockName::Total
        && position.is_some_and(|at| clocks[at].basis.start != StartBasis::DefaultTotal);
    if settled {
        return Ok(position);
    }
    let Some((started_at, start)) = started(clocks, planned) else {
        return Ok(position);
    };
    let found = match planned.directory_version {
        Some(version) => calendars.as_of(version, &planned.calendar),
        None => calendars.newest(&planned.calendar),
    };
    let Some((directory_version, calendar)) = found else {
        return Err(format!("calendar {} has not been published", planned.calendar));
    };
    let basis = Basis {
        limit: planned.limit,
        start,
        started_at,
        calendar: calendar.code().to_owned(),
        directory_version,
    };
    if position.is_some_and(|at| clocks[at].basis == basis) {
        return Ok(position);
    }
    let (warn_at, due_at) = due_times(calendar, &planned.limit, started_at, policy)
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
