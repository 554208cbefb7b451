//! A request for more time 延期, of a unit or of staff: recorded, and denied at once when a rule of the city forbids it.
//! Otherwise a supervisor decides.
use crate::domain::policies::Ladder;
use crate::domain::{Ask, Clock, Denied, Order, may_extend, running};
use crate::events::grants::{self, Grantee};
use crate::store;
pub use crate::store::extensions::ExtensionRow;
pub use crate::store::requests::RequestFilter;
use crate::usecases::desk::{ASKED_MAX, Waiting};
use crate::usecases::watch::Watch;
use crate::usecases::{CalendarShelf, PolicyShelf};
use bus::Fact;
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::{Asked, Cause};
use contracts::ids::{ExtensionId, OrderId, UnitCode};
use contracts::terms::LimitUnit;
use contracts::words::ClockName;
use db::{Conn, Db, DbError, Results, Work};
use thiserror::Error;
use uuid::Uuid;

/// A request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// The request.
    pub extension_id: ExtensionId,
    /// The order.
    pub order_id: OrderId,
    /// The unit and the assignment; `None` = whoever is responsible now.
    pub of: Option<(UnitCode, i32)>,
    /// Which clock.
    pub clock: ClockName,
    /// How much.
    pub amount: u32,
    /// Of what.
    pub amount_unit: LimitUnit,
    /// Why, personal data masked.
    pub reason: String,
    /// Document the unit relies on.
    pub basis: Option<String>,
    /// `unit:<code>` or `agent:<subject>`
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Words of the units of a limit, as stored.
#[must_use]
pub fn unit_word(unit: LimitUnit) -> String {
    serde_json::to_value(unit)
        .ok()
        .and_then(|word| word.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// The use case for staff; units' requests come in a batch with everything else that is heard.
#[derive(Clone, Debug)]
pub struct RequestExtension {
    /// Calendars.
    pub shelf: CalendarShelf,
    /// Policies.
    pub policies: PolicyShelf,
}

/// Why there is no request.
#[derive(Clone, Copy, Debug, Error)]
pub enum RequestRefused {
    /// Nothing is known of the order.
    #[error("nothing is known of the order")]
    OrderUnknown,
    /// Nobody is responsible.
    #[error("no unit is responsible for the order")]
    NobodyResponsible,
}

impl Work for RequestExtension {
    const NAME: &'static str = "request_extension";
    type Command = Request;
    type Output = ExtensionRow;
    type Refusal = RequestRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Request>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for asked in commands {
            let orders = store::orders::lock(conn, &[asked.command.order_id.uuid()]).await?;
            let watch = Watch::over(conn, orders).await?;
            let Some(watched) = watch.get(asked.command.order_id) else {
                results.push(Err(RequestRefused::OrderUnknown));
                continue;
            };
            if watched.order.lead().is_none() {
                results.push(Err(RequestRefused::NobodyResponsible));
                continue;
            }
            let standing = (&watched.order, watched.clocks.as_slice());
            let (row, fact) = record(conn, now, standing, asked, &self.shelf, &self.policies).await?;
            bus::outbox::append(conn, &fact.into_iter().collect::<Vec<_>>()).await?;
            results.push(Ok(row));
        }
        Ok(results)
    }
}

/// Records one request about an order that is watched; answers it with the denial, if a rule forbids it.
///
/// A unit may ask before its assignment is heard of here: then it waits for a person, who is asked later anyway.
pub(super) async fn record(
    conn: &mut Conn,
    now: DateTime<Utc>,
    (order, clocks): (&Order, &[Clock]),
    asked: &Asked<Request>,
    shelf: &CalendarShelf,
    policies: &PolicyShelf,
) -> Result<(ExtensionRow, Option<Fact>), DbError> {
    let request = &asked.command;
    let lead = order.lead().map(|lead| (lead.lead.code.clone(), lead.generation));
    let (unit, generation) = request
        .of
        .clone()
        .or(lead)
        .unwrap_or_else(|| (UnitCode::from(""), 0));
    let calendars = shelf.look(conn).await?;
    let ladder = policies.look::<Ladder>(conn).await?;
    let ask = Ask {
        generation,
        clock: request.clock,
        amount: request.amount,
        unit: request.amount_unit,
        at: request.at,
    };
    let early = generation > order.generation();
    let mut verdict = may_extend(order, clocks, &calendars, &ladder.extensions, &ask);
    if order.lead_unit().is_some_and(|lead| *lead != unit) {
        verdict = Err(Denied::NotResponsible);
    }
    let round = if early { 0 } else { order.round() };
    // Facts of two services may cross: the round it was asked in is over by now.
    let over = order
        .rework
        .filter(|rework| rework.generation == generation && request.at < rework.at);
    let of_round = (generation, round);
    if verdict.is_ok() && store::extensions::pending(conn, request.order_id.uuid(), of_round).await? {
        verdict = Err(Denied::AlreadyPending);
    }
    let denied = verdict.err().filter(|_| !early && over.is_none());
    let due = running(order, clocks, request.clock).map(|clock| clock.due_at);
    let row = ExtensionRow {
        rework: over.map_or(round, |rework| rework.round - 1),
        ..row_of(request, (&unit, generation), denied, due, now)
    };
    let new = store::extensions::insert(conn, &row).await?;
    if let Some(rework) = over {
        // As if it had come before the rework: nobody is told.
        let first = (row.order_id, generation, rework.round);
        store::extensions::supersede(conn, &[first], now).await?;
    }
    let to = Grantee {
        order_id: request.order_id,
        unit,
        generation,
    };
    let fact = denied.filter(|_| new).map(|denied| {
        grants::denied(
            &to,
            request.extension_id,
            (denied.code(), denied.reason()),
            due,
            now,
            &cause(order.correlation_id, &asked.cause),
        )
    });
    Ok((row, fact))
}

/// The request as it is written, in the first round.
fn row_of(
    request: &Request,
    (unit, generation): (&UnitCode, i32),
    denied: Option<Denied>,
    due: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> ExtensionRow {
    ExtensionRow {
        extension_id: request.extension_id.uuid(),
        order_id: request.order_id.uuid(),
        unit: unit.0.clone(),
        generation,
        rework: 0,
        clock: request.clock.as_str().to_owned(),
        amount: i32::try_from(request.amount).unwrap_or(i32::MAX),
        amount_unit: unit_word(request.amount_unit),
        reason: request.reason.clone(),
        basis: request.basis.clone(),
        requested_by: request.by.clone(),
        requested_at: request.at,
        state: if denied.is_some() { "denied" } else { "pending" }.to_owned(),
        code: denied.map(|denied| denied.code().to_owned()),
        granted_amount: None,
        due_before: due.filter(|_| denied.is_some()),
        due_at: due.filter(|_| denied.is_some()),
        reviewed_by: denied.map(|_| "service:supervision".to_owned()),
        review_reason: denied.map(|denied| denied.reason().to_owned()),
        reviewed_at: denied.map(|_| now),
    }
}

/// The cause of a fact about an order: everything about it has the id of the contact it came from.
pub(super) fn cause(correlation_id: Option<Uuid>, asked: &Cause) -> Cause {
    Cause {
        correlation_id: correlation_id.unwrap_or(asked.correlation_id),
        ..asked.clone()
    }
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
) -> Result<Vec<ExtensionRow>, DbError> {
    store::extensions::list(db.pool(), filter, after, i64::from(limit)).await
}

/// What the desk must review.
///
/// # Errors
/// When the database fails.
pub async fn on_desk(db: &Db, policies: &PolicyShelf) -> Result<Waiting<ExtensionRow>, DbError> {
    let mut conn = db.pool().acquire().await?;
    let ladder = policies.look::<Ladder>(&mut conn).await?;
    drop(conn);
    let long = TimeDelta::hours(i64::from(ladder.extensions.review_hours));
    let (waiting, late) = store::extensions::count_waiting(db.pool(), db.clock().now() - long).await?;
    let filter = RequestFilter {
        state: Some("pending".to_owned()),
        ..RequestFilter::default()
    };
    let requests = store::extensions::list(db.pool(), &filter, None, ASKED_MAX).await?;
    Ok(Waiting {
        waiting,
        late,
        requests,
    })
}
