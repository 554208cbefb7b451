//! A person's verdict on a request that an order stand still 挂起. Granted, perhaps for a shorter time, the clocks stand still
//! in the transaction of the verdict.
use crate::domain::policies::{Ladder, Reviewer};
use crate::domain::{NoReview, NotSuspended, RequestState, Says, Wanted, may_review, may_suspend};
use crate::events::grants::Beside;
use crate::store;
use crate::store::suspension_requests::SuspensionRequestRow;
use crate::usecases::request_extension::cause;
use crate::usecases::request_suspension::{decide, denial, suspension};
use crate::usecases::suspend_order::SuspendOrder;
use crate::usecases::watch::{Watch, Watched};
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::{OrderId, SuspensionId};
use db::{Conn, DbError, Results, Work};
use thiserror::Error;

/// The use case.
#[derive(Clone, Debug)]
pub struct ReviewSuspension(pub SuspendOrder);

/// The verdict.
#[derive(Clone, Debug)]
pub struct Command {
    /// The request.
    pub suspension_id: SuspensionId,
    /// What is said, and why, personal data masked.
    pub verdict: Verdict,
    /// `agent:<subject>`
    pub by: String,
    /// What they may review as; whoever asked may take it back as anything.
    pub roles: Vec<Reviewer>,
}

/// What a reviewer says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Until then, by default until what was asked; the reason of the request is told when none is given.
    Granted(Option<DateTime<Utc>>, Option<String>),
    /// No, because.
    Denied(String),
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
    /// Less may be granted than was asked, not more.
    #[error("longer than was asked for")]
    Longer,
    /// A rule of the city forbids to grant it.
    #[error(transparent)]
    Forbidden(#[from] NotSuspended),
}

impl Work for ReviewSuspension {
    const NAME: &'static str = "review_suspension";
    type Command = Command;
    type Output = SuspensionRequestRow;
    type Refusal = ReviewRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        // Verdicts of people, one at a time.
        for asked in commands {
            results.push(self.review(conn, now, asked).await?);
        }
        Ok(results)
    }
}

impl ReviewSuspension {
    async fn review(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        asked: &Asked<Command>,
    ) -> Result<Result<SuspensionRequestRow, ReviewRefused>, DbError> {
        let command = &asked.command;
        let id = command.suspension_id.uuid();
        // The order first: so lock all who write about it.
        let Some(order_id) = store::suspension_requests::order_of(conn, id).await? else {
            return Ok(Err(ReviewRefused::Unknown));
        };
        let orders = store::orders::lock(conn, &[order_id]).await?;
        let Some(row) = store::suspension_requests::lock(conn, id).await? else {
            return Ok(Err(ReviewRefused::Unknown));
        };
        let ladder = self.0.policies.look::<Ladder>(conn).await?;
        let verdict = after(&command.verdict);
        let says = Says {
            by: &command.by,
            reviews: command
                .roles
                .iter()
                .any(|role| ladder.suspensions.reviewers.contains(role)),
            verdict,
        };
        let waits = standing(&row)?.may_become(verdict);
        if let Err(refusal) = may_review(waits, &row.requested_by, says) {
            return Ok(Err(refusal.into()));
        }
        let watch = Watch::over(conn, orders).await?;
        match &command.verdict {
            Verdict::Granted(until, why) => {
                let granted = (row, *until, why.as_deref());
                self.grant(conn, now, asked, granted, watch, &ladder).await
            }
            Verdict::Denied(why) => deny(conn, now, asked, (row, why), &watch).await.map(Ok),
        }
    }

    async fn grant(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        Asked {
            cause: asked,
            command,
        }: &Asked<Command>,
        (mut row, until, why): (SuspensionRequestRow, Option<DateTime<Utc>>, Option<&str>),
        watch: Watch,
        ladder: &Ladder,
    ) -> Result<Result<SuspensionRequestRow, ReviewRefused>, DbError> {
        let until = until.unwrap_or(row.until);
        if until > row.until {
            return Ok(Err(ReviewRefused::Longer));
        }
        let watched = watch.get(OrderId(row.order_id));
        if let Err(refusal) = allowed(watched, &row, (now, until), ladder) {
            return Ok(Err(refusal.into()));
        }
        let why = why.unwrap_or(&row.reason).to_owned();
        row.granted_until = Some(until);
        decide(&mut row, RequestState::Granted, (&command.by, &why), now);
        store::suspension_requests::reviewed(conn, &row).await?;
        let suspension = suspension(&row, (&command.by, &why), now);
        self.0.begin(conn, now, &suspension, watch, asked).await?;
        Ok(Ok(row))
    }
}

/// Whether the city's rules allow it now.
fn allowed(
    watched: Option<&Watched>,
    row: &SuspensionRequestRow,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    ladder: &Ladder,
) -> Result<(), NotSuspended> {
    let watched = watched.ok_or(NotSuspended::NotResponsible)?;
    if watched
        .order
        .lead()
        .is_none_or(|lead| lead.generation != row.generation)
    {
        return Err(NotSuspended::NotResponsible);
    }
    let wanted = Wanted {
        reason_code: row.reason_code.clone(),
        from,
        until,
    };
    may_suspend(&watched.order, &watched.clocks, &ladder.suspensions, &wanted)
}

async fn deny(
    conn: &mut Conn,
    now: DateTime<Utc>,
    asked: &Asked<Command>,
    (mut row, why): (SuspensionRequestRow, &str),
    watch: &Watch,
) -> Result<SuspensionRequestRow, DbError> {
    row.code = Some("reviewed".to_owned());
    decide(&mut row, RequestState::Denied, (&asked.command.by, why), now);
    store::suspension_requests::reviewed(conn, &row).await?;
    let contact = watch
        .get(OrderId(row.order_id))
        .and_then(|w| w.order.correlation_id);
    let id = row.suspension_id;
    let in_the_way = store::suspension_requests::in_the_way(conn, &[id]).await?;
    let beside = Beside::ended(in_the_way.contains(&id));
    let fact = denial(&row, beside, now, &cause(contact, &asked.cause));
    bus::outbox::append(conn, &[fact]).await?;
    Ok(row)
}

const fn after(verdict: &Verdict) -> RequestState {
    match verdict {
        Verdict::Granted(..) => RequestState::Granted,
        Verdict::Denied(_) => RequestState::Denied,
    }
}

fn standing(row: &SuspensionRequestRow) -> Result<RequestState, DbError> {
    let bad = |problem: &dyn std::fmt::Display| {
        DbError::inconsistent("suspension_requests", "state", &row.suspension_id, problem)
    };
    row.state.parse().map_err(|error: String| bad(&error))
}
