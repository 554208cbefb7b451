//! A caller's answer went against a unit: it is kept, so that the unit's system may appeal, and the unit is told once, whether it
//! has the order or not.
use super::batch::Batch;
use super::tell_concerned::{Concern, NeverRegistered, tell};
use crate::domain::appeal::Answer;
use crate::store::answers;
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::Asked;
use db::{Conn, DbError, Results, Work};

/// What was answered.
#[derive(Clone, Debug)]
pub struct WentAgainst {
    /// The answer.
    pub answer: Answer,
    /// When the caller gave it.
    pub answered_at: DateTime<Utc>,
    /// What the unit is told of it.
    pub concern: Concern,
}

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct TellAnswer;

impl Work for TellAnswer {
    const NAME: &'static str = "tell_answer";
    type Command = WentAgainst;
    type Output = ();
    type Refusal = NeverRegistered;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<WentAgainst>],
    ) -> Result<Results<Self>, DbError> {
        let orders = commands.iter().map(|asked| asked.command.answer.order_id);
        let mut batch = Batch::load(conn, orders).await?;
        let known = commands
            .iter()
            .map(|asked| &asked.command.answer)
            .filter(|answer| batch.is_registered(answer.order_id));
        let mut fresh = answers::insert(conn, &known.collect::<Vec<_>>()).await?;
        let mut results = Vec::with_capacity(commands.len());
        for Asked { cause, command } in commands {
            let registered = batch.is_registered(command.answer.order_id);
            results.push(if registered && !fresh.remove(&command.answer.callback_id) {
                Ok(())
            } else {
                tell(
                    &mut batch,
                    told_at(command.answered_at, now),
                    &command.concern,
                    cause,
                )
            });
        }
        batch.save(conn, now).await?;
        Ok(results)
    }
}

/// An answer that ends its order is told together with the end, and of documents of the same round the later one holds.
fn told_at(answered_at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    answered_at.min(now - TimeDelta::milliseconds(1))
}
