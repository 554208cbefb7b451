//! Messages to callers: which are wanted after a change, which are due, what came of them.
use crate::domain::{Case, OrderState, Policies, TaskState};
use crate::store::cases::Cases;
use crate::store::messages::{self, Wanted};
use crate::usecases::policies::PolicyShelf;
use crate::usecases::record_answer;
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::Asked;
use contracts::ids::{CallbackId, OrderId};
use contracts::words::CallbackWay;
use db::{Conn, Db, DbError, Results, Work};
use std::convert::Infallible;
use uuid::Uuid;

pub use crate::store::messages::{Due, Survey};

/// Orders of one person and matter that one link answers for.
const TOGETHER_MAX: i64 = 20;

/// How long a link is of use after its task's deadline: the call that follows may come late, an answer is an answer.
const GRACE: TimeDelta = TimeDelta::hours(24);

/// So long after an answer, the same link answers "thanks" to a form that is sent once more.
const SENT_TWICE: TimeDelta = TimeDelta::minutes(1);

/// Writes down what is to be sent after the cases have changed: links for tasks whose next attempt is a message, and the
/// result for those who joined an order that has ended.
pub(super) async fn want(
    conn: &mut Conn,
    cases: &Cases,
    policies: &Policies,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let changed = cases.changed();
    let wanted: Vec<Wanted> = changed.iter().flat_map(|case| surveys(case)).collect();
    messages::want(conn, &wanted, policies.next_message(now), policies.together).await?;
    want_results(conn, &changed, policies, now).await
}

/// Writes down the result for those who joined: of the orders that have ended, also when they joined after the end, each
/// once.
pub(super) async fn want_results(
    conn: &mut Conn,
    cases: &[&Case],
    policies: &Policies,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    if !policies.writes {
        return Ok(());
    }
    let told = |case: &&&Case| {
        let registration = case.order.registration.as_ref();
        let tells = registration.is_some_and(|registration| policies.of(registration).tell_followers);
        tells && matches!(case.order.state, OrderState::Closed { .. })
    };
    let ended: Vec<OrderId> = cases
        .iter()
        .filter(told)
        .map(|case| case.order.order_id)
        .collect();
    messages::want_results(conn, &ended, policies.next_message(now)).await
}

fn surveys(case: &Case) -> Vec<Wanted> {
    let Some(registration) = &case.order.registration else {
        return Vec::new();
    };
    let by_message = case
        .tasks
        .iter()
        .filter(|task| task.state == TaskState::Due && task.way == Some(CallbackWay::Sms));
    by_message
        .map(|task| Wanted {
            callback_id: task.callback_id,
            order_id: case.order.order_id,
            complaint_id: registration.complaint_id,
            attempt: task.attempts,
            expires_at: task.due_at + GRACE,
        })
        .collect()
}

/// Takes messages that are due, and none outside the hours for messages: whatever could not be sent in the evening is tried
/// again in the morning. Those whose task has gone on without them are dropped.
///
/// # Errors
/// When the database fails.
pub async fn claim(
    db: &Db,
    policies: &PolicyShelf,
    lease: TimeDelta,
    limit: i64,
) -> Result<Vec<Due>, DbError> {
    let now = db.clock().now();
    messages::drop_pointless(db.pool(), now).await?;
    let mut conn = db.pool().acquire().await?;
    if policies.current(&mut conn).await?.next_message(now) > now {
        return Ok(Vec::new());
    }
    drop(conn);
    messages::claim(db.pool(), now, now + lease, limit).await
}

/// What came of a try.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Tried {
    /// Intake has it.
    Sent,
    /// Again after so long.
    Again(String, TimeDelta),
    /// Given up.
    Failed(String),
}

/// Writes down what came of a try.
///
/// # Errors
/// When the database fails.
pub async fn record(db: &Db, message_id: Uuid, tried: &Tried) -> Result<(), DbError> {
    let now = db.clock().now();
    let (state, error, again_at) = match tried {
        Tried::Sent => ("sent", None, now),
        Tried::Again(error, wait) => ("waiting", Some(error.as_str()), now + *wait),
        Tried::Failed(error) => ("failed", Some(error.as_str()), now),
    };
    messages::record(db.pool(), message_id, state, error, again_at, now).await
}

/// Tasks whose message was not answered in time, with their attempts.
///
/// # Errors
/// When the database fails.
pub async fn unanswered(db: &Db, limit: i64) -> Result<Vec<(CallbackId, i32)>, DbError> {
    messages::unanswered(db.pool(), db.clock().now(), limit).await
}

/// What a link opens, and the others its answer is for, where the city asks a person once about one matter.
///
/// # Errors
/// When the database fails.
pub async fn survey(
    db: &Db,
    policies: &PolicyShelf,
    message_id: Uuid,
) -> Result<Option<(Survey, Vec<Survey>)>, DbError> {
    let mut conn = db.pool().acquire().await?;
    let Some(survey) = messages::survey(&mut conn, message_id).await? else {
        return Ok(None);
    };
    let too = if policies.current(&mut conn).await?.together {
        messages::answered_too(&mut conn, survey.callback_id, TOGETHER_MAX).await?
    } else {
        Vec::new()
    };
    Ok(Some((survey, too)))
}

/// Whether an answer by this link was taken just now: the same form, sent twice.
///
/// # Errors
/// When the database fails.
pub async fn just_taken(db: &Db, message_id: Uuid) -> Result<bool, DbError> {
    messages::used_since(db.pool(), message_id, db.clock().now() - SENT_TWICE).await
}

/// A message was not answered in time, or could not be sent: the next attempt is due.
#[derive(Clone, Debug)]
pub struct LapseMessages {
    /// The city's rules.
    pub policies: PolicyShelf,
}

impl Work for LapseMessages {
    const NAME: &'static str = "lapse_messages";
    /// The task and how many attempts it had.
    type Command = (CallbackId, i32);
    type Output = ();
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Self::Command>],
    ) -> Result<Results<Self>, DbError> {
        let policies = self.policies.current(conn).await?;
        record_answer::lapse(conn, commands, &policies, now).await?;
        Ok(vec![Ok(()); commands.len()])
    }
}
