//! Table `callbacks`: one row per task, in full.
use crate::domain::{Asking, Attempt, Claims, NotCalled, Recorded, Said, Task, TaskState};
use chrono::{DateTime, Utc};
use contracts::ids::{CallbackId, OrderId, UnitCode};
use contracts::words::{CallbackWay, Satisfaction};
use db::{Conn, DbError};
use uuid::Uuid;

/// A row as it stands in the table.
#[derive(Debug)]
pub(super) struct TaskRow {
    pub(super) callback_id: Uuid,
    pub(super) order_id: Uuid,
    pub(super) unit: String,
    pub(super) generation: i32,
    pub(super) rework: i32,
    pub(super) claimed_solved: bool,
    pub(super) claimed_contacted: bool,
    pub(super) claimed_result: Option<String>,
    pub(super) reply_text: String,
    pub(super) replied_at: DateTime<Utc>,
    pub(super) state: String,
    pub(super) due_at: DateTime<Utc>,
    pub(super) attempts: i32,
    pub(super) last_answer_at: Option<DateTime<Utc>>,
    pub(super) last_answer_by: Option<String>,
    pub(super) last_answer_key: Option<String>,
    pub(super) last_remark: Option<String>,
    pub(super) contacted: Option<bool>,
    pub(super) solved: Option<bool>,
    pub(super) result: Option<String>,
    pub(super) attitude: Option<String>,
    pub(super) contradicted: Vec<String>,
    pub(super) consequence: Option<String>,
    pub(super) ended_at: Option<DateTime<Utc>>,
    pub(super) way: Option<String>,
    pub(super) asked_way: Option<String>,
    pub(super) asked_with: Option<Uuid>,
    pub(super) not_called_reason: Option<String>,
    pub(super) calling_rule: Option<String>,
    pub(super) wanted_at: Option<DateTime<Utc>>,
}

fn bad(row: &TaskRow, column: &'static str, problem: &dyn std::fmt::Display) -> DbError {
    DbError::inconsistent("callbacks", column, &row.callback_id, problem)
}

fn satisfaction(row: &TaskRow, text: Option<&String>, column: &'static str) -> Result<Satisfaction, DbError> {
    let text = text.ok_or_else(|| bad(row, column, &"must not be null here"))?;
    text.parse().map_err(|error| bad(row, column, &error))
}

fn way(row: &TaskRow, text: Option<&String>, column: &'static str) -> Result<Option<CallbackWay>, DbError> {
    let parsed = text.map(|text| text.parse().map_err(|error| bad(row, column, &error)));
    parsed.transpose()
}

fn state(row: &TaskRow) -> Result<TaskState, DbError> {
    let ended = || {
        row.ended_at
            .ok_or_else(|| bad(row, "ended_at", &"must not be null here"))
    };
    Ok(match row.state.as_str() {
        "waiting" => TaskState::Waiting,
        "due" => TaskState::Due,
        "unreachable" => TaskState::Unreachable(ended()?),
        "not_called" => TaskState::NotCalled {
            at: ended()?,
            why: row
                .not_called_reason
                .as_deref()
                .and_then(|word| NotCalled::ALL.into_iter().find(|reason| reason.as_str() == word)),
            reworked: row.consequence.as_deref() == Some("reworked"),
        },
        "superseded" => TaskState::Superseded(ended()?),
        "recorded" => TaskState::Recorded(Recorded {
            at: ended()?,
            said: Said {
                contacted: row
                    .contacted
                    .ok_or_else(|| bad(row, "contacted", &"must not be null here"))?,
                solved: row
                    .solved
                    .ok_or_else(|| bad(row, "solved", &"must not be null here"))?,
                result: satisfaction(row, row.result.as_ref(), "result")?,
                attitude: satisfaction(row, row.attitude.as_ref(), "attitude")?,
            },
            asking: Asking {
                way: way(row, row.asked_way.as_ref(), "asked_way")?
                    .ok_or_else(|| bad(row, "asked_way", &"must not be null here"))?,
                at: ended()?,
                asked_with: row.asked_with.map(CallbackId),
            },
            contradicted: row.contradicted.clone(),
            reworked: row.consequence.as_deref() == Some("reworked"),
        }),
        other => return Err(bad(row, "state", &other)),
    })
}

impl TryFrom<TaskRow> for Task {
    type Error = DbError;

