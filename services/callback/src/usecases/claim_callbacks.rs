//! An agent takes the next call from the queue: the oldest promise, with whatever else the same caller is to be asked
//! about the same matter. Who has something already gets that again, so a repeated request takes nothing more.
use crate::store::claims;
use crate::usecases::policies::PolicyShelf;
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::Asked;
use db::{Conn, DbError, Results, Work};
use std::convert::Infallible;
use uuid::Uuid;

/// Tasks of one person that are asked about in one call.
const TOGETHER_MAX: i64 = 20;

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

/// Who wants to call: `agent:<subject>`.
#[derive(Clone, Debug)]
pub struct Command(pub String);

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
        let agents: Vec<&str> = commands.iter().map(|asked| asked.command.0.as_str()).collect();
        claims::one_at_a_time(conn, &agents).await?;
        let mut results = Vec::with_capacity(commands.len());
        for Asked { command, .. } in commands {
            let mut tasks = claims::of_agent(conn, &command.0, now).await?;
            if tasks.is_empty() {
                let together = self.policies.current(conn).await?.together;
                if let Some(next) = next(conn, now, together).await? {
                    tasks.push(next);
                    if together {
                        tasks.extend(claims::same_person(conn, next, now, TOGETHER_MAX).await?);
                    }
                    claims::take(conn, &tasks, &command.0, now + self.lease).await?;
                }
            }
            results.push(Ok(tasks));
        }
        Ok(results)
    }
}

/// The next task; with `together`, of somebody whom no other agent is calling about the same matter, or is about to.
async fn next(conn: &mut Conn, now: DateTime<Utc>, together: bool) -> Result<Option<Uuid>, DbError> {
    let mut passed = Vec::new();
    while passed.len() < PASSED_MAX {
        let Some(next) = claims::next(conn, now, together, &passed).await? else {
            break;
        };
        if !together || claims::is_free(conn, next, now).await? {
            return Ok(Some(next));
        }
        passed.push(next);
    }
    Ok(None)
}
