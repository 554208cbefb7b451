//! Callback has an appeal of a unit, has decided about it, or did not take it: how far it is, is kept, and the unit is told what
//! came of it, whether it has the order or not, and whoever opened it.
use super::batch::Batch;
use super::tell_concerned::{Concern, NeverRegistered, tell};
use crate::domain::appeal::AppealNews;
use crate::store::answers;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::{CallbackId, OrderId};
use db::{Conn, DbError, Results, Work};
use std::collections::BTreeSet;

/// What callback says.
#[derive(Clone, Debug)]
pub struct AppealTold {
    /// The order.
    pub order_id: OrderId,
    /// The answer; of one from before its table nothing is kept.
    pub callback_id: CallbackId,
    /// What became true.
    pub news: AppealNews,
    /// What the unit is told of it, if anything.
    pub concern: Option<Concern>,
}

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct TellAppeal;

impl Work for TellAppeal {
    const NAME: &'static str = "tell_appeal";
    type Command = AppealTold;
    type Output = ();
    type Refusal = NeverRegistered;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<AppealTold>],
    ) -> Result<Results<Self>, DbError> {
        let told = || commands.iter().map(|asked| &asked.command);
        let mut batch = Batch::load(conn, told().map(|told| told.order_id)).await?;
        let mut known = answers::lock(conn, told().map(|told| told.callback_id)).await?;
        let (mut results, mut moved) = (Vec::with_capacity(commands.len()), BTreeSet::new());
        for Asked { cause, command } in commands {
            let result = match &command.concern {
                Some(concern) => tell(&mut batch, now, concern, cause),
                None => Ok(()),
            };
            if let (Ok(()), Some(answer)) = (&result, known.get_mut(&command.callback_id)) {
                answer.hear(&command.news, now);
                moved.insert(command.callback_id);
            }
            results.push(result);
        }
        let moved = moved.iter().filter_map(|id| known.get(id));
        answers::save(conn, &moved.collect::<Vec<_>>()).await?;
        batch.save(conn, now).await?;
        Ok(results)
    }
}