    fn try_from(row: TaskRow) -> Result<Self, DbError> {
        let claimed = row
            .claimed_result
            .as_ref()
            .map(|_| satisfaction(&row, row.claimed_result.as_ref(), "claimed_result"));
        Ok(Self {
            callback_id: CallbackId(row.callback_id),
            generation: row.generation,
            rework: row.rework,
            claims: Claims {
                solved: row.claimed_solved,
                contacted: row.claimed_contacted,
                result: claimed.transpose()?,
            },
            replied_at: row.replied_at,
            due_at: row.due_at,
            attempts: row.attempts,
            state: state(&row)?,
            way: way(&row, row.way.as_ref(), "way")?,
            last: row
                .last_answer_at
                .zip(row.last_answer_by)
                .map(|(at, by)| Attempt {
                    at,
                    by,
                    key: row.last_answer_key,
                    remark: row.last_remark.unwrap_or_default(),
                }),
            calling_rule: row.calling_rule,
            wanted_at: row.wanted_at,
            unit: UnitCode(row.unit),
            reply_text: row.reply_text,
        })
    }
}

/// Live tasks of the orders, and the tasks named. The orders are locked, so their tasks stand still.
pub(super) async fn load(
    conn: &mut Conn,
    orders: &[Uuid],
    named: &[Uuid],
) -> Result<Vec<(OrderId, Task)>, DbError> {
    let rows = sqlx::query_as!(
        TaskRow,
        "select callback_id, order_id, unit, generation, rework, claimed_solved, claimed_contacted, claimed_result,
                reply_text, replied_at, state, due_at, attempts, last_answer_at, last_answer_by, last_answer_key,
                last_remark, contacted, solved, result, attitude, contradicted, consequence, ended_at, way, asked_way, asked_with,
                not_called_reason, calling_rule, wanted_at
         from callbacks where (order_id = any($1) and state in ('waiting', 'due')) or callback_id = any($2)",
        orders,
        named
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| Ok((OrderId(row.order_id), row.try_into()?)))
        .collect()
}

fn column<T>(tasks: &[(OrderId, &Task)], value: impl Fn(&Task) -> T) -> Vec<T> {
    tasks.iter().map(|(_, task)| value(task)).collect()
}

fn last<T>(tasks: &[(OrderId, &Task)], value: impl Fn(&Attempt) -> Option<T>) -> Vec<Option<T>> {
    column(tasks, |task| task.last.as_ref().and_then(&value))
}

fn said<T>(tasks: &[(OrderId, &Task)], value: impl Fn(&Recorded) -> T) -> Vec<Option<T>> {
    column(tasks, |task| match &task.state {
        TaskState::Recorded(recorded) => Some(value(recorded)),
        _ => None,
    })
}

fn text(word: Satisfaction) -> String {
    word.as_str().to_owned()
}

fn consequence(task: &Task) -> Option<String> {
    let reworked = match &task.state {
        TaskState::Recorded(recorded) => recorded.reworked,
        TaskState::NotCalled { reworked, .. } => *reworked,
        TaskState::Waiting | TaskState::Due | TaskState::Unreachable(_) | TaskState::Superseded(_) => {
            return None;
        }
    };
    Some(if reworked { "reworked" } else { "closed" }.to_owned())
}

fn asked_with(task: &Task) -> Option<Uuid> {
    match &task.state {
        TaskState::Recorded(recorded) => recorded.asking.asked_with.map(CallbackId::uuid),
        _ => None,
    }
}

fn not_called_reason(task: &Task) -> Option<String> {
    match &task.state {
        TaskState::NotCalled { why, .. } => why.map(|why| why.as_str().to_owned()),
        _ => None,
    }
}

