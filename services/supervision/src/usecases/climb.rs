//! The frame around [`supervision::climb`]: what the ladder makes of the orders of a batch, written with one statement for
//! each table. Most batches have nothing to write.
//!
//! A changed ladder applies to what happens from then on: to facts that are heard, and timers that fire, after it was put.
use crate::domain::Order;
use crate::domain::supervision::{
    self, Group, Identity, Look, Means, Sight, SupervisionOrder, group_of, look,
};
use crate::events;
use crate::store;
use crate::store::alike_orders::AlikeRow;
use crate::store::trigger_effects::EffectRow;
use crate::usecases::watch::Watched;
use bus::Fact;
use chrono::{DateTime, Datelike, Utc};
use contracts::cause::Cause;
use contracts::ids::{OrderId, SupervisionId};
use db::{Conn, DbError};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Lets supervision orders follow the facts of their orders; answers what is told. `in_time` = the timers of these orders
/// fire now.
pub(super) async fn climb(
    conn: &mut Conn,
    orders: &mut BTreeMap<OrderId, Watched>,
    in_time: bool,
    means: &Means<'_>,
) -> Result<Vec<Fact>, DbError> {
    let mut looks = BTreeMap::new();
    for (order_id, watched) in orders.iter_mut() {
        match look(&watched.order, &watched.clocks, means) {
            Ok(look) => drop(looks.insert(*order_id, look)),
            Err(reason) => wait(&mut watched.order, &reason),
        }
    }
    see_groups(conn, orders, &mut looks, means).await?;
    forget_taken(conn, &mut looks).await?;
    let free = looks
        .iter()
        .filter(|(id, look)| !look.seen.is_empty() && may_begin(&orders[*id]));
    let numbers = store::supervision_orders::numbers(conn, free.count()).await?;
    let mut numbers = numbers.into_iter();
    let mut name = || identity(numbers.next().unwrap_or_default(), None, means.now);
    let (mut changed, mut effects, mut facts) = (Vec::new(), Vec::new(), Vec::new());
    for (order_id, watched) in orders.iter_mut() {
        let Some(look) = looks.get(order_id) else {
            continue;
        };
        let now_true = |sight: &&Sight<'_>| in_time || sight.due_at.is_none();
        let sights: Vec<Sight<'_>> = look.seen.iter().filter(now_true).cloned().collect();
        let done = supervision::climb(
            watched.supervision.take(),
            (&watched.order, watched.loaded.as_ref()),
            (&sights, in_time),
            &mut name,
            means,
        );
        if let Some(reason) = &done.waits {
            wait(&mut watched.order, reason);
        } else if let Some(live) = &done.live {
            effects.extend(sights.iter().map(|sight| effect(*order_id, sight, live)));
        }
        watched.supervision = done.live;
        watched.order.ladder_at = next_look(look, watched.supervision.as_ref(), in_time);
        let live = watched.supervision.as_ref();
        watched.order.supervision = live.map(|live| live.identity.id);
        watched.order.level = live.map_or(0, SupervisionOrder::height);
        let cause = watched.ladder_cause();
        let touched = done.ended.into_iter().chain(live.cloned());
        for order in touched.filter(|order| watched.supervised.as_ref() != Some(order)) {
            facts.extend(events::ladder::facts(&order, means.now, &cause));
            changed.push(order);
        }
        if let Some(live) = &mut watched.supervision {
            live.fresh.clear();
        }
    }
    write(conn, &changed).await?;
    store::trigger_effects::insert(conn, &effects, means.now).await?;
    Ok(facts)
}

/// Writes supervision orders with their new steps.
pub(super) async fn write(conn: &mut Conn, changed: &[SupervisionOrder]) -> Result<(), DbError> {
    // Ended ones first: a new one of the same order may stand beside them.
    let (live, ended): (Vec<&SupervisionOrder>, Vec<_>) = changed.iter().partition(|order| order.is_live());
    for orders in [ended, live] {
        store::supervision_orders::upsert(conn, &orders).await?;
        store::supervision_steps::append(conn, &orders).await?;
    }
    Ok(())
}

/// A new supervision order.
pub(super) fn identity(number: i64, batch_id: Option<Uuid>, now: DateTime<Utc>) -> Identity {
    Identity {
        id: SupervisionId(Uuid::now_v7()),
        number: format!("DB{}-{number:06}", now.year()),
        batch_id,
    }
}

/// One may begin in this transaction: none goes on, or the one that does may end.
fn may_begin(watched: &Watched) -> bool {
    let lead = watched.order.lead_unit();
    watched
        .supervision
        .as_ref()
        .is_none_or(|live| live.unit.as_ref() != lead || live.rung.is_some())
}

/// A rung waits for its calendar like a clock: the job `arm_waiting` looks again.
fn wait(order: &mut Order, reason: &str) {
    tracing::warn!(order.id = %order.order_id, reason, "the ladder waits for a calendar");
    order.unarmed = true;
}

