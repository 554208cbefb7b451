//! Orders that needed a calendar before its directory version arrived get their clocks now.
use crate::domain::Policy;
use crate::usecases::watch::Watch;
use crate::usecases::{CalendarShelf, PolicyShelf};
use crate::{events, store};
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use db::{Conn, Db, DbError, ExecuteError, Results, Work};
use std::convert::Infallible;

/// The use case.
#[derive(Clone, Debug)]
pub struct ArmWaiting {
    /// The city's rules.
    pub policy: Policy,
    /// Published calendars.
    pub shelf: CalendarShelf,
    /// Policy documents.
    pub policies: PolicyShelf,
}

/// At most so many orders.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// Orders in this transaction.
    pub limit: u32,
}

impl Work for ArmWaiting {
    const NAME: &'static str = "arm_waiting";
    type Command = Command;
    type Output = usize;
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for asked in commands {
            let orders = store::orders::lock_unarmed(conn, now, i64::from(asked.command.limit)).await?;
            let waiting = orders.len();
            let watch = Watch::over(conn, orders).await?;
            let (watch, facts) = watch
                .settle(conn, now, &self.shelf, &self.policy, &self.policies)
                .await?;
            bus::outbox::append(conn, &facts).await?;
            results.push(Ok(waiting - watch.unarmed()));
        }
        Ok(results)
    }
}

/// Arms one chunk in a transaction of its own; answers how many orders wait no more.
///
/// # Errors
/// When the database fails.
pub async fn arm_chunk(db: &Db, work: &ArmWaiting, limit: u32) -> Result<usize, ExecuteError<Infallible>> {
    let cause = Cause::asked_by(events::CLOCK_ACTOR, None);
    db.execute(
        work,
        Asked {
            cause,
            command: Command { limit },
        },
    )
    .await
}
