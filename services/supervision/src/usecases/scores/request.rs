//! Somebody asks that a month be closed, or, when it is closed, corrected.
use crate::domain::figures::Period;
use crate::store::scores::{self, ClosingRow};
use chrono::{DateTime, FixedOffset, Utc};
use contracts::cause::Asked;
use db::{Conn, DbError, Results, Work};
use thiserror::Error;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct RequestClosing {
    /// Local time of the city.
    pub offset: FixedOffset,
}

/// A month.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    /// `YYYY-MM`
    pub period: String,
    /// True: it is closed already and something about it has become known since.
    pub correction: bool,
    /// Why.
    pub reason: String,
}

/// Why not.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum RequestRefused {
    /// That is no month.
    #[error("that is no month")]
    NoMonth,
    /// The month is not over.
    #[error("the month is not over")]
    NotOver,
    /// It is closed; what has become known since is a correction.
    #[error("the month is closed")]
    Closed,
    /// It is not closed yet, so there is nothing to correct.
    #[error("the month is not closed yet")]
    NotClosed,
    /// A request waits already.
    #[error("a request waits already")]
    Waits,
}

impl Work for RequestClosing {
    const NAME: &'static str = "request_closing";
    type Command = Command;
    type Output = ();
    type Refusal = RequestRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        // Asked by people, one at a time.
        for Asked { cause, command } in commands {
            results.push(request(self, conn, now, (&cause.actor, command)).await?);
        }
        Ok(results)
    }
}

async fn request(
    work: &RequestClosing,
    conn: &mut Conn,
    now: DateTime<Utc>,
    (actor, command): (&str, &Command),
) -> Result<Result<(), RequestRefused>, DbError> {
    let Ok(period) = Period::month(&command.period) else {
        return Ok(Err(RequestRefused::NoMonth));
    };
    if now < period.span(work.offset).to {
        return Ok(Err(RequestRefused::NotOver));
    }
    let closed = !scores::revisions(conn, &command.period).await?.is_empty();
    match (closed, command.correction) {
        (true, false) => return Ok(Err(RequestRefused::Closed)),
        (false, true) => return Ok(Err(RequestRefused::NotClosed)),
        (true, true) | (false, false) => {}
    }
    let row = ClosingRow {
        period: command.period.clone(),
        requested_by: actor.to_owned(),
        requested_at: now,
        reason: command.reason.clone(),
    };
    let taken = scores::request(conn, &row).await?;
    Ok(if taken { Ok(()) } else { Err(RequestRefused::Waits) })
}
