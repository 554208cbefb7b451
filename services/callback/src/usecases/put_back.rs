//! An agent puts a task back: for another agent, or, with whatever else the call was about, for the time the caller asked
//! for. No attempt is counted.
use crate::domain::{Policies, TaskState};
use crate::store::cases::Cases;
use crate::store::{self, claims};
use crate::usecases::policies::PolicyShelf;
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::Asked;
use contracts::ids::{CallbackId, OrderId};
use db::{Conn, DbError, Results, Work};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;
use uuid::Uuid;

/// A caller cannot put it off for longer.
const PUT_OFF_DAYS_MAX: i64 = 14;

/// The use case.
#[derive(Clone, Debug)]
pub struct PutBack {
    /// The city's rules.
    pub policies: PolicyShelf,
}

/// A task to put back.
#[derive(Clone, Debug)]
pub struct Command {
    /// The task.
    pub callback_id: CallbackId,
    /// `agent:<subject>`.
    pub by: String,
    /// When the caller wants to be called; `None` = only the claim ends.
    pub at: Option<DateTime<Utc>>,
}

/// Why it stays as it is.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum PutBackRefused {
    /// There is no such task.
    #[error("no such callback")]
    Unknown,
    /// It is not to be called.
    #[error("this callback is {0}, not due")]
    NotDue(&'static str),
    /// Another agent has it.
    #[error("another agent is calling about this")]
    ClaimedByAnother,
    /// Not in the next days.
    #[error("must be later than now and at most {PUT_OFF_DAYS_MAX} days away")]
    NoTime,
    /// There is no call that could be made at another time.
    #[error("nobody calls about this: it waits for the answer to a message, or the desk judges it")]
    NotByPhone,
}

impl Work for PutBack {
    const NAME: &'static str = "put_back";
    type Command = Command;
    type Output = ();
    type Refusal = PutBackRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let policies = self.policies.current(conn).await?;
        let mut queue = Queue::load(conn, now, commands, &policies).await?;
        let results = commands
            .iter()
            .map(|asked| queue.put_back(&asked.command, &policies, now))
            .collect();
        store::cases::save(conn, &queue.cases).await?;
        claims::end(conn, &queue.freed).await?;
        Ok(results)
    }
}

/// What a slice of commands is about: everything that their calls are about, locked.
struct Queue {
    /// The orders of the tasks that are named.
    orders: BTreeMap<CallbackId, OrderId>,
    /// By an order that is named, all that its call is about.
    calls: BTreeMap<OrderId, Vec<OrderId>>,
    cases: Cases,
    /// Who has which task.
    held: BTreeMap<CallbackId, String>,
    /// What nobody has any more.
    freed: Vec<CallbackId>,
}

impl Queue {
    async fn load(
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
        policies: &Policies,
    ) -> Result<Self, DbError> {
        let named: Vec<CallbackId> = commands.iter().map(|asked| asked.command.callback_id).collect();
        let orders = store::answers::orders_of(conn, &named).await?;
        let mut calls: BTreeMap<OrderId, Vec<OrderId>> = orders
            .values()
            .map(|order_id| (*order_id, vec![*order_id]))
            .collect();
        if policies.together {
            let put_off = commands.iter().filter(|asked| asked.command.at.is_some());
            let put_off: Vec<Uuid> = put_off
                .filter_map(|asked| orders.get(&asked.command.callback_id))
                .map(|order_id| order_id.uuid())
                .collect();
            calls_of(conn, &put_off, &mut calls).await?;
        }
        let all: BTreeSet<Uuid> = calls.values().flatten().map(|order_id| order_id.uuid()).collect();
        let all: Vec<Uuid> = all.into_iter().collect();
        // Whoever records an answer has read the tasks under this lock and writes them whole; so does whoever claims them.
        let cases = store::cases::load_for_update(conn, &all, &named).await?;
        let tasks = calls
            .values()
            .flatten()
            .filter_map(|order_id| cases.known(*order_id));
        let tasks: Vec<CallbackId> = tasks
            .flat_map(|case| case.tasks.iter().map(|task| task.callback_id))
            .collect();
        let held = claims::held(conn, &tasks, now).await?;
        Ok(Self {
            orders,
            calls,
            cases,
            held,
            freed: Vec::new(),
        })
    }

    fn put_back(
        &mut self,
        command: &Command,
        policies: &Policies,
        now: DateTime<Utc>,
    ) -> Result<(), PutBackRefused> {
        let id = command.callback_id;
        let order_id = self.orders.get(&id).copied().ok_or(PutBackRefused::Unknown)?;
        let case = self.cases.of(order_id);
        let task = case.tasks.iter().find(|task| task.callback_id == id);
        let task = task.ok_or(PutBackRefused::Unknown)?;
        if task.state != TaskState::Due {
            return Err(PutBackRefused::NotDue(task.state.word()));
        }
        if self.held.get(&id).is_some_and(|by| *by != command.by) {
            return Err(PutBackRefused::ClaimedByAnother);
        }
        let Some(wanted_at) = command.at else {
            self.free(id);
            return Ok(());
        };
        let in_a_call = task.way.is_some() && self.held.contains_key(&id);
        if !task.is_by_phone() && !in_a_call {
            return Err(PutBackRefused::NotByPhone);
        }
        if wanted_at <= now || wanted_at > now + TimeDelta::days(PUT_OFF_DAYS_MAX) {
            return Err(PutBackRefused::NoTime);
        }
        let at = case.called_then(wanted_at, policies);
        self.put_off((order_id, id), (wanted_at, at), &command.by)
    }

    /// The caller wants to be called then, which is at the second moment by the hours of the named task, about everything that
    /// the call was about: what the agent has, and what nobody has and is to be called before that. Nobody has any of it until
    /// then. What a message asks goes on waiting for its answer.
    fn put_off(
        &mut self,
        (order_id, named): (OrderId, CallbackId),
        (wanted_at, at): (DateTime<Utc>, DateTime<Utc>),
        by: &str,
    ) -> Result<(), PutBackRefused> {
        let call = self.calls.get(&order_id).cloned().unwrap_or_default();
        let (mut put_off, mut freed) = (Vec::new(), Vec::new());
        for order_id in call {
            for task in &self.cases.of(order_id).tasks {
                let id = task.callback_id;
                let has = self.held.get(&id).map(String::as_str);
                let sooner = id == named || has.is_some() || task.due_at < at;
                if has.is_none_or(|has| has == by) && task.is_by_phone() && sooner {
                    put_off.push((order_id, id));
                }
                freed.extend(has.filter(|has| *has == by).map(|_| id));
            }
        }
        if put_off.is_empty() {
            return Err(PutBackRefused::NotByPhone);
        }
        for (order_id, id) in put_off {
            let tasks = self.cases.of(order_id).tasks.iter_mut();
            tasks
                .filter(|task| task.callback_id == id)
                .for_each(|task| (task.wanted_at, task.due_at) = (Some(wanted_at), at));
        }
        freed.into_iter().for_each(|id| self.free(id));
        Ok(())
    }

    fn free(&mut self, id: CallbackId) {
        self.held.remove(&id);
        self.freed.push(id);
    }
}

/// All that the calls about these orders are about.
async fn calls_of(
    conn: &mut Conn,
    orders: &[Uuid],
    calls: &mut BTreeMap<OrderId, Vec<OrderId>>,
) -> Result<(), DbError> {
    for (order_id, other) in claims::orders_of_calls(conn, orders).await? {
        let call = calls.entry(order_id).or_default();
        if !call.contains(&other) {
            call.push(other);
        }
    }
    Ok(())
}
