//! A request that an order stand still 挂起, of its lead unit or of a supervisor. What a rule of the city forbids is denied at
//! once. What a unit asks for waits for a person; what a supervisor proposes waits for another one, unless the city's policy
//! says that it holds at once.
use crate::domain::policies::{Ladder, Review, Suspensions};
use crate::domain::{Clock, NotSuspended, Order, RequestState, Wanted, may_suspend};
use crate::events::grants::{self, Beside, Grantee};
use crate::store;
pub use crate::store::requests::RequestFilter;
pub use crate::store::suspension_requests::SuspensionRequestRow;
use crate::store::suspensions::SuspensionRow;
use crate::usecases::PolicyShelf;
use crate::usecases::desk::{ASKED_MAX, Waiting};
use crate::usecases::request_extension::cause;
use crate::usecases::suspend_order::SuspendOrder;
use crate::usecases::watch::Watch;
use bus::Fact;
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::{Asked, Cause};
use contracts::ids::{OrderId, SuspensionId, UnitCode};
use db::{Conn, Db, DbError, Results, Work};
use thiserror::Error;
use uuid::Uuid;

/// Who decides what needs no person.
pub(super) const RULES: &str = "service:supervision";

/// A request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// The request, and the suspension that comes of it.
    pub suspension_id: SuspensionId,
    /// The order.
    pub order_id: OrderId,
    /// The unit and the assignment; `None` = whoever is responsible now.
    pub of: Option<(UnitCode, i32)>,
    /// Why, as the city's policy names it.
    pub reason_code: String,
    /// Why, personal data masked.
    pub reason: String,
    /// Until when.
    pub until: DateTime<Utc>,
    /// Document the unit relies on.
    pub basis: Option<String>,
    /// Evidence of the unit, as unit-gateway keeps it.
    pub attachments: Vec<Uuid>,
    /// `unit:<code>` or `agent:<subject>`
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// The use case for supervisors; units' requests come in a batch with everything else that is heard.
#[derive(Clone, Debug)]
pub struct RequestSuspension(pub SuspendOrder);

/// Why there is no request.
#[derive(Clone, Copy, Debug, Error)]
pub enum RequestRefused {
    /// Nothing is known of the order.
    #[error("nothing is known of the order")]
    OrderUnknown,
    /// A rule of the city forbids it.
    #[error(transparent)]
    Forbidden(#[from] NotSuspended),
}

impl Work for RequestSuspension {
    const NAME: &'static str = "request_suspension";
    type Command = Request;
    type Output = SuspensionRequestRow;
    type Refusal = RequestRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Request>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        // Asked by people, one at a time.
        for asked in commands {
            results.push(self.propose(conn, now, asked).await?);
        }
        Ok(results)
    }
}

impl RequestSuspension {
    async fn propose(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        Asked { cause, command }: &Asked<Request>,
    ) -> Result<Result<SuspensionRequestRow, RequestRefused>, DbError> {
        let orders = store::orders::lock(conn, &[command.order_id.uuid()]).await?;
        let watch = Watch::over(conn, orders).await?;
        let Some(watched) = watch.get(command.order_id) else {
            return Ok(Err(RequestRefused::OrderUnknown));
        };
        let ladder = self.0.policies.look::<Ladder>(conn).await?;
        let (order, clocks) = (&watched.order, watched.clocks.as_slice());
        let to = grantee(order, command);
        if let Err(refusal) = judge(conn, (order, clocks), &ladder.suspensions, command, &to).await? {
            return Ok(Err(refusal.into()));
        }
        let mut row = requested(command, &to);
        if ladder.suspensions.review == Review::AtOnce {
            row.granted_until = Some(row.until);
            decide(
                &mut row,
                RequestState::Granted,
                (RULES, "按本市规定即时生效"),
                now,
            );
        }
        store::suspension_requests::insert(conn, &row).await?;
        if row.granted_until.is_some() {
            let suspension = suspension(&row, (&command.by, &row.reason), now);
            self.0.begin(conn, now, &suspension, watch, cause).await?;
        }
        Ok(Ok(row))
    }
}

/// Records what a unit asks about an order that is watched; answers it with the denial, if a rule forbids it.
///
/// A unit may ask before its assignment is heard of here: then it waits for a person, who is asked later anyway.
pub(super) async fn record(
    conn: &mut Conn,
    now: DateTime<Utc>,
    (order, clocks): (&Order, &[Clock]),
    asked: &Asked<Request>,
    policies: &PolicyShelf,
) -> Result<Option<Fact>, DbError> {
    let request = &asked.command;
    let ladder = policies.look::<Ladder>(conn).await?;
    let to = grantee(order, request);
    let early = to.generation > order.generation();
    let verdict = judge(conn, (order, clocks), &ladder.suspensions, request, &to).await?;
    let denied = verdict.err().filter(|_| !early);
    let mut row = requested(request, &to);
    if let Some(denied) = denied {
        row.code = Some(denied.code().to_owned());
        decide(&mut row, RequestState::Denied, (RULES, denied.reason()), now);
    }
    let new = store::suspension_requests::insert(conn, &row).await?;
    let cause = cause(order.correlation_id, &asked.cause);
    Ok(denied.filter(|_| new).map(|denied| {
        let beside = match denied {
            NotSuspended::AlreadyPending(waiting) => Beside::Pending(waiting),
            _ => Beside::Nothing,
        };
        denial(&row, beside, now, &cause)
    }))
}

