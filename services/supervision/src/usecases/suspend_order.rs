//! An order stands still 挂起, and goes on again: by a person, or when its time is up. The unit's clocks move in the same
//! transaction; the total clock runs on.
use crate::domain::policies::Ladder;
use crate::domain::{NotSuspended, Pause, Policy, Wanted, may_suspend, running};
use crate::events;
use crate::events::grants::{self, Grantee};
use crate::store;
pub use crate::store::suspensions::SuspensionRow;
use crate::usecases::request_extension::cause;
use crate::usecases::watch::Watch;
use crate::usecases::{CalendarShelf, PolicyShelf};
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use contracts::ids::{OrderId, SuspensionId};
use contracts::words::ClockName;
use db::{Conn, Db, DbError, ExecuteError, Results, Work};
use std::convert::Infallible;
use thiserror::Error;
use uuid::Uuid;
use worktime::Suspension;

/// The use case that suspends and resumes.
#[derive(Clone, Debug)]
pub struct SuspendOrder {
    /// The city's rules about clocks.
    pub policy: Policy,
    /// Calendars.
    pub shelf: CalendarShelf,
    /// Policies.
    pub policies: PolicyShelf,
}

/// What to do with an order.
#[derive(Clone, Debug)]
pub struct Command {
    /// The order.
    pub order_id: OrderId,
    /// What.
    pub what: What,
    /// Why, personal data masked.
    pub reason: String,
    /// `agent:<subject>`
    pub by: String,
}

/// Suspend, or resume before its time.
#[derive(Clone, Debug)]
pub enum What {
    /// With a reason of the city's policy, until then.
    Suspend(String, DateTime<Utc>),
    /// Now.
    Resume,
}

/// Why not.
#[derive(Clone, Copy, Debug, Error)]
pub enum SuspendRefused {
    /// Nothing is known of the order.
    #[error("nothing is known of the order")]
    OrderUnknown,
    /// It does not stand still.
    #[error("the order is not suspended")]
    NotSuspended,
    /// A rule of the city forbids it.
    #[error(transparent)]
    Forbidden(#[from] NotSuspended),
}

impl Work for SuspendOrder {
    const NAME: &'static str = "suspend_order";
    type Command = Command;
    type Output = SuspensionRow;
    type Refusal = SuspendRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for asked in commands {
            let orders = store::orders::lock(conn, &[asked.command.order_id.uuid()]).await?;
            if orders.is_empty() {
                results.push(Err(SuspendRefused::OrderUnknown));
                continue;
            }
            let watch = Watch::over(conn, orders).await?;
            results.push(match &asked.command.what {
                What::Suspend(code, until) => self.suspend(conn, now, asked, watch, (code, *until)).await?,
                What::Resume => {
                    let (by, reason) = (asked.command.by.clone(), Some(asked.command.reason.clone()));
                    let order_id = asked.command.order_id;
                    match store::suspensions::lock_open(conn, order_id.uuid(), None).await? {
                        Some(row) => Ok(self
                            .resume(conn, now, row, watch, (by, reason), &asked.cause)
                            .await?),
                        None => Err(SuspendRefused::NotSuspended),
                    }
                }
            });
        }
        Ok(results)
    }
}

impl SuspendOrder {
    async fn suspend(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        Asked {
            cause: asked,
            command,
        }: &Asked<Command>,
        mut watch: Watch,
        (code, until): (&str, DateTime<Utc>),
    ) -> Result<Result<SuspensionRow, SuspendRefused>, DbError> {
        let ladder = self.policies.look::<Ladder>(conn).await?;
        let watched = watch.of(command.order_id);
        let wanted = Wanted {
            reason_code: code.to_owned(),
            from: now,
            until,
        };
        if let Err(refusal) = may_suspend(&watched.order, &watched.clocks, &ladder.suspensions, &wanted) {
            return Ok(Err(refusal.into()));
        }
        let Some(lead) = watched.order.lead() else {
            return Ok(Err(NotSuspended::NotRunning.into()));
        };
        let to = Grantee {
            order_id: command.order_id,
            unit: lead.lead.code.clone(),
            generation: lead.generation,
        };
        let row = SuspensionRow {
            suspension_id: Uuid::now_v7(),
            order_id: command.order_id.uuid(),
            unit: to.unit.0.clone(),
            generation: to.generation,
            reason_code: code.to_owned(),
            reason: command.reason.clone(),
            suspended_by: command.by.clone(),
            suspended_at: now,
            until,
            resumed_at: None,
            resumed_by: None,
            resume_reason: None,
        };
        store::suspensions::insert(conn, &row).await?;
        let time = Suspension { from: now, to: until };
        let generation = to.generation;
        let open = true;
        watched.order.grants.pauses.push(Pause {
            generation,
            time,
            open,
        });
        let cause = cause(watched.order.correlation_id, asked);
        watched.cause = Some(cause.clone());
        let (_, mut facts) = watch
            .settle(conn, now, &self.shelf, &self.policy, &self.policies)
            .await?;
        let id = SuspensionId(row.suspension_id);
        facts.insert(
            0,
            grants::suspended(&to, id, (code, &command.reason), until, now, &cause),
        );
        bus::outbox::append(conn, &facts).await?;
        Ok(Ok(row))
    }

