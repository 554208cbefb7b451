//! A callback agent reports what the caller said: the order ends, goes back, or is called again.
use crate::domain::{Answer, AnswerRefused, Case, OrderState, Policies, Task};
use crate::store;
use crate::store::cases::Cases;
use crate::usecases::follow_order::facts;
use crate::usecases::messages;
use crate::usecases::policies::PolicyShelf;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::{CallbackId, OrderId};
use db::{Conn, DbError, Results, Work};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The use case.
#[derive(Clone, Debug)]
pub struct RecordAnswer {
    /// The city's rules.
    pub policies: PolicyShelf,
}

/// An answer to a task.
#[derive(Clone, Debug)]
pub struct Command {
    /// The task.
    pub callback_id: CallbackId,
    /// Other due tasks of the same caller to which the answer was the same.
    pub also: Vec<CallbackId>,
    /// The message by whose link the caller answers; it is used up.
    pub link: Option<Uuid>,
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
    /// The same of the other tasks.
    pub also: Vec<Answered>,
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
        let named: Vec<CallbackId> = commands
            .iter()
            .flat_map(|asked| tasks_of(&asked.command))
            .collect();
        let orders = store::answers::orders_of(conn, &named).await?;
        let ids: Vec<_> = orders.values().map(|order_id| order_id.uuid()).collect();
        let mut cases = store::cases::load_for_update(conn, &ids, &named).await?;
        let claims = store::claims::held(conn, &named, now).await?;
        let policies = self.policies.current(conn).await?;
        let links: Vec<Uuid> = commands.iter().filter_map(|asked| asked.command.link).collect();
        // Each of use once, also inside one batch, and used up only by an answer that is taken.
        let mut usable: BTreeSet<Uuid> = store::messages::usable(conn, &links, now)
            .await?
            .into_iter()
            .collect();
        let mut spent = Vec::new();
        let mut batch = Batch::default();
        for asked in commands {
            let by = &asked.command.answer.by;
            let taken =
                tasks_of(&asked.command).any(|task| claims.get(&task).is_some_and(|other| other != by));
            let link = asked.command.link;
            let result = if link.is_some_and(|link| !usable.contains(&link)) {
                Err(AnswerRefused::LinkSpent)
            } else if taken && link.is_none() {
                Err(AnswerRefused::ClaimedByAnother)
            } else {
                batch.answer(&mut cases, &orders, asked, &policies, now)
            };
            if let (Ok(_), Some(link)) = (&result, link) {
                usable.remove(&link);
                spent.push(link);
            }
            batch.results.push(result);
        }
        store::messages::spend(conn, &spent, now).await?;
        store::cases::save(conn, &cases).await?;
        messages::want(conn, &cases, &policies, now).await?;
        store::answers::append(conn, now, &batch.given).await?;
        let answered: Vec<CallbackId> = batch.given.iter().map(|(id, _)| *id).collect();
        store::claims::end(conn, &answered).await?;
        bus::outbox::append(conn, &batch.told).await?;
        Ok(batch.results)
    }
}

/// The task and the others that are answered with it.
fn tasks_of(command: &Command) -> impl Iterator<Item = CallbackId> {
    std::iter::once(command.callback_id).chain(command.also.iter().copied())
}

type Reported = Result<Answered, AnswerRefused>;

/// What a slice of commands leads to.
#[derive(Default)]
struct Batch {
    results: Vec<Reported>,
    told: Vec<bus::Fact>,
    given: Vec<(CallbackId, Answer)>,
}

impl Batch {
    /// One command: all its tasks or none.
    fn answer(
        &mut self,
        cases: &mut Cases,
        orders: &BTreeMap<CallbackId, OrderId>,
        asked: &Asked<Command>,
        policies: &Policies,
        now: DateTime<Utc>,
    ) -> Reported {
        let Asked { cause, command } = asked;
        let order_of = |callback_id| orders.get(callback_id).copied().ok_or(AnswerRefused::Unknown);
        let first = order_of(&command.callback_id)?;
        let caller = caller(cases.of(first));
        let mut tasks = vec![(command.callback_id, first, command.answer.clone())];
        for other in &command.also {
            let order_id = order_of(other)?;
            if caller.is_none() || self::caller(cases.of(order_id)) != caller {
                return Err(AnswerRefused::AnotherPerson);
            }
            let answer = Answer {
                asked_with: Some(command.callback_id),
                ..command.answer.clone()
            };
            tasks.push((*other, order_id, answer));
        }
        let before: Vec<Case> = tasks
            .iter()
            .map(|(_, order_id, _)| cases.of(*order_id).clone())
            .collect();
        let (mut told, mut given, mut answered) = (Vec::new(), Vec::new(), Vec::new());
        for (callback_id, order_id, answer) in tasks {
            let case = cases.of(order_id);
            match case.answer(callback_id, &answer, policies, now) {
                Ok(happenings) => {
                    told.extend(facts(case, &happenings, now, cause));
                    answered.push(stands(case, callback_id)?);
                    if !happenings.is_empty() {
                        given.push((callback_id, answer));
                    }
                }
                // A link answers what can still be answered.
                Err(_) if command.link.is_some() && callback_id != command.callback_id => {}
                Err(refused) => {
                    for case in before {
                        let order_id = case.order.order_id;
                        *cases.of(order_id) = case;
                    }
                    return Err(refused);
                }
            }
        }
        self.told.extend(told);
        self.given.extend(given);
        let also = answered.split_off(1);
        let first = answered.pop().ok_or(AnswerRefused::Unknown)?;
        Ok(Answered { also, ..first })
    }
}

fn caller(case: &Case) -> Option<Uuid> {
    case.order
        .registration
        .as_ref()
        .and_then(|registration| registration.caller)
}

fn stands(case: &Case, callback_id: CallbackId) -> Reported {
    let task = case.tasks.iter().find(|task| task.callback_id == callback_id);
    Ok(Answered {
        order_id: case.order.order_id,
        task: task.cloned().ok_or(AnswerRefused::Unknown)?,
        state: case.order.state,
        rework: case.order.rework,
        also: Vec::new(),
    })
}

/// Messages that were not answered: the next attempts are due. While an agent is calling about one, nothing becomes of it: a
/// message that could not even be sent then waits for its time as if it had been.
pub(super) async fn lapse(
    conn: &mut Conn,
    commands: &[Asked<(CallbackId, i32)>],
    policies: &Policies,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let named: Vec<CallbackId> = commands.iter().map(|asked| asked.command.0).collect();
    let orders = store::answers::orders_of(conn, &named).await?;
    let ids: Vec<_> = orders.values().map(|order_id| order_id.uuid()).collect();
    let mut cases = store::cases::load_for_update(conn, &ids, &named).await?;
    let held = store::claims::held(conn, &named, now).await?;
    let mut told = Vec::new();
    for Asked { cause, command } in commands {
        let (callback_id, attempts) = *command;
        let order_id = orders
            .get(&callback_id)
            .filter(|_| !held.contains_key(&callback_id));
        if let Some(order_id) = order_id {
            let case = cases.of(*order_id);
            let happenings = case.lapse(callback_id, attempts, policies, now);
            told.extend(facts(case, &happenings, now, cause));
        }
    }
    store::cases::save(conn, &cases).await?;
    messages::want(conn, &cases, policies, now).await?;
    bus::outbox::append(conn, &told).await
}