fn effect(order_id: OrderId, sight: &Sight<'_>, live: &SupervisionOrder) -> EffectRow {
    EffectRow {
        order_id: order_id.uuid(),
        trigger: sight.trigger.code.clone(),
        saw: sight.saw.clone(),
        supervision_id: live.identity.id.uuid(),
    }
}

/// When the ladder must look again: the next trigger, what only a timer may do, the limit of the rung.
fn next_look(look: &Look<'_>, live: Option<&SupervisionOrder>, in_time: bool) -> Option<DateTime<Utc>> {
    let due = look.seen.iter().filter_map(|sight| sight.due_at);
    let due = due.filter(|_| !in_time).min();
    let answer = live.and_then(SupervisionOrder::answer_until);
    [look.next, due, answer].into_iter().flatten().min()
}

/// Takes out what has had its effect.
async fn forget_taken(conn: &mut Conn, looks: &mut BTreeMap<OrderId, Look<'_>>) -> Result<(), DbError> {
    let seeing = looks.iter().filter(|(_, look)| !look.seen.is_empty());
    let seeing: Vec<Uuid> = seeing.map(|(id, _)| id.uuid()).collect();
    let taken = store::trigger_effects::of_orders(conn, &seeing).await?;
    for (order_id, look) in looks.iter_mut() {
        look.seen.retain(|sight| {
            !taken.contains(&(order_id.uuid(), sight.trigger.code.clone(), sight.saw.clone()))
        });
    }
    Ok(())
}

/// Orders whose caller, place and matter are all known for the first time: are there many like them?
async fn see_groups<'a>(
    conn: &mut Conn,
    orders: &BTreeMap<OrderId, Watched>,
    looks: &mut BTreeMap<OrderId, Look<'a>>,
    means: &Means<'a>,
) -> Result<(), DbError> {
    let rows: Vec<AlikeRow> = orders.values().filter_map(new_alike).collect();
    store::alike_orders::insert(conn, &rows).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = rows.iter().map(|row| row.order_id).collect();
    let rows: BTreeMap<Uuid, &AlikeRow> = rows.iter().map(|row| (row.order_id, row)).collect();
    let mut grown = Vec::new();
    for trigger in &means.ladder.triggers {
        let Some(Group { min, days, by_caller }) = group_of(trigger.when) else {
            continue;
        };
        let found = if by_caller {
            store::alike_orders::by_caller(conn, &ids, (min, days)).await?
        } else {
            store::alike_orders::by_place(conn, &ids, (min, days)).await?
        };
        grown.extend(
            found
                .into_iter()
                .map(|(id, alike)| (trigger, days, saw(rows[&id], by_caller), id, alike)),
        );
    }
    let groups: BTreeSet<_> = grown
        .iter()
        .map(|(trigger, days, saw, ..)| (trigger.code.clone(), saw.clone(), i64::from(*days)))
        .collect();
    let mut untouched = store::trigger_effects::untouched(conn, &groups, means.now).await?;
    for (trigger, _, saw, id, alike) in grown {
        let look = looks.get_mut(&OrderId(id));
        // The order that completes the group stands for all of it.
        if let Some(look) = look
            && untouched.remove(&(trigger.code.clone(), saw.clone()))
        {
            look.seen.push(Sight {
                trigger,
                saw,
                due_at: None,
                orders: alike.iter().map(Uuid::to_string).collect(),
            });
        }
    }
    Ok(())
}

fn saw(row: &AlikeRow, by_caller: bool) -> String {
    let matter = &row.matter;
    match row.caller.filter(|_| by_caller) {
        Some(caller) => format!("same_caller:{caller}/{matter}"),
        None => format!(
            "same_place:{}/{matter}",
            row.division.as_deref().unwrap_or_default()
        ),
    }
}

/// The order as others may be like it, when that has become known just now.
fn new_alike(watched: &Watched) -> Option<AlikeRow> {
    let known = |order: &Order| order.registration.is_some() && order.assignment.is_some();
    if watched.loaded.as_ref().is_some_and(known) || watched.order.closed.is_some() {
        return None;
    }
    let (registration, assignment) = watched
        .order
        .registration
        .as_ref()
        .zip(watched.order.assignment.as_ref())?;
    Some(AlikeRow {
        order_id: watched.order.order_id.uuid(),
        caller: registration.caller,
        matter: assignment.matter.clone()?,
        division: assignment.division.clone(),
        accepted_at: registration.accepted_at,
    })
}

impl Watched {
    /// What the ladder does follows from the newest fact, else from time alone.
    fn ladder_cause(&self) -> Cause {
        let mut cause = self
            .cause
            .clone()
            .unwrap_or_else(|| Cause::asked_by(events::LADDER_ACTOR, None));
        if let Some(contact) = self.order.correlation_id {
            cause.correlation_id = contact;
        }
        cause
    }
}
