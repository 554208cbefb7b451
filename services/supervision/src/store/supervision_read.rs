//! Supervision orders and their steps as people see them.
use chrono::{DateTime, Utc};
use db::DbError;
use serde_json::Value;
use sqlx::PgPool;
use uuid::Uuid;

/// A supervision order with what identifies its order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SupervisionRow {
    /// The supervision order.
    pub supervision_id: Uuid,
    /// Number of its documents.
    pub number: String,
    /// The order.
    pub order_id: Uuid,
    /// Its number.
    pub order_number: Option<String>,
    /// One line, masked.
    pub title: Option<String>,
    /// 事项
    pub matter: Option<String>,
    /// Where the order stands.
    pub order_state: String,
    /// The request that opened it by hand.
    pub batch_id: Option<Uuid>,
    /// Who must act.
    pub unit: Option<String>,
    /// Name of the order's newest unit.
    pub unit_name: Option<String>,
    /// Where it stands.
    pub state: String,
    /// Rung, 1 to 7.
    pub level: i16,
    /// Higher rung that waits for a person.
    pub proposed_level: Option<i16>,
    /// On the leaders' list.
    pub leaders: bool,
    /// What began it.
    pub trigger: String,
    /// When.
    pub began_at: DateTime<Utc>,
    /// When the rung must be answered.
    pub answer_until: Option<DateTime<Utc>>,
    /// What answers it.
    pub met_by: Option<String>,
    /// Codes of what an answer must bring.
    pub evidence: Vec<String>,
    /// Who recorded the answer that waits.
    pub answered_by: Option<String>,
    /// How many steps.
    pub steps: i32,
    /// When it ended.
    pub discharged_at: Option<DateTime<Utc>>,
    /// How.
    pub outcome: Option<String>,
}

/// A step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StepRow {
    /// 1, 2, 3, …
    pub number: i32,
    /// What it was.
    pub kind: String,
    /// Who.
    pub author: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Rung, 1 to 7.
    pub level: i16,
    /// The rung before.
    pub from_level: Option<i16>,
    /// What caused it.
    pub trigger: Option<String>,
    /// Number of its document.
    pub document: String,
    /// In words.
    pub text: String,
    /// `[{code, reference}]`
    pub evidence: Value,
    /// Until when it must be answered.
    pub answer_until: Option<DateTime<Utc>>,
    /// Who is told beside the unit.
    pub told: Vec<String>,
    /// How it ended.
    pub outcome: Option<String>,
}

/// Which; `None` = whatever it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// One supervision order.
    pub supervision_id: Option<Uuid>,
    /// Of one order.
    pub order_id: Option<Uuid>,
    /// Opened by one request.
    pub batch_id: Option<Uuid>,
    /// Of one unit.
    pub unit: Option<String>,
    /// On this rung, 1 to 7.
    pub level: Option<i16>,
    /// In this state.
    pub state: Option<String>,
    /// True = not discharged, false = discharged.
    pub live: Option<bool>,
    /// On the leaders' list.
    pub leaders: Option<bool>,
    /// Begun by then.
    pub began_by: Option<DateTime<Utc>>,
}

