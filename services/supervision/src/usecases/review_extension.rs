//! A supervisor's verdict on a request for more time. The clock moves in the transaction of the verdict.
use crate::domain::policies::Ladder;
use crate::domain::{
    Ask, Denied, Granted, NoReview, Policy, RequestState, Says, may_extend, may_review, running,
};
use crate::events::grants::{self, Grantee, More};
use crate::store;
use crate::store::extensions::ExtensionRow;
use crate::usecases::request_extension::cause;
use crate::usecases::watch::{Watch, Watched};
use crate::usecases::{CalendarShelf, PolicyShelf};
use bus::Fact;
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use contracts::ids::{ExtensionId, OrderId, UnitCode};
use contracts::terms::LimitUnit;
use contracts::words::ClockName;
use db::{Conn, DbError, Results, Work};
use thiserror::Error;
use worktime::Extension;

/// The use case.
#[derive(Clone, Debug)]
pub struct ReviewExtension {
    /// The city's rules about clocks.
    pub policy: Policy,
    /// Calendars.
    pub shelf: CalendarShelf,
    /// Policies.
    pub policies: PolicyShelf,
}

/// The verdict.
#[derive(Clone, Debug)]
pub struct Command {
    /// The request.
    pub extension_id: ExtensionId,
    /// Yes or no.
    pub granted: bool,
    /// How much; by default what was asked.
    pub amount: Option<u32>,
    /// Why, personal data masked.
    pub reason: String,
    /// `agent:<subject>`
    pub by: String,
    /// Whether they review such requests; whoever asked may take it back.
    pub reviews: bool,
}

/// Why the verdict is none.
#[derive(Clone, Copy, Debug, Error)]
pub enum ReviewRefused {
    /// There is no such request.
    #[error("there is no such request")]
    Unknown,
    /// Nobody may, or not this person.
    #[error(transparent)]
    NoReview(#[from] NoReview),
    /// A rule of the city forbids to grant it.
    #[error(transparent)]
    Denied(#[from] Denied),
}

impl Work for ReviewExtension {
    const NAME: &'static str = "review_extension";
    type Command = Command;
    type Output = ExtensionRow;
    type Refusal = ReviewRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for asked in commands {
            results.push(self.review(conn, now, asked).await?);
        }
        Ok(results)
    }
}

impl ReviewExtension {
    async fn review(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        asked: &Asked<Command>,
    ) -> Result<Result<ExtensionRow, ReviewRefused>, DbError> {
        let command = &asked.command;
        let extension_id = command.extension_id.uuid();
        // The order first: so lock all who write about it.
        let Some(order_id) = store::extensions::order_of(conn, extension_id).await? else {
            return Ok(Err(ReviewRefused::Unknown));
        };
        let orders = store::orders::lock(conn, &[order_id]).await?;
        let Some(row) = store::extensions::lock(conn, extension_id).await? else {
            return Ok(Err(ReviewRefused::Unknown));
        };
        let says = Says {
            by: &command.by,
            reviews: command.reviews,
            verdict: RequestState::verdict(command.granted),
        };
        if let Err(refusal) = may_review(row.state == "pending", &row.requested_by, says) {
            return Ok(Err(refusal.into()));
        }
        let watch = Watch::over(conn, orders).await?;
        if command.granted {
            self.grant(conn, now, asked, row, watch).await
        } else {
            deny(conn, now, asked, row, &watch).await.map(Ok)
        }
    }

    /// Whether the city's rules still allow it.
    async fn allowed(
        &self,
        conn: &mut Conn,
        watched: &Watched,
        ask: &Ask,
    ) -> Result<Result<(), Denied>, DbError> {
        let calendars = self.shelf.look(conn).await?;
        let ladder = self.policies.look::<Ladder>(conn).await?;
        Ok(may_extend(
            &watched.order,
            &watched.clocks,
            &calendars,
            &ladder.extensions,
            ask,
        ))
    }

