//! An agent puts a task back: for another agent, or, with whatever else the call was about, for the time the caller asked
//! for. No attempt is counted.
use crate::store::{self, claims};
use crate::usecases::policies::PolicyShelf;
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::Asked;
use contracts::ids::CallbackId;
use db::{Conn, DbError, Results, Work};
use thiserror::Error;

/// A caller cannot put it off for longer.
const PUT_OFF_DAYS_MAX: i64 = 14;

/// The use case.
#[derive(Clone, Debug)]
pub struct PutBack {
    /// The city's rules.
    pub policies: PolicyShelf,
}

/// A task to put back.
#[derive(Clone, Debug)]
pub struct Command {
    /// The task.
    pub callback_id: CallbackId,
    /// `agent:<subject>`.
    pub by: String,
    /// When the caller wants to be called; `None` = only the claim ends.
    pub at: Option<DateTime<Utc>>,
}

/// Why it stays as it is.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum PutBackRefused {
    /// There is no such task.
    #[error("no such callback")]
    Unknown,
    /// It is not to be called.
    #[error("this callback is {0}, not due")]
    NotDue(String),
    /// Another agent has it.
    #[error("another agent is calling about this")]
    ClaimedByAnother,
    /// Not in the next days.
    #[error("must be later than now and at most {PUT_OFF_DAYS_MAX} days away")]
    NoTime,
}

impl Work for PutBack {
    const NAME: &'static str = "put_back";
    type Command = Command;
    type Output = ();
    type Refusal = PutBackRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let policies = self.policies.current(conn).await?;
        let mut results = Vec::with_capacity(commands.len());
        for Asked { command, .. } in commands {
            let task = command.callback_id;
            let orders = if policies.together && command.at.is_some() {
                claims::orders_of_person(conn, task).await?
            } else {
                let own = store::answers::orders_of(conn, &[task]).await?;
                own.values().map(|order_id| order_id.uuid()).collect()
            };
            // Whoever records an answer has read the tasks under this lock and writes them whole.
            claims::lock_orders(conn, &orders).await?;
            let held = claims::lock(conn, task).await?;
            let checked = check(held.as_ref(), command, now);
            if checked.is_ok() {
                match command.at {
                    Some(at) => {
                        let at = policies.next_call(at);
                        claims::call_again(conn, task, &orders, at, (&command.by, now)).await?;
                    }
                    None => claims::end(conn, &[task]).await?,
                }
            }
            results.push(checked);
        }
        Ok(results)
    }
}

fn check(held: Option<&claims::Held>, command: &Command, now: DateTime<Utc>) -> Result<(), PutBackRefused> {
    let held = held.ok_or(PutBackRefused::Unknown)?;
    if held.state != "due" {
        return Err(PutBackRefused::NotDue(held.state.clone()));
    }
    let taken = held.claimed_until.is_some_and(|until| until > now);
    if taken && held.claimed_by.as_ref() != Some(&command.by) {
        return Err(PutBackRefused::ClaimedByAnother);
    }
    match command.at {
        Some(at) if at <= now || at > now + TimeDelta::days(PUT_OFF_DAYS_MAX) => Err(PutBackRefused::NoTime),
        _ => Ok(()),
    }
}