/// Those that fit, the oldest first, after a position.
///
/// # Errors
/// When the database fails.
pub async fn list(
    pool: &PgPool,
    filter: &Filter,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<SupervisionRow>, DbError> {
    let (at, id) = after.unzip();
    let rows = sqlx::query_as!(
        SupervisionRow,
        r#"select s.supervision_id, s.number, s.order_id, o.order_number as "order_number?", o.title as "title?",
                  o.matter as "matter?", o.state as order_state, s.batch_id, s.unit, o.lead_name as "unit_name?",
                  s.state, s.level, s.proposed_level, s.leaders, s.trigger, s.began_at, s.answer_until, s.met_by,
                  s.evidence, s.answered_by, s.steps, s.discharged_at, s.outcome
           from supervision_orders s join orders o on o.order_id = s.order_id
           where ($1::uuid is null or s.supervision_id = $1) and ($2::uuid is null or s.order_id = $2)
             and ($3::uuid is null or s.batch_id = $3) and ($4::text is null or s.unit = $4)
             and ($5::smallint is null or s.level = $5) and ($6::text is null or s.state = $6)
             and ($7::boolean is null or (s.state <> 'discharged') = $7)
             and ($8::boolean is null or s.leaders = $8) and ($9::timestamptz is null or s.began_at <= $9)
             and ($10::timestamptz is null or (s.began_at, s.supervision_id) > ($10, $11::uuid))
           order by s.began_at, s.supervision_id limit $12"#,
        filter.supervision_id,
        filter.order_id,
        filter.batch_id,
        filter.unit,
        filter.level,
        filter.state,
        filter.live,
        filter.leaders,
        filter.began_by,
        at,
        id,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// Every step of one, the first first.
///
/// # Errors
/// When the database fails.
pub async fn steps(pool: &PgPool, supervision_id: Uuid) -> Result<Vec<StepRow>, DbError> {
    let rows = sqlx::query_as!(
        StepRow,
        "select number, kind, author, at, level, from_level, trigger, document, text, evidence, answer_until, told,
                outcome
         from supervision_steps where supervision_id = $1 order by number",
        supervision_id
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// Why a step of a supervision order counts no more: an answer that the unit refuted, or whose demand two people judged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VoidRow {
    /// The order it is about.
    pub order_id: Uuid,
    /// The answer.
    pub callback_id: Uuid,
    /// `appeal` or `judgement`
    pub why: String,
    /// Which.
    pub ref_id: Uuid,
    /// Since when it counts no more.
    pub at: DateTime<Utc>,
}

/// Supervision orders that go on although everything that pushed them rests on answers which count no more; the oldest
/// first. Only those are looked at of whose orders any answer counts no more.
///
/// # Errors
/// When the database fails.
pub async fn unfounded(
    pool: &PgPool,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<SupervisionRow>, DbError> {
    let rows = sqlx::query_as!(
        SupervisionRow,
        r#"select s.supervision_id, s.number, s.order_id, o.order_number as "order_number?", o.title as "title?",
                  o.matter as "matter?", o.state as order_state, s.batch_id, s.unit, o.lead_name as "unit_name?",
                  s.state, s.level, s.proposed_level, s.leaders, s.trigger, s.began_at, s.answer_until, s.met_by,
                  s.evidence, s.answered_by, s.steps, s.discharged_at, s.outcome
           from supervision_orders s join orders o on o.order_id = s.order_id
           where s.state <> 'discharged' and o.pushes -> 'void' is not null
             and supervision_rests_on_void_answers(s.supervision_id, $1)
           order by s.began_at, s.supervision_id limit $2"#,
        now,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// The answers about these orders that count no more, the first first.
///
/// # Errors
/// When the database fails.
pub async fn void_answers(pool: &PgPool, orders: &[Uuid]) -> Result<Vec<VoidRow>, DbError> {
    let rows = sqlx::query_as!(
        VoidRow,
        r#"select o.order_id, v.callback_id, v.why, v.ref_id, v.at
           from orders o cross join lateral jsonb_array_elements_text(o.pushes -> 'void') as void (id)
           join void_answers v on v.callback_id = void.id::uuid
           where o.order_id = any($1) order by v.at, v.callback_id"#,
        orders
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// How many go on, alike in unit, state and rung.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tally {
    /// Who must act.
    pub unit: Option<String>,
    /// Where they stand.
    pub state: String,
    /// Rung, 1 to 7.
    pub level: i16,
    /// How many.
    pub count: i64,
    /// Those open ones whose answer falls due before the moment asked for.
    pub due: i64,
    /// Those for which a rung waits for a person.
    pub proposed: i64,
    /// Those on the leaders' list.
    pub leaders: i64,
    /// When the oldest began.
    pub oldest_at: DateTime<Utc>,
}

/// Every supervision order that goes on, counted.
///
/// # Errors
/// When the database fails.
pub async fn tally(pool: &PgPool, due_before: DateTime<Utc>) -> Result<Vec<Tally>, DbError> {
    let rows = sqlx::query_as!(
        Tally,
        r#"select unit, state, level, count(*) as "count!",
                  count(*) filter (where state = 'open' and answer_until < $1) as "due!",
                  count(*) filter (where state = 'proposed' or proposed_level is not null) as "proposed!",
                  count(*) filter (where leaders) as "leaders!", min(began_at) as "oldest_at!"
           from supervision_orders where state <> 'discharged'
           group by unit, state, level order by unit nulls first, level desc, state"#,
        due_before
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// At most so many of each unit: the highest first, among those the oldest.
///
/// # Errors
/// When the database fails.
pub async fn of_each_unit(pool: &PgPool, each_max: i64) -> Result<Vec<SupervisionRow>, DbError> {
    let rows = sqlx::query_as!(
        SupervisionRow,
        r#"select s.supervision_id, s.number, s.order_id, o.order_number as "order_number?", o.title as "title?",
                  o.matter as "matter?", o.state as order_state, s.batch_id, s.unit, o.lead_name as "unit_name?",
                  s.state, s.level, s.proposed_level, s.leaders, s.trigger, s.began_at, s.answer_until, s.met_by,
                  s.evidence, s.answered_by, s.steps, s.discharged_at, s.outcome
           from (select *, row_number() over (partition by unit order by level desc, began_at, supervision_id) as place
                 from supervision_orders where state <> 'discharged') s
           join orders o on o.order_id = s.order_id
           where s.place <= $1 order by s.unit nulls first, s.place"#,
        each_max
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}
