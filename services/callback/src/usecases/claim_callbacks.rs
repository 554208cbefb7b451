//! An agent takes the next call from the queue: the oldest promise, with whatever else the same caller is to be asked
//! about the same matter. Or, asked for, the next task of the desk. Who has something already gets that again, so a repeated
//! request takes nothing more.
use crate::domain::Policies;
use crate::store::claims::{self, NextCall};
use crate::usecases::policies::PolicyShelf;
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::Asked;
use db::{Conn, DbError, Results, Work};
use std::convert::Infallible;
use uuid::Uuid;

/// Tasks of one person that are asked about in one call.
const TOGETHER_MAX: usize = 20;

/// Tasks that one look passes over because others are taking calls of the same people at the same moment.
const PASSED_MAX: usize = 100;

/// The use case.
#[derive(Clone, Debug)]
pub struct ClaimCallbacks {
    /// The city's rules.
    pub policies: PolicyShelf,
    /// How long a task is taken.
    pub lease: TimeDelta,
}

/// Who wants to work on what.
#[derive(Clone, Debug)]
pub struct Command {
    /// `agent:<subject>`.
    pub by: String,
    /// What the desk judges, instead of a call.
    pub desk: bool,
}

impl Work for ClaimCallbacks {
    const NAME: &'static str = "claim_callbacks";
    type Command = Command;
    /// Ids of the tasks, the oldest promise first; none when nothing is due.
    type Output = Vec<Uuid>;
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let agents: Vec<&str> = commands.iter().map(|asked| asked.command.by.as_str()).collect();
        claims::one_at_a_time(conn, &agents).await?;
        let policies = self.policies.current(conn).await?;
        let mut results = Vec::with_capacity(commands.len());
        for Asked { command, .. } in commands {
            let mut tasks = claims::of_agent(conn, &command.by, command.desk, now).await?;
            if tasks.is_empty() {
                tasks = if command.desk {
                    claims::next_for_desk(conn, now).await?.into_iter().collect()
                } else {
                    next_call(conn, now, &policies).await?
                };
                if !tasks.is_empty() {
                    claims::take(conn, &tasks, &command.by, now + self.lease).await?;
                }
            }
            results.push(Ok(tasks));
        }
        Ok(results)
    }
}

/// The next call that may be made at this hour; with `together`, to somebody whom no other agent is calling about the same
/// matter, or is about to.
async fn next_call(conn: &mut Conn, now: DateTime<Utc>, policies: &Policies) -> Result<Vec<Uuid>, DbError> {
    let (open, together) = (policies.open(now), policies.together);
    let mut passed = Vec::new();
    while open.any() && passed.len() < PASSED_MAX {
        let Some(next) = claims::next_call(conn, now, &open, together, &passed).await? else {
            break;
        };
        if let Some(tasks) = whole_call(conn, next, now, together).await? {
            return Ok(tasks);
        }
        passed.push(next.callback_id);
    }
    Ok(Vec::new())
}

/// Everything that one call is about, all of it or nothing: `None` when somebody else is taking it, or is writing any of it. No
/// other transaction is waited for, so claims hold each other up as little as anybody else.
async fn whole_call(
    conn: &mut Conn,
    next: NextCall,
    now: DateTime<Utc>,
    together: bool,
) -> Result<Option<Vec<Uuid>>, DbError> {
    if !claims::is_mine_alone(conn, next.order_id, together).await? {
        return Ok(None);
    }
    let orders = if together {
        let call = claims::orders_of_calls(conn, &[next.order_id]).await?;
        call.into_iter().map(|(_, other)| other.uuid()).collect()
    } else {
        vec![next.order_id]
    };
    if !claims::lock_idle(conn, &orders).await? {
        return Ok(None);
    }
    // Only now, so that it shows what those before us have committed.
    let mut tasks = claims::of_call(conn, &orders, now).await?;
    let still_due = tasks.iter().any(|task| task.callback_id == next.callback_id);
    if !still_due || tasks.iter().any(|task| task.held) {
        return Ok(None);
    }
    tasks.sort_by_key(|task| task.callback_id != next.callback_id);
    let ids = tasks.into_iter().map(|task| task.callback_id);
    Ok(Some(ids.take(TOGETHER_MAX).collect()))
}
