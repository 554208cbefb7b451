//! What people find about an outcome: a part is carried out, or the outcome is given up.
use super::OutcomeRefused;
use crate::events::outcomes::effect;
use crate::store::{consultations, outcomes as store};
use crate::usecases::request_extension::cause as within;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use db::{Conn, DbError, Results, Work};
use uuid::Uuid;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct ActOnOutcome;

/// What was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// This part is carried out.
    CarriedOut(i32),
    /// The outcome is given up.
    Dropped,
}

/// One finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    /// The outcome.
    pub outcome_id: Uuid,
    /// What.
    pub what: What,
    /// What was found, or why it is given up; personal data masked.
    pub said: String,
    /// `agent:<subject>`
    pub by: String,
}

impl Work for ActOnOutcome {
    const NAME: &'static str = "act_on_outcome";
    type Command = Command;
    type Output = ();
    type Refusal = OutcomeRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for asked in commands {
            results.push(act(conn, now, asked).await?);
        }
        Ok(results)
    }
}

async fn act(
    conn: &mut Conn,
    now: DateTime<Utc>,
    Asked { cause, command }: &Asked<Command>,
) -> Result<Result<(), OutcomeRefused>, DbError> {
    let Some(mut outcome) = store::lock(conn, command.outcome_id).await? else {
        return Ok(Err(OutcomeRefused::Unknown));
    };
    let (by, said) = (command.by.as_str(), command.said.as_str());
    let (done, part) = match command.what {
        What::CarriedOut(part) => (outcome.carry_out(part, by, said, now), part),
        What::Dropped => (outcome.give_up(by, said, now), 0),
    };
    let done = match done {
        Ok(done) => done,
        Err(refused) => return Ok(Err(refused)),
    };
    let about = consultations::about(conn, &[outcome.order_id]).await?.pop();
    let cause = within(about.and_then(|about| about.correlation_id), cause);
    if let Some(fact) = effect(&outcome, done, (part, said), now, &cause) {
        store::update(conn, &outcome).await?;
        bus::outbox::append(conn, &[fact]).await?;
    }
    Ok(Ok(()))
}
