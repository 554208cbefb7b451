//! A unit's system says that an answer about its work is wrong: it is written down and told to callback, which opens the appeal.
//! The same ground again is the same appeal. Possible after the order is closed, or with another unit.
use crate::domain::appeal::{Answer, AppealRefusal};
use crate::events;
use crate::store::answers;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::{CallbackId, OrderId, UnitCode};
use db::{Conn, DbError, Results, Work};
use std::collections::{BTreeSet, HashMap};

/// What a unit asks.
#[derive(Clone, Debug)]
pub struct RequestAppeal {
    /// Who.
    pub unit: UnitCode,
    /// In which order.
    pub order_id: OrderId,
    /// Against which answer.
    pub callback_id: CallbackId,
    /// Why it is wrong, numbers masked.
    pub ground: String,
}

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct RequestAppeals;

impl Work for RequestAppeals {
    const NAME: &'static str = "request_appeal";
    type Command = RequestAppeal;
    type Output = Answer;
    type Refusal = AppealRefusal;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<RequestAppeal>],
    ) -> Result<Results<Self>, DbError> {
        let named = commands.iter().map(|asked| asked.command.callback_id);
        let mut known = answers::lock(conn, named).await?;
        let (mut results, mut facts) = (Vec::with_capacity(commands.len()), Vec::new());
        let mut changed = BTreeSet::new();
        for Asked { cause, command } in commands {
            let requested = request(&mut known, command, now);
            match &requested {
                Ok((answer, true)) => {
                    changed.insert(answer.callback_id);
                    facts.push(events::appeal_requested(answer, &command.ground, now, cause));
                }
                Ok((_, false)) => {}
                // The audit line: a refused action leaves nothing else.
                Err(refusal) => {
                    tracing::info!(unit = %command.unit, order.id = %command.order_id, verb = "appeal", %refusal, "action of a unit refused");
                }
            }
            results.push(requested.map(|(answer, _)| answer));
        }
        let changed = changed.iter().filter_map(|id| known.get(id));
        answers::save(conn, &changed.collect::<Vec<_>>()).await?;
        bus::outbox::append(conn, &facts).await?;
        Ok(results)
    }
}

/// The answer as it stands then, and whether this is a new appeal.
fn request(
    known: &mut HashMap<CallbackId, Answer>,
    command: &RequestAppeal,
    now: DateTime<Utc>,
) -> Result<(Answer, bool), AppealRefusal> {
    let mine = |answer: &&mut Answer| answer.unit == command.unit && answer.order_id == command.order_id;
    let answer = known.get_mut(&command.callback_id).filter(mine);
    let answer = answer.ok_or(AppealRefusal::UnknownAnswer)?;
    let fresh = answer.request(&command.ground, now)?;
    Ok((answer.clone(), fresh))
}