/// Inserts or updates, in the order given. PostgreSQL has no arrays of arrays of different lengths, so the
/// contradicted claims travel as one text.
pub(super) async fn upsert(conn: &mut Conn, tasks: &[(OrderId, &Task)]) -> Result<(), DbError> {
    if tasks.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into callbacks (callback_id, order_id, unit, generation, rework, claimed_solved, claimed_contacted,
                                claimed_result, reply_text, replied_at, state, due_at, attempts, last_answer_at,
                                last_answer_by, last_answer_key, last_remark, contacted, solved, result, attitude,
                                contradicted, consequence, ended_at, way, asked_way, asked_with, not_called_reason,
                                calling_rule, wanted_at)
         select callback_id, order_id, unit, generation, rework, claimed_solved, claimed_contacted, claimed_result,
                reply_text, replied_at, state, due_at, attempts, last_answer_at, last_answer_by, last_answer_key,
                last_remark, contacted, solved, result, attitude, string_to_array(coalesce(contradicted, ''), ' '),
                consequence, ended_at, way, asked_way, asked_with, not_called_reason, calling_rule, wanted_at
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::integer[], $5::integer[], $6::boolean[], $7::boolean[],
                     $8::text[], $9::text[], $10::timestamptz[], $11::text[], $12::timestamptz[], $13::integer[],
                     $14::timestamptz[], $15::text[], $16::text[], $17::text[], $18::boolean[], $19::boolean[],
                     $20::text[], $21::text[], $22::text[], $23::text[], $24::timestamptz[], $25::text[], $26::text[],
                     $27::uuid[], $28::text[], $29::text[], $30::timestamptz[])
             with ordinality as t(callback_id, order_id, unit, generation, rework, claimed_solved, claimed_contacted,
                                  claimed_result, reply_text, replied_at, state, due_at, attempts, last_answer_at,
                                  last_answer_by, last_answer_key, last_remark, contacted, solved, result, attitude,
                                  contradicted, consequence, ended_at, way, asked_way, asked_with, not_called_reason, calling_rule, wanted_at, n)
         order by n
         on conflict (callback_id) do update set
             state = excluded.state, due_at = excluded.due_at, attempts = excluded.attempts,
             last_answer_at = excluded.last_answer_at, last_answer_by = excluded.last_answer_by,
             last_answer_key = excluded.last_answer_key, last_remark = excluded.last_remark,
             contacted = excluded.contacted, solved = excluded.solved, result = excluded.result,
             attitude = excluded.attitude, contradicted = excluded.contradicted, consequence = excluded.consequence,
             ended_at = excluded.ended_at, way = excluded.way, asked_way = excluded.asked_way,
             asked_with = excluded.asked_with, not_called_reason = excluded.not_called_reason,
             calling_rule = excluded.calling_rule, wanted_at = excluded.wanted_at",
        &column(tasks, |task| task.callback_id.uuid()),
        &tasks.iter().map(|(order_id, _)| order_id.uuid()).collect::<Vec<_>>(),
        &column(tasks, |task| task.unit.0.clone()),
        &column(tasks, |task| task.generation),
        &column(tasks, |task| task.rework),
        &column(tasks, |task| task.claims.solved),
        &column(tasks, |task| task.claims.contacted),
        &column(tasks, |task| task.claims.result.map(text)) as &[Option<String>],
        &column(tasks, |task| task.reply_text.clone()),
        &column(tasks, |task| task.replied_at),
        &column(tasks, |task| task.state.word().to_owned()),
        &column(tasks, |task| task.due_at),
        &column(tasks, |task| task.attempts),
        &last(tasks, |last| Some(last.at)) as &[Option<DateTime<Utc>>],
        &last(tasks, |last| Some(last.by.clone())) as &[Option<String>],
        &last(tasks, |last| last.key.clone()) as &[Option<String>],
        &last(tasks, |last| Some(last.remark.clone())) as &[Option<String>],
        &said(tasks, |recorded| recorded.said.contacted) as &[Option<bool>],
        &said(tasks, |recorded| recorded.said.solved) as &[Option<bool>],
        &said(tasks, |recorded| text(recorded.said.result)) as &[Option<String>],
        &said(tasks, |recorded| text(recorded.said.attitude)) as &[Option<String>],
        &said(tasks, |recorded| recorded.contradicted.join(" ")) as &[Option<String>],
        &column(tasks, consequence) as &[Option<String>],
        &column(tasks, |task| task.state.ended_at()) as &[Option<DateTime<Utc>>],
        &column(tasks, |task| task.way.map(|way| way.as_str().to_owned())) as &[Option<String>],
        &said(tasks, |recorded| recorded.asking.way.as_str().to_owned()) as &[Option<String>],
        &column(tasks, asked_with) as &[Option<Uuid>],
        &column(tasks, not_called_reason) as &[Option<String>],
        &column(tasks, |task| task.calling_rule.clone()) as &[Option<String>],
        &column(tasks, |task| task.wanted_at) as &[Option<DateTime<Utc>>],
    )
    .execute(conn)
    .await?;
    Ok(())
}
