//! An order stands still 挂起, and goes on again: by a person, or when its time is up. The unit's clocks move in the same
//! transaction; the total clock runs on. Who asks for it and who decides: `request_suspension`, `review_suspension`.
use crate::domain::{Pause, Policy, running};
use crate::events;
use crate::events::grants::{self, Grantee};
use crate::store;
pub use crate::store::suspensions::SuspensionRow;
use crate::usecases::request_extension::cause;
use crate::usecases::watch::Watch;
use crate::usecases::{CalendarShelf, PolicyShelf};
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use contracts::ids::{OrderId, SuspensionId, UnitCode};
use contracts::words::ClockName;
use db::{Conn, Db, DbError, ExecuteError, Results, Work};
use std::convert::Infallible;
use thiserror::Error;
use uuid::Uuid;
use worktime::Suspension;

/// What suspends orders, and lets them go on.
#[derive(Clone, Debug)]
pub struct SuspendOrder {
    /// The city's rules about clocks.
    pub policy: Policy,
    /// Calendars.
    pub shelf: CalendarShelf,
    /// Policies.
    pub policies: PolicyShelf,
}

/// The use case that lets an order go on before its time.
#[derive(Clone, Debug)]
pub struct ResumeOrder(pub SuspendOrder);

/// Which order.
#[derive(Clone, Debug)]
pub struct Resume {
    /// The order.
    pub order_id: OrderId,
    /// Why, personal data masked.
    pub reason: String,
    /// `agent:<subject>`
    pub by: String,
}

/// Why not.
#[derive(Clone, Copy, Debug, Error)]
pub enum ResumeRefused {
    /// Nothing is known of the order.
    #[error("nothing is known of the order")]
    OrderUnknown,
    /// It does not stand still.
    #[error("the order is not suspended")]
    NotSuspended,
}

impl Work for ResumeOrder {
    const NAME: &'static str = "resume_order";
    type Command = Resume;
    type Output = SuspensionRow;
    type Refusal = ResumeRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Resume>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for Asked { cause, command } in commands {
            let order_id = command.order_id.uuid();
            let orders = store::orders::lock(conn, &[order_id]).await?;
            if orders.is_empty() {
                results.push(Err(ResumeRefused::OrderUnknown));
                continue;
            }
            let watch = Watch::over(conn, orders).await?;
            let Some(row) = store::suspensions::lock_open(conn, order_id, None).await? else {
                results.push(Err(ResumeRefused::NotSuspended));
                continue;
            };
            let by = (command.by.clone(), Some(command.reason.clone()));
            results.push(Ok(self.0.resume(conn, now, row, watch, by, cause).await?));
        }
        Ok(results)
    }
}

impl SuspendOrder {
    /// Begins a suspension that the rules allow, of an order that is watched.
    pub(super) async fn begin(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        row: &SuspensionRow,
        mut watch: Watch,
        asked: &Cause,
    ) -> Result<(), DbError> {
        store::suspensions::insert(conn, row).await?;
        let to = Grantee {
            order_id: OrderId(row.order_id),
            unit: UnitCode(row.unit.clone()),
            generation: row.generation,
        };
        let watched = watch.of(to.order_id);
        watched.order.grants.pauses.push(Pause {
            generation: row.generation,
            time: Suspension {
                from: row.suspended_at,
                to: row.until,
            },
            open: true,
        });
        let cause = cause(watched.order.correlation_id, asked);
        watched.cause = Some(cause.clone());
        let (_, mut facts) = watch
            .settle(conn, now, &self.shelf, &self.policy, &self.policies)
            .await?;
        let (id, why) = (
            SuspensionId(row.suspension_id),
            (row.reason_code.as_str(), row.reason.as_str()),
        );
        facts.insert(0, grants::suspended(&to, id, why, row.until, now, &cause));
        bus::outbox::append(conn, &facts).await
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
