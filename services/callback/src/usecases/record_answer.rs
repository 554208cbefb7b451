//! A callback agent reports what the caller said: the order ends, goes back, or is called again.
use crate::domain::{Answer, AnswerRefused, OrderState, Policy, Task};
use crate::store;
use crate::usecases::follow_order::facts;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::{CallbackId, OrderId};
use db::{Conn, DbError, Results, Work};

/// The use case.
#[derive(Clone, Debug)]
pub struct RecordAnswer {
    /// The city's rules.
    pub policy: Policy,
}

/// An answer to a task.
#[derive(Clone, Debug)]
pub struct Command {
    /// The task.
    pub callback_id: CallbackId,
    /// What is reported.
    pub answer: Answer,
}

/// Where the task and its order stand now; the same when the same answer comes again.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The order.
    pub order_id: OrderId,
    /// The task.
    pub task: Task,
    /// The order.
    pub state: OrderState,
    /// Its rework round.
    pub rework: i32,
}

impl Work for RecordAnswer {
    const NAME: &'static str = "record_answer";
    type Command = Command;
    type Output = Answered;
    type Refusal = AnswerRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let named: Vec<CallbackId> = commands.iter().map(|asked| asked.command.callback_id).collect();
        let orders = store::answers::orders_of(conn, &named).await?;
        let ids: Vec<_> = orders.values().map(|order_id| order_id.uuid()).collect();
        let mut cases = store::cases::load_for_update(conn, &ids, &named).await?;
        let (mut results, mut told, mut given) = (Vec::with_capacity(commands.len()), Vec::new(), Vec::new());
        for Asked { cause, command } in commands {
            let Some(order_id) = orders.get(&command.callback_id) else {
                results.push(Err(AnswerRefused::Unknown));
                continue;
            };
            let case = cases.of(*order_id);
            match case.answer(command.callback_id, &command.answer, &self.policy, now) {
                Err(refused) => results.push(Err(refused)),
                Ok(happenings) => {
                    if !happenings.is_empty() {
                        given.push((command.callback_id, &command.answer));
                    }
                    told.extend(facts(case, &happenings, now, cause));
                    let task = case
                        .tasks
                        .iter()
                        .find(|task| task.callback_id == command.callback_id);
                    results.push(task.cloned().ok_or(AnswerRefused::Unknown).map(|task| Answered {
                        order_id: *order_id,
                        task,
                        state: case.order.state,
                        rework: case.order.rework,
                    }));
                }
            }
        }
        store::cases::save(conn, &cases).await?;
        store::answers::append(conn, now, &given).await?;
        bus::outbox::append(conn, &told).await?;
        Ok(results)
    }
}
