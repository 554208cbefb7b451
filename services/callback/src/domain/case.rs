//! An order as callback sees it, with its tasks: every fact and every answer goes through here.
//!
//! Surprise: registration, assignment and reply may arrive in any order after a replay, so each is remembered
//! and a task becomes due when all three are there. Whatever is older than what is known has no effect.
use crate::domain::{
    Answer, AnswerRefused, Attempt, Claims, Consequence, Policy, Recorded, Round, Said, Task, TaskState,
    judge,
};
use chrono::{DateTime, Utc};
use contracts::ids::{CallbackId, ComplaintId, OrderId, UnitCode};
use contracts::words::{Channel, Kind, Outcome};
use uuid::Uuid;

/// What `order.registered` tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Registration {
    /// The complaint.
    pub complaint_id: ComplaintId,
    /// Number of the order.
    pub order_number: String,
    /// Token of the caller; `None` = nobody to call back.
    pub caller: Option<Uuid>,
    /// Identity must not be shown to units.
    pub confidential: bool,
    /// 渠道.
    pub channel: Channel,
    /// 诉求类型.
    pub kind: Kind,
}

/// What `order.assigned` tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assignment {
    /// 主办.
    pub unit: UnitCode,
    /// 1, 2, 3, …
    pub generation: i32,
}

/// What `order.replied` tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reply {
    /// The unit.
    pub unit: UnitCode,
    /// Its assignment.
    pub generation: i32,
    /// Rework round.
    pub rework: i32,
    /// What it claims.
    pub claims: Claims,
    /// Its text for the citizen.
    pub text: String,
    /// When.
    pub replied_at: DateTime<Utc>,
}

/// Where an order stands for callback.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OrderState {
    /// With a unit, or not assigned yet.
    Open,
    /// A task is due.
    CallingBack,
    /// The end.
    Closed {
        /// How.
        outcome: Outcome,
        /// When.
        at: DateTime<Utc>,
    },
}

/// What is known of an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Order {
    /// The order.
    pub order_id: OrderId,
    /// Of the contact it came from; every fact about it carries it on. `None` until a fact has been heard.
    pub correlation_id: Option<Uuid>,
    /// `None` until `order.registered` arrives.
    pub registration: Option<Registration>,
    /// The newest; `None` until `order.assigned` arrives.
    pub assignment: Option<Assignment>,
    /// Rework round inside the generation.
    pub rework: i32,
    /// Where it stands.
    pub state: OrderState,
}

/// Something that became true, for the other services.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Happening {
    /// A task is due from then on.
    Scheduled(Round, DateTime<Utc>),
    /// Nobody was reached, for the n-th time; the task stays and is due again then.
    Attempted(Round, i32, DateTime<Utc>),
    /// The caller answered.
    Recorded(Round, Said),
    /// The caller denies these claims of the unit.
    Contradicted(Round, Vec<String>),
    /// Back to the same unit in this new round, with the agent's note.
    Reworked(Round, String),
    /// The end.
    Closed(ComplaintId, Outcome, DateTime<Utc>),
}

/// An order and its tasks: all that are live, and those that a command names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Case {
    /// The order.
    pub order: Order,
    /// Its tasks.
    pub tasks: Vec<Task>,
}

impl Case {
    /// An order nothing is known of.
    #[must_use]
    pub const fn unknown(order_id: OrderId) -> Self {
        let order = Order {
            order_id,
            correlation_id: None,
            registration: None,
            assignment: None,
            rework: 0,
            state: OrderState::Open,
        };
        Self {
            order,
            tasks: Vec::new(),
        }
    }

    /// Generation of the newest assignment; 0 = none.
    #[must_use]
    pub fn generation(&self) -> i32 {
        self.order
            .assignment
            .as_ref()
            .map_or(0, |assignment| assignment.generation)
    }

    fn is_closed(&self) -> bool {
        matches!(self.order.state, OrderState::Closed { .. })
    }

    /// The order becomes known.
    pub fn register(
        &mut self,
        registration: &Registration,
        policy: &Policy,
        now: DateTime<Utc>,
    ) -> Vec<Happening> {
        self.order
            .registration
            .get_or_insert_with(|| registration.clone());
        self.settle(policy, now)
    }

    /// The order gets a unit, or another one: what the unit before has replied does not matter any more.
    pub fn assign(&mut self, assignment: &Assignment, policy: &Policy, now: DateTime<Utc>) -> Vec<Happening> {
        if assignment.generation <= self.generation() || self.is_closed() {
            return Vec::new();
        }
        self.order.assignment = Some(assignment.clone());
        self.order.rework = 0;
        self.order.state = OrderState::Open;
        self.supersede((assignment.generation, 0), now);
        self.settle(policy, now)
    }

    /// The unit says it is done.
    pub fn reply(&mut self, reply: &Reply, policy: &Policy, now: DateTime<Utc>) -> Vec<Happening> {
        let round = (reply.generation, reply.rework);
        let stale = round < (self.generation(), self.order.rework);
        if stale || self.is_closed() || self.tasks.iter().any(|task| task.round() >= round) {
            return Vec::new();
        }
        self.supersede(round, now);
        self.order.state = OrderState::Open;
        self.tasks.push(Task::for_reply(self.order.order_id, reply));
        self.settle(policy, now)
    }

    /// Ends live tasks of rounds before `round`.
    fn supersede(&mut self, round: (i32, i32), now: DateTime<Utc>) {
        for task in self
            .tasks
            .iter_mut()
            .filter(|task| task.is_live() && task.round() < round)
        {
            task.state = TaskState::Superseded(now);
        }
    }

