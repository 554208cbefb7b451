//! What an answer does to a case: the order ends, goes back, or is called again.
use super::Case;
use crate::domain::{
    Answer, AnswerRefused, Attempt, Consequence, Happening, OrderState, Policy, Recorded, Round, Said, Task,
    TaskState, judge,
};
use chrono::{DateTime, Utc};
use contracts::ids::{CallbackId, ComplaintId};
use contracts::words::Outcome;

impl Case {
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
        let registration = self.order.registration.as_ref().ok_or(AnswerRefused::Unknown)?;
        let complaint_id = registration.complaint_id;
        let nobody_to_call = registration.caller.is_none();
        if is_repeated(task, answer, self.order.outcome(), nobody_to_call, now)? {
            return Ok(Vec::new());
        }
        task.last = Some(Attempt {
            at: now,
            by: answer.by.clone(),
            key: answer.key.clone(),
            remark: answer.remark.clone(),
        });
        Ok(match (answer.said, answer.judged) {
            (Some(said), _) => self.reached(callback_id, complaint_id, said, &answer.remark, policy, now),
            (None, Some(solved)) if nobody_to_call => {
                vec![self.judged(callback_id, complaint_id, solved, &answer.remark, policy, now)]
            }
            (None, _) => self.not_reached(callback_id, complaint_id, policy, now),
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

    /// Nobody could be asked, so the hotline has judged the reply itself. No answer of a caller is recorded.
    fn judged(
        &mut self,
        callback_id: CallbackId,
        complaint_id: ComplaintId,
        solved: bool,
        remark: &str,
        policy: &Policy,
        now: DateTime<Utc>,
    ) -> Happening {
        let task = self.task_mut(callback_id);
        let reworked = !solved && task.rework < policy.rework_max;
        task.state = TaskState::NotCalled { at: now, reworked };
        let round = task.about();
        if reworked {
            return self.rework(round, remark);
        }
        let outcome = if solved {
            Outcome::NotCalled
        } else {
            Outcome::Unsolved
        };
        self.close(complaint_id, outcome, now)
    }

    /// Back to the same unit, in the next round.
    fn rework(&mut self, round: Round, remark: &str) -> Happening {
        let rework = round.rework + 1;
        self.order.rework = rework;
        self.order.state = OrderState::Open;
        Happening::Reworked(Round { rework, ..round }, remark.to_owned())
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
        let reworked = judgement.consequence == Consequence::Reworked;
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
            Consequence::Reworked => self.rework(round, remark),
        });
        happenings
    }
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
        (TaskState::Due, None) if nobody_to_call && answer.judged.is_none() => Err(AnswerRefused::NotJudged),
        (TaskState::Due, said) => Ok(said.is_none() && repeats),
        (other, _) => Err(AnswerRefused::NotDue(other.word())),
    }
}