    /// Ends an open suspension, which is locked.
    async fn resume(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        mut row: SuspensionRow,
        mut watch: Watch,
        (by, reason): (String, Option<String>),
        asked: &Cause,
    ) -> Result<SuspensionRow, DbError> {
        let order_id = OrderId(row.order_id);
        row.resumed_at = Some(now.min(row.until).max(row.suspended_at));
        row.resumed_by = Some(by);
        row.resume_reason = reason;
        store::suspensions::resume(conn, &row).await?;
        let watched = watch.of(order_id);
        for pause in &mut watched.order.grants.pauses {
            if pause.generation == row.generation && pause.time.from == row.suspended_at {
                pause.time.to = now.min(row.until);
                pause.open = false;
            }
        }
        watched
            .order
            .grants
            .pauses
            .retain(|pause| pause.time.to > pause.time.from);
        let cause = cause(watched.order.correlation_id, asked);
        watched.cause = Some(cause.clone());
        let (watch, mut facts) = watch
            .settle(conn, now, &self.shelf, &self.policy, &self.policies)
            .await?;
        let due_at = watch.get(order_id).and_then(|watched| {
            running(&watched.order, &watched.clocks, ClockName::Finish).map(|clock| clock.due_at)
        });
        let (id, reason) = (SuspensionId(row.suspension_id), row.resume_reason.as_deref());
        facts.insert(
            0,
            grants::resumed(order_id, (id, row.generation), reason, due_at, now, &cause),
        );
        bus::outbox::append(conn, &facts).await?;
        Ok(row)
    }
}

/// The use case that ends suspensions whose time is up.
#[derive(Clone, Debug)]
pub struct ResumeEnded(pub SuspendOrder);

impl Work for ResumeEnded {
    const NAME: &'static str = "resume_ended";
    type Command = u32;
    type Output = usize;
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<u32>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for asked in commands {
            let mut done = 0;
            let ended = store::suspensions::ended(conn, now, i64::from(asked.command)).await?;
            // All of them at once and in the order of their ids, as whoever else locks several orders.
            let _ = store::orders::lock(conn, &ended).await?;
            for order_id in ended {
                let orders = store::orders::lock(conn, &[order_id]).await?;
                let watch = Watch::over(conn, orders).await?;
                // Another one that was begun since is not over.
                if let Some(row) = store::suspensions::lock_open(conn, order_id, Some(now)).await? {
                    let by = (events::CLOCK_ACTOR.to_owned(), None);
                    let _ = self.0.resume(conn, now, row, watch, by, &asked.cause).await?;
                    done += 1;
                }
            }
            results.push(Ok(done));
        }
        Ok(results)
    }
}

/// Ends at most `limit` suspensions whose time is up, in a transaction of its own.
///
/// # Errors
/// When the database fails.
pub async fn resume_chunk(
    db: &Db,
    work: &ResumeEnded,
    limit: u32,
) -> Result<usize, ExecuteError<Infallible>> {
    let cause = Cause::asked_by(events::CLOCK_ACTOR, None);
    db.execute(
        work,
        Asked {
            cause,
            command: limit,
        },
    )
    .await
}

/// At most `limit` suspensions after a position, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &Db,
    open: Option<bool>,
    order_id: Option<Uuid>,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: u32,
) -> Result<Vec<SuspensionRow>, DbError> {
    store::suspensions::list(db.pool(), open, order_id, after, i64::from(limit)).await
}