    /// Makes a waiting task due once everything about it is known.
    fn settle(&mut self, policy: &Policy, now: DateTime<Utc>) -> Vec<Happening> {
        let generation = self.generation();
        let Some(registration) = self.order.registration.clone() else {
            return Vec::new();
        };
        if self.is_closed() {
            return Vec::new();
        }
        let Some(task) = self
            .tasks
            .iter_mut()
            .find(|task| task.state == TaskState::Waiting && task.generation == generation)
        else {
            return Vec::new();
        };
        self.order.rework = task.rework;
        if registration.caller.is_none() {
            task.state = TaskState::NotCalled(now);
            return vec![self.close(registration.complaint_id, Outcome::NotCalled, now)];
        }
        task.state = TaskState::Due;
        task.due_at = policy.next_call(now);
        self.order.state = OrderState::CallingBack;
        vec![Happening::Scheduled(task.about(), task.due_at)]
    }

    fn close(&mut self, complaint_id: ComplaintId, outcome: Outcome, at: DateTime<Utc>) -> Happening {
        self.order.state = OrderState::Closed { outcome, at };
        Happening::Closed(complaint_id, outcome, at)
    }

    /// Records an answer. The same answer again changes nothing and is no error.
    ///
    /// # Errors
    /// When the task is unknown, not due, or has another answer.
    pub fn answer(
        &mut self,
        callback_id: CallbackId,
        answer: &Answer,
        policy: &Policy,
        now: DateTime<Utc>,
    ) -> Result<Vec<Happening>, AnswerRefused> {
        let task = self
            .tasks
            .iter_mut()
            .find(|task| task.callback_id == callback_id)
            .ok_or(AnswerRefused::Unknown)?;
        let complaint_id = self
            .order
            .registration
            .as_ref()
            .ok_or(AnswerRefused::Unknown)?
            .complaint_id;
        let repeats = task.repeats_attempt(&answer.by, answer.key.as_deref(), &answer.remark, now);
        match (&task.state, answer.said) {
            (TaskState::Recorded(recorded), Some(said)) => {
                let same_remark = task
                    .last
                    .as_ref()
                    .is_some_and(|last| last.remark == answer.remark);
                let same = recorded.said == said && same_remark;
                return if same {
                    Ok(Vec::new())
                } else {
                    Err(AnswerRefused::AnsweredOtherwise)
                };
            }
            (TaskState::Recorded(_), None) => return Err(AnswerRefused::AnsweredOtherwise),
            (TaskState::Unreachable(_), None) if repeats => return Ok(Vec::new()),
            (TaskState::Due, None) if repeats => return Ok(Vec::new()),
            (TaskState::Due, _) => {}
            (other, _) => return Err(AnswerRefused::NotDue(other.word())),
        }
        task.last = Some(Attempt {
            at: now,
            by: answer.by.clone(),
            key: answer.key.clone(),
            remark: answer.remark.clone(),
        });
        Ok(match answer.said {
            None => self.not_reached(callback_id, complaint_id, policy, now),
            Some(said) => self.reached(callback_id, complaint_id, said, &answer.remark, policy, now),
        })
    }

    fn task_mut(&mut self, callback_id: CallbackId) -> &mut Task {
        let found = self.tasks.iter_mut().find(|task| task.callback_id == callback_id);
        found.expect("the caller has just looked at it")
    }

    fn not_reached(
        &mut self,
        callback_id: CallbackId,
        complaint_id: ComplaintId,
        policy: &Policy,
        now: DateTime<Utc>,
    ) -> Vec<Happening> {
        let task = self.task_mut(callback_id);
        task.attempts += 1;
        if task.attempts >= policy.attempts_max {
            task.state = TaskState::Unreachable(now);
            return vec![self.close(complaint_id, Outcome::Unreachable, now)];
        }
        task.due_at = policy.next_attempt(now);
        vec![Happening::Attempted(task.about(), task.attempts, task.due_at)]
    }

    fn reached(
        &mut self,
        callback_id: CallbackId,
        complaint_id: ComplaintId,
        said: Said,
        remark: &str,
        policy: &Policy,
        now: DateTime<Utc>,
    ) -> Vec<Happening> {
        let task = self.task_mut(callback_id);
        let judgement = judge(&task.claims, &said, task.rework, policy.rework_max);
        let claims: Vec<String> = judgement.contradicted.into_iter().map(str::to_owned).collect();
        let reworked = matches!(judgement.consequence, Consequence::Reworked(_));
        task.state = TaskState::Recorded(Recorded {
            at: now,
            said,
            contradicted: claims.clone(),
            reworked,
        });
        let round = task.about();
        let mut happenings = vec![Happening::Recorded(round.clone(), said)];
        if !claims.is_empty() {
            happenings.push(Happening::Contradicted(round.clone(), claims));
        }
        happenings.push(match judgement.consequence {
            Consequence::Closed(outcome) => self.close(complaint_id, outcome, now),
            Consequence::Reworked(rework) => {
                self.order.rework = rework;
                self.order.state = OrderState::Open;
                Happening::Reworked(Round { rework, ..round }, remark.to_owned())
            }
        });
        happenings
    }
}

impl OrderState {
    /// The word in the table and the API.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::CallingBack => "calling_back",
            Self::Closed { .. } => "closed",
        }
    }
}

#[cfg(test)]
mod tests;
