//! The day list of the supervision desk: every supervision order that goes on, batched by unit, and what needs a person
//! today. The numbers are of all; where a list is cut, its number says so.
use crate::store::supervision_read::{self, SupervisionRow, Tally, VoidRow};
use chrono::{DateTime, Utc};
use db::{Db, DbError};
use std::collections::BTreeMap;

/// At most so many of one unit are shown; the number beside them counts all.
const EACH_MAX: i64 = 50;

/// How many of what.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Totals {
    /// Those that go on.
    pub live: i64,
    /// Open ones whose answer falls due by the end of the day.
    pub due_today: i64,
    /// Those for which a rung waits for a person.
    pub proposed: i64,
    /// On the leaders' list.
    pub leaders: i64,
    /// By state.
    pub by_state: BTreeMap<String, i64>,
    /// By rung, 1 to 7.
    pub by_level: BTreeMap<i16, i64>,
    /// When the oldest began.
    pub oldest_at: Option<DateTime<Utc>>,
}

/// At most so many whose end is proposed are shown.
const UNFOUNDED_MAX: i64 = 200;

/// At most so many requests of one kind are shown; the number beside them counts all.
pub(super) const ASKED_MAX: i64 = 200;

/// Requests 申请 of one kind on the desk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiting<R> {
    /// How many wait for their review.
    pub waiting: i64,
    /// How many of them wait too long by the city's policy.
    pub late: i64,
    /// Those that wait, the oldest first: the late ones stand at the head.
    pub requests: Vec<R>,
}

/// A supervision order whose end is proposed, because nothing that pushed it counts any more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unfounded {
    /// It goes on until a person ends it.
    pub order: SupervisionRow,
    /// What refuted it: appeals that were upheld, judgements of two people.
    pub because: Vec<VoidRow>,
}

/// The batch of one unit.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct UnitBatch {
    /// The unit; `None` = nobody owns these orders.
    pub unit: Option<String>,
    /// How many of what.
    pub totals: Totals,
    /// The highest first, among those the oldest.
    pub orders: Vec<SupervisionRow>,
}

/// The day list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Desk {
    /// Of all units.
    pub totals: Totals,
    /// Unit by unit, the one with the most first.
    pub units: Vec<UnitBatch>,
}

impl Totals {
    fn add(&mut self, tally: &Tally) {
        self.live += tally.count;
        self.due_today += tally.due;
        self.proposed += tally.proposed;
        self.leaders += tally.leaders;
        *self.by_state.entry(tally.state.clone()).or_default() += tally.count;
        *self.by_level.entry(tally.level).or_default() += tally.count;
        let oldest = self
            .oldest_at
            .map_or(tally.oldest_at, |at| at.min(tally.oldest_at));
        self.oldest_at = Some(oldest);
    }
}

/// The day list; `day_end` = when the local day is over.
///
/// # Errors
/// When the database fails.
pub async fn desk(db: &Db, day_end: DateTime<Utc>) -> Result<Desk, DbError> {
    let mut desk = batches(db, day_end).await?;
    let mut shown: BTreeMap<Option<String>, Vec<SupervisionRow>> = BTreeMap::new();
    for row in supervision_read::of_each_unit(db.pool(), EACH_MAX).await? {
        shown.entry(row.unit.clone()).or_default().push(row);
    }
    for batch in &mut desk.units {
        batch.orders = shown.remove(&batch.unit).unwrap_or_default();
    }
    Ok(desk)
}

/// Supervision orders whose end is proposed to the desk, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn unfounded(db: &Db) -> Result<Vec<Unfounded>, DbError> {
    let rows = supervision_read::unfounded(db.pool(), db.clock().now(), UNFOUNDED_MAX).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.order_id).collect();
    let void = supervision_read::void_answers(db.pool(), &ids).await?;
    let of = |order: &SupervisionRow| {
        let own = void.iter().filter(|row| row.order_id == order.order_id);
        own.cloned().collect()
    };
    Ok(rows
        .into_iter()
        .map(|order| Unfounded {
            because: of(&order),
            order,
        })
        .collect())
}

/// The batches without their orders.
///
/// # Errors
/// When the database fails.
pub async fn batches(db: &Db, day_end: DateTime<Utc>) -> Result<Desk, DbError> {
    let mut totals = Totals::default();
    let mut units: BTreeMap<Option<String>, Totals> = BTreeMap::new();
    for tally in supervision_read::tally(db.pool(), day_end).await? {
        totals.add(&tally);
        units.entry(tally.unit.clone()).or_default().add(&tally);
    }
    let units = units.into_iter().map(|(unit, totals)| UnitBatch {
        unit,
        totals,
        orders: Vec::new(),
    });
    let mut units: Vec<UnitBatch> = units.collect();
    units.sort_by_key(|batch| std::cmp::Reverse(batch.totals.live));
    Ok(Desk { totals, units })
}
