//! What an answer does to a case: the order ends, goes back, or is called again.
use super::Case;
use crate::domain::policy::{Attempting, Unreachable};
use crate::domain::review;
use crate::domain::{
    Answer, AnswerRefused, Asking, Attempt, Consequence, Contradiction, Happening, OrderState, Policies,
    Policy, Recorded, Registration, Round, Said, Task, TaskState, judge, not_solved,
};
use chrono::{DateTime, Utc};
use contracts::ids::CallbackId;
use contracts::words::{CallbackWay, Outcome};

impl Case {
    /// Records an answer. The same answer again changes nothing and is no error.
    ///
    /// # Errors
    /// When the task is unknown, not due, or has another answer.
    pub fn answer(
        &mut self,
        callback_id: CallbackId,
        answer: &Answer,
        policies: &Policies,
        now: DateTime<Utc>,
    ) -> Result<Vec<Happening>, AnswerRefused> {
        let task = self
            .tasks
            .iter_mut()
            .find(|task| task.callback_id == callback_id)
            .ok_or(AnswerRefused::Unknown)?;
        let registration = self.order.registration.clone().ok_or(AnswerRefused::Unknown)?;
        let nobody_to_call = registration.caller.is_none() || task.is_for_desk();
        if is_repeated(task, answer, self.order.outcome(), nobody_to_call, now)? {
            return Ok(Vec::new());
        }
        task.last = Some(Attempt {
            at: now,
            by: answer.by.clone(),
            key: answer.key.clone(),
            remark: answer.remark.clone(),
        });
        let policy = policies.of(&registration);
        Ok(match (answer.said, answer.judged) {
            (Some(said), _) => self.reached(callback_id, said, answer, policies, now),
            (None, Some(solved)) if task.way.is_none() => {
                self.judged(callback_id, &registration, solved, &answer.remark, policy, now)
            }
            (None, _) => self.not_reached(callback_id, false, policies, now),
        })
    }

    /// The caller of this order wants to be called at or after a moment: in the hours of its rule.
    #[must_use]
    pub fn called_then(&self, at: DateTime<Utc>, policies: &Policies) -> DateTime<Utc> {
        let registration = self.order.registration.as_ref();
        let policy = registration.map_or(&policies.default, |registration| policies.of(registration));
        policy.calling.next(at)
    }

    /// The caller has not answered a message in time: the next attempt is due. Whatever else has happened in the
    /// meantime makes this pointless, and it has no effect then.
    pub fn lapse(
        &mut self,
        callback_id: CallbackId,
        attempts: i32,
        policies: &Policies,
        now: DateTime<Utc>,
    ) -> Vec<Happening> {
        let waits = self.tasks.iter().any(|task| {
            task.callback_id == callback_id
                && task.state == TaskState::Due
                && task.way == Some(CallbackWay::Sms)
                && task.attempts == attempts
        });
        if waits {
            self.not_reached(callback_id, true, policies, now)
        } else {
            Vec::new()
        }
    }

    fn task_mut(&mut self, callback_id: CallbackId) -> &mut Task {
        let found = self.tasks.iter_mut().find(|task| task.callback_id == callback_id);
        found.expect("the caller has just looked at it")
    }

    /// Nobody was reached by an agent; or, `lapsed`, a message was not answered. Who was called while a message waits for its
    /// answer is not called again before a pause between calls has passed.
    fn not_reached(
        &mut self,
        callback_id: CallbackId,
        lapsed: bool,
        policies: &Policies,
        now: DateTime<Utc>,
    ) -> Vec<Happening> {
        let Some(registration) = self.order.registration.clone() else {
            return Vec::new();
        };
        let policy = policies.of(&registration);
        let task = self.task_mut(callback_id);
        let before_answer = !lapsed && task.way == Some(CallbackWay::Sms);
        let tried = task.way.filter(|_| !before_answer).unwrap_or(CallbackWay::Phone);
        let gap = policy
            .attempt(&registration, task.attempts)
            .map(|attempt| attempt.gap);
        task.attempts += 1;
        match (policy.attempt(&registration, task.attempts), policy.unreachable) {
            (Some(next), _) => {
                // A message was waited for already, so that the call may follow at once.
                let gap = if before_answer { Some(next.gap) } else { gap };
                let from = now + gap.filter(|_| !lapsed).unwrap_or_default();
                schedule(task, next, from, policy, policies);
            }
            (None, Unreachable::Desk) => {
                task.leave_to_desk(now);
            }
            (None, Unreachable::Close) => {
                task.state = TaskState::Unreachable(now);
                return self.close(registration.complaint_id, Outcome::Unreachable, now);
            }
        }
        vec![Happening::Attempted(
            task.about(),
            tried,
            task.attempts,
            task.due_at,
        )]
    }

    /// Nobody could be asked, so the hotline has judged the reply itself. No answer of a caller is recorded.
    fn judged(
        &mut self,
        callback_id: CallbackId,
        registration: &Registration,
        solved: bool,
        remark: &str,
        policy: &Policy,
        now: DateTime<Utc>,
    ) -> Vec<Happening> {
        let consequence = |rework| match not_solved(rework, policy) {
            _ if solved => Consequence::Closed(Outcome::NotCalled),
            other => other,
        };
        let order_id = self.order.order_id;
        let task = self.task_mut(callback_id);
        let consequence = consequence(task.rework);
        let in_vain = !task.is_for_desk();
        task.state = TaskState::NotCalled {
            at: now,
            why: policy.not_called(order_id, registration).filter(|_| !in_vain),
            reworked: matches!(consequence, Consequence::Reworked(_)),
        };
        let round = task.about();
        self.follows(round, consequence, remark, policy, now)
    }