/// Whether the city's rules allow what is asked.
async fn judge(
    conn: &mut Conn,
    (order, clocks): (&Order, &[Clock]),
    rules: &Suspensions,
    request: &Request,
    to: &Grantee,
) -> Result<Result<(), NotSuspended>, DbError> {
    let leads = order
        .lead()
        .is_some_and(|lead| lead.lead.code == to.unit && lead.generation == to.generation);
    if !leads {
        return Ok(Err(if request.of.is_some() {
            NotSuspended::NotResponsible
        } else {
            NotSuspended::NotRunning
        }));
    }
    let wanted = Wanted {
        reason_code: request.reason_code.clone(),
        from: request.at,
        until: request.until,
    };
    if let Err(refusal) = may_suspend(order, clocks, rules, &wanted) {
        return Ok(Err(refusal));
    }
    let waiting = store::suspension_requests::waiting(conn, order.order_id.uuid(), to.generation).await?;
    Ok(waiting.map_or(Ok(()), |waiting| Err(NotSuspended::AlreadyPending(waiting))))
}

fn grantee(order: &Order, request: &Request) -> Grantee {
    let lead = order.lead().map(|lead| (lead.lead.code.clone(), lead.generation));
    let of = request.of.clone().or(lead);
    let (unit, generation) = of.unwrap_or_else(|| (UnitCode::from(""), 0));
    Grantee {
        order_id: order.order_id,
        unit,
        generation,
    }
}

fn requested(request: &Request, to: &Grantee) -> SuspensionRequestRow {
    SuspensionRequestRow {
        suspension_id: request.suspension_id.uuid(),
        order_id: to.order_id.uuid(),
        unit: to.unit.0.clone(),
        generation: to.generation,
        reason_code: request.reason_code.clone(),
        reason: request.reason.clone(),
        until: request.until,
        basis: request.basis.clone(),
        attachments: request.attachments.clone(),
        requested_by: request.by.clone(),
        requested_at: request.at,
        state: RequestState::Requested.word().to_owned(),
        code: None,
        granted_until: None,
        reviewed_by: None,
        review_reason: None,
        reviewed_at: None,
    }
}

/// Writes what became of a request into its row.
pub(super) fn decide(
    row: &mut SuspensionRequestRow,
    state: RequestState,
    (by, why): (&str, &str),
    now: DateTime<Utc>,
) {
    state.word().clone_into(&mut row.state);
    row.reviewed_by = Some(by.to_owned());
    row.review_reason = Some(why.to_owned());
    row.reviewed_at = Some(now);
}

/// The suspension that comes of a request that was granted; unit and caller are told why.
pub(super) fn suspension(
    row: &SuspensionRequestRow,
    (by, why): (&str, &str),
    now: DateTime<Utc>,
) -> SuspensionRow {
    SuspensionRow {
        suspension_id: row.suspension_id,
        order_id: row.order_id,
        unit: row.unit.clone(),
        generation: row.generation,
        reason_code: row.reason_code.clone(),
        reason: why.to_owned(),
        suspended_by: by.to_owned(),
        suspended_at: now,
        until: row.granted_until.unwrap_or(row.until),
        resumed_at: None,
        resumed_by: None,
        resume_reason: None,
    }
}

/// What is told of a request that was denied, or lapsed.
pub(super) fn denial(row: &SuspensionRequestRow, beside: Beside, now: DateTime<Utc>, cause: &Cause) -> Fact {
    let to = Grantee {
        order_id: OrderId(row.order_id),
        unit: UnitCode(row.unit.clone()),
        generation: row.generation,
    };
    let code = row.code.as_deref().unwrap_or_default();
    let why = row.review_reason.as_deref().unwrap_or_default();
    let by_unit = row.requested_by.starts_with("unit:");
    let id = SuspensionId(row.suspension_id);
    grants::not_suspended(&to, (id, by_unit), (code, why), beside, now, cause)
}

/// At most `limit` requests after a position, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &Db,
    filter: &RequestFilter,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: u32,
) -> Result<Vec<SuspensionRequestRow>, DbError> {
    store::suspension_requests::list(db.pool(), filter, after, i64::from(limit)).await
}

/// What the desk must review.
///
/// # Errors
/// When the database fails.
pub async fn on_desk(db: &Db, policies: &PolicyShelf) -> Result<Waiting<SuspensionRequestRow>, DbError> {
    let mut conn = db.pool().acquire().await?;
    let ladder = policies.look::<Ladder>(&mut conn).await?;
    drop(conn);
    let long = TimeDelta::hours(i64::from(ladder.suspensions.review_hours));
    let (waiting, late) =
        store::suspension_requests::count_waiting(db.pool(), db.clock().now() - long).await?;
    let filter = RequestFilter {
        state: Some(RequestState::Requested.word().to_owned()),
        ..RequestFilter::default()
    };
    let requests = store::suspension_requests::list(db.pool(), &filter, None, ASKED_MAX).await?;
    Ok(Waiting {
        waiting,
        late,
        requests,
    })
}
