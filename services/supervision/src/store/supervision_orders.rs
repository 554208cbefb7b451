//! Table `supervision_orders`: those that go on, locked and written under the lock of their orders.
use crate::domain::policies::{Answer, MetBy};
use crate::domain::supervision::{Identity, Rung, SupervisionOrder, from_height, height};
use chrono::{DateTime, Utc};
use contracts::ids::{OrderId, SupervisionId, UnitCode};
use contracts::terms::LimitUnit;
use contracts::words::SupervisionLevel;
use db::{Conn, DbError};
use serde_json::json;
use std::collections::BTreeMap;
use uuid::Uuid;

struct Row {
    supervision_id: Uuid,
    order_id: Uuid,
    number: String,
    batch_id: Option<Uuid>,
    unit: Option<String>,
    state: String,
    level: i16,
    proposed_level: Option<i16>,
    leaders: bool,
    trigger: String,
    began_at: DateTime<Utc>,
    since: Option<DateTime<Utc>>,
    answer_amount: Option<i32>,
    answer_unit: Option<String>,
    calendar: Option<String>,
    answer_until: Option<DateTime<Utc>>,
    met_by: Option<String>,
    evidence: Vec<String>,
    answered_by: Option<String>,
    steps: i32,
    discharged_at: Option<DateTime<Utc>>,
    outcome: Option<String>,
}

impl Row {
    fn bad(&self, column: &'static str, problem: &dyn std::fmt::Display) -> DbError {
        DbError::inconsistent("supervision_orders", column, &self.supervision_id, problem)
    }

    fn level(&self, height: i16) -> Result<SupervisionLevel, DbError> {
        from_height(height).ok_or_else(|| self.bad("level", &"is no level"))
    }

    fn rung(&self) -> Result<Option<Rung>, DbError> {
        let Some(((since, answer_until), calendar)) =
            self.since.zip(self.answer_until).zip(self.calendar.clone())
        else {
            return Ok(None);
        };
        let amount = u32::try_from(self.answer_amount.unwrap_or_default());
        let unit: Result<LimitUnit, _> = serde_json::from_value(json!(self.answer_unit));
        let met_by = MetBy::ALL
            .into_iter()
            .find(|known| Some(known.word()) == self.met_by.as_deref());
        Ok(Some(Rung {
            since,
            answer: Answer {
                amount: amount.map_err(|error| self.bad("answer_amount", &error))?,
                unit: unit.map_err(|error| self.bad("answer_unit", &error))?,
            },
            calendar,
            answer_until,
            met_by: met_by.ok_or_else(|| self.bad("met_by", &"is no way"))?,
            evidence: self.evidence.clone(),
        }))
    }

    fn read(self) -> Result<SupervisionOrder, DbError> {
        Ok(SupervisionOrder {
            state: self.state.parse().map_err(|error| self.bad("state", &error))?,
            level: self.level(self.level)?,
            proposed: self.proposed_level.map(|height| self.level(height)).transpose()?,
            rung: self.rung()?,
            identity: Identity {
                id: SupervisionId(self.supervision_id),
                number: self.number,
                batch_id: self.batch_id,
            },
            order_id: OrderId(self.order_id),
            unit: self.unit.map(UnitCode),
            leaders: self.leaders,
            trigger: self.trigger,
            began_at: self.began_at,
            answered_by: self.answered_by,
            steps: self.steps,
            discharged_at: self.discharged_at,
            outcome: self.outcome,
            fresh: Vec::new(),
        })
    }
}

/// Some supervision orders, locked, by their orders.
///
/// # Errors
/// When the database fails.
pub async fn lock(conn: &mut Conn, ids: &[Uuid]) -> Result<BTreeMap<OrderId, SupervisionOrder>, DbError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = sqlx::query_as!(
        Row,
        "select * from supervision_orders where supervision_id = any($1) order by supervision_id for update",
        ids
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| Ok((OrderId(row.order_id), row.read()?)))
        .collect()
}

/// The order that a supervision order is about.
///
/// # Errors
/// When the database fails.
pub async fn order_of(conn: &mut Conn, supervision_id: Uuid) -> Result<Option<Uuid>, DbError> {
    let order = sqlx::query_scalar!(
        "select order_id from supervision_orders where supervision_id = $1",
        supervision_id
    )
    .fetch_optional(conn)
    .await?;
    Ok(order)
}

/// So many new running numbers.
///
/// # Errors
/// When the database fails.
pub async fn numbers(conn: &mut Conn, count: usize) -> Result<Vec<i64>, DbError> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let numbers = sqlx::query_scalar!(
        r#"select nextval('supervision_numbers') as "number!" from generate_series(1, $1::bigint)"#,
        i64::try_from(count).unwrap_or(i64::MAX)
    )
    .fetch_all(conn)
    .await?;
    Ok(numbers)
}

fn column<T>(orders: &[&SupervisionOrder], value: impl Fn(&SupervisionOrder) -> T) -> Vec<T> {
    orders.iter().map(|order| value(order)).collect()
}

/// A column that the rung fills.
fn of_rung<T>(orders: &[&SupervisionOrder], value: impl Fn(&Rung) -> T) -> Vec<Option<T>> {
    column(orders, |order| order.rung.as_ref().map(&value))
}

fn unit_word(unit: LimitUnit) -> String {
    let word = json!(unit);
    word.as_str().unwrap_or_default().to_owned()
}

/// Inserts or updates.
///
/// # Errors
/// When the database fails.
pub async fn upsert(conn: &mut Conn, orders: &[&SupervisionOrder]) -> Result<(), DbError> {
    if orders.is_empty() {
        return Ok(());
    }
    type Time = DateTime<Utc>;
    // An array in an array must be rectangular, so codes travel as JSON.
    let evidence = column(orders, |o| {
        json!(o.rung.as_ref().map_or(&[][..], |rung| &rung.evidence))
    });
    sqlx::query_file!(
        "src/store/upsert_supervision_orders.sql",
        &column(orders, |o| o.identity.id.uuid()),
        &column(orders, |o| o.order_id.uuid()),
        &column(orders, |o| o.identity.number.clone()),
        &column(orders, |o| o.identity.batch_id) as &[Option<Uuid>],
        &column(orders, |o| o.unit.as_ref().map(|unit| unit.0.clone())) as &[Option<String>],
        &column(orders, |o| o.state.word().to_owned()),
        &column(orders, |o| height(o.level)),
        &column(orders, |o| o.proposed.map(height)) as &[Option<i16>],
        &column(orders, |o| o.leaders),
        &column(orders, |o| o.trigger.clone()),
        &column(orders, |o| o.began_at),
        &of_rung(orders, |r| r.since) as &[Option<Time>],
        &of_rung(orders, |r| i32::try_from(r.answer.amount).unwrap_or(i32::MAX)) as &[Option<i32>],
        &of_rung(orders, |r| unit_word(r.answer.unit)) as &[Option<String>],
        &of_rung(orders, |r| r.calendar.clone()) as &[Option<String>],
        &of_rung(orders, |r| r.answer_until) as &[Option<Time>],
        &of_rung(orders, |r| r.met_by.word().to_owned()) as &[Option<String>],
        &evidence,
        &column(orders, |o| o.answered_by.clone()) as &[Option<String>],
        &column(orders, |o| o.steps),
        &column(orders, |o| o.discharged_at) as &[Option<Time>],
        &column(orders, |o| o.outcome.clone()) as &[Option<String>],
    )
    .execute(conn)
    .await?;
    Ok(())
}