    /// The order ends, or goes back to the same unit in the next round, and who else takes it on then.
    fn follows(
        &mut self,
        round: Round,
        consequence: Consequence,
        remark: &str,
        policy: &Policy,
        now: DateTime<Utc>,
    ) -> Vec<Happening> {
        match consequence {
            Consequence::Closed(outcome) => {
                let complaint_id = self.order.registration.as_ref().map(|known| known.complaint_id);
                complaint_id.map_or_else(Vec::new, |complaint_id| self.close(complaint_id, outcome, now))
            }
            Consequence::Reworked(raised) => {
                let rework = round.rework + 1;
                self.order.rework = rework;
                self.order.state = OrderState::Open;
                let next = Round {
                    rework,
                    ..round.clone()
                };
                let mut happenings = vec![Happening::Reworked(next, remark.to_owned(), policy.rework_limit)];
                happenings.extend(raised.map(|to| Happening::Raised(round, to)));
                happenings
            }
        }
    }

    fn reached(
        &mut self,
        callback_id: CallbackId,
        said: Said,
        answer: &Answer,
        policies: &Policies,
        now: DateTime<Utc>,
    ) -> Vec<Happening> {
        let Some(registration) = self.order.registration.clone() else {
            return Vec::new();
        };
        let policy = policies.of(&registration);
        let task = self.task_mut(callback_id);
        let judgement = judge(&task.claims, &said, task.rework, policy);
        let claims: Vec<String> = judgement.contradicted.into_iter().map(str::to_owned).collect();
        // An agent who reaches somebody has called, whatever was tried before.
        let called = task.way.filter(|way| *way != CallbackWay::Sms);
        let asking = Asking {
            way: answer.way.or(called).unwrap_or(CallbackWay::Phone),
            at: now,
            asked_with: answer.asked_with,
        };
        let recorded = Recorded {
            at: now,
            said,
            asking,
            contradicted: claims.clone(),
            reworked: matches!(judgement.consequence, Consequence::Reworked(_)),
        };
        task.state = TaskState::Recorded(recorded.clone());
        let (round, claimed, replied_at) = (task.about(), task.claims, task.replied_at);
        let mut happenings = vec![Happening::Recorded(round.clone(), said, asking)];
        if !claims.is_empty() {
            let contradiction = Contradiction {
                claims,
                claimed,
                replied_at,
                said,
                asking,
            };
            happenings.push(Happening::Contradicted(round.clone(), contradiction));
        }
        if review::is_bad(&recorded) {
            let until = review::appeal_until(self, &recorded, policies);
            happenings.push(Happening::WentAgainst(round.clone(), said, recorded.at, until));
        }
        happenings.extend(self.follows(round, judgement.consequence, &answer.remark, policy, now));
        happenings
    }
}

/// What a task waits for next, from `from` on: a call in the hours of its callers. A message goes out in the hours for messages,
/// and the wait for its answer ends when a call may follow.
pub(super) fn schedule(
    task: &mut Task,
    next: Attempting,
    from: DateTime<Utc>,
    policy: &Policy,
    policies: &Policies,
) {
    let from = match next.way {
        CallbackWay::Sms => policies.next_message(from) + next.gap,
        CallbackWay::Phone | CallbackWay::SecondPhone => from,
    };
    task.way = Some(next.way);
    task.wanted_at = None;
    task.calling_rule.clone_from(&policy.calling.rule);
    task.due_at = policy.calling.next(from);
}

/// Whether the answer is one that was given before; refuses what does not fit the task.
fn is_repeated(
    task: &Task,
    answer: &Answer,
    outcome: Option<Outcome>,
    nobody_to_call: bool,
    now: DateTime<Utc>,
) -> Result<bool, AnswerRefused> {
    let repeats = task.repeats_attempt(&answer.by, answer.key.as_deref(), &answer.remark, now);
    let last = task.last.as_ref();
    let same_remark = last.is_some_and(|last| last.remark == answer.remark);
    let only = |same: bool| {
        if same && same_remark {
            Ok(true)
        } else {
            Err(AnswerRefused::AnsweredOtherwise)
        }
    };
    match (&task.state, answer.said) {
        (TaskState::Recorded(recorded), said) => only(said == Some(recorded.said)),
        (TaskState::NotCalled { reworked, .. }, None) if last.is_some() => {
            let judged = !reworked && outcome == Some(Outcome::NotCalled);
            only(answer.judged == Some(judged))
        }
        (TaskState::Unreachable(_), None) if repeats => Ok(true),
        (TaskState::Due, Some(_)) if nobody_to_call => Err(AnswerRefused::NobodyToCall),
        (TaskState::Due, None) if repeats => Ok(true),
        (TaskState::Due, None) if task.way.is_none() && answer.judged.is_none() => {
            Err(AnswerRefused::NotJudged)
        }
        (TaskState::Due, _) => Ok(false),
        (other, _) => Err(AnswerRefused::NotDue(other.word())),
    }
}