    async fn grant(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        asked: &Asked<Command>,
        mut row: ExtensionRow,
        mut watch: Watch,
    ) -> Result<Result<ExtensionRow, ReviewRefused>, DbError> {
        let command = &asked.command;
        let (clock, unit) = words(&row)?;
        let amount = command
            .amount
            .unwrap_or(u32::try_from(row.amount).unwrap_or(u32::MAX));
        let order_id = OrderId(row.order_id);
        let watched = watch.of(order_id);
        let ask = Ask {
            generation: row.generation,
            clock,
            amount,
            unit,
            at: row.requested_at,
        };
        if let Err(denied) = self.allowed(conn, watched, &ask).await? {
            return Ok(Err(denied.into()));
        }
        let due_before = running(&watched.order, &watched.clocks, clock).map(|clock| clock.due_at);
        row.rework = if clock == ClockName::Finish {
            watched.order.round()
        } else {
            0
        };
        watched.order.grants.extensions.push(Granted {
            generation: row.generation,
            rework: row.rework,
            clock,
            extension: Extension {
                amount,
                granted_at: now,
            },
        });
        let granted_so_far = watched.order.grants.extensions.iter();
        let number = granted_so_far.filter(|g| g.generation == row.generation).count();
        let cause = cause(watched.order.correlation_id, &asked.cause);
        watched.cause = Some(cause.clone());
        let (watch, mut facts) = watch
            .settle(conn, now, &self.shelf, &self.policy, &self.policies)
            .await?;
        let due_at = watch
            .get(order_id)
            .and_then(|w| running(&w.order, &w.clocks, clock))
            .map(|clock| clock.due_at);
        let due = due_before.zip(due_at).ok_or_else(|| {
            DbError::inconsistent(
                "clocks",
                "state",
                &row.order_id,
                &"a clock that was extended runs no more",
            )
        })?;
        let fact = granted(
            conn,
            now,
            command,
            &mut row,
            (clock, amount, unit),
            due,
            number,
            &cause,
        )
        .await?;
        facts.insert(0, fact);
        bus::outbox::append(conn, &facts).await?;
        Ok(Ok(row))
    }
}

/// Writes the verdict; answers what is told of it.
#[expect(clippy::too_many_arguments, reason = "one row from all that was decided")]
async fn granted(
    conn: &mut Conn,
    now: DateTime<Utc>,
    command: &Command,
    row: &mut ExtensionRow,
    (clock, amount, unit): (ClockName, u32, LimitUnit),
    due: (DateTime<Utc>, DateTime<Utc>),
    number: usize,
    cause: &Cause,
) -> Result<Fact, DbError> {
    "granted".clone_into(&mut row.state);
    row.granted_amount = i32::try_from(amount).ok();
    (row.due_before, row.due_at) = (Some(due.0), Some(due.1));
    verdict(row, command, now);
    store::extensions::reviewed(conn, row).await?;
    let more = More {
        extension_id: command.extension_id,
        rework: row.rework,
        clock,
        amount: (amount, unit),
        due,
        number,
        reason: &command.reason,
    };
    Ok(grants::granted(&grantee(row), &more, now, cause))
}

async fn deny(
    conn: &mut Conn,
    now: DateTime<Utc>,
    asked: &Asked<Command>,
    mut row: ExtensionRow,
    watch: &Watch,
) -> Result<ExtensionRow, DbError> {
    let command = &asked.command;
    let (clock, _) = words(&row)?;
    let watched = watch.get(OrderId(row.order_id));
    let due = watched.and_then(|w| running(&w.order, &w.clocks, clock).map(|clock| clock.due_at));
    let code = if row.requested_by == command.by {
        "taken_back"
    } else {
        "reviewed"
    };
    "denied".clone_into(&mut row.state);
    row.code = Some(code.to_owned());
    (row.due_before, row.due_at) = (due, due);
    verdict(&mut row, command, now);
    store::extensions::reviewed(conn, &row).await?;
    let cause = cause(watched.and_then(|w| w.order.correlation_id), &asked.cause);
    let told = (code, command.reason.as_str());
    let fact: Fact = grants::denied(&grantee(&row), command.extension_id, told, due, now, &cause);
    bus::outbox::append(conn, &[fact]).await?;
    Ok(row)
}

fn verdict(row: &mut ExtensionRow, command: &Command, now: DateTime<Utc>) {
    row.reviewed_by = Some(command.by.clone());
    row.review_reason = Some(command.reason.clone());
    row.reviewed_at = Some(now);
}

fn grantee(row: &ExtensionRow) -> Grantee {
    Grantee {
        order_id: OrderId(row.order_id),
        unit: UnitCode(row.unit.clone()),
        generation: row.generation,
    }
}

fn words(row: &ExtensionRow) -> Result<(ClockName, LimitUnit), DbError> {
    let bad = |column, problem: &dyn std::fmt::Display| {
        DbError::inconsistent("extensions", column, &row.extension_id, problem)
    };
    let clock = row.clock.parse().map_err(|error| bad("clock", &error))?;
    let unit = serde_json::from_value(serde_json::Value::from(row.amount_unit.clone()))
        .map_err(|error| bad("amount_unit", &error))?;
    Ok((clock, unit))
}
