//! What a correction of the order does to what waits: it goes by the rule that fits now, in that rule's time, from the moment at
//! which the correction is heard. No call is lost by it: what was to be a call stays one, whatever rule fits.
use super::{Case, answering};
use crate::domain::{Amendment, Happening, NotCalled, Policies, Policy, Registration, Task, TaskState};
use chrono::{DateTime, Utc};
use contracts::ids::{CallbackId, OrderId};
use contracts::words::CallbackWay;
use std::collections::BTreeSet;

/// A correction that made another rule fit.
struct Moved<'a> {
    order_id: OrderId,
    registration: Registration,
    before: &'a Policy,
    after: &'a Policy,
    policies: &'a Policies,
    now: DateTime<Utc>,
}

impl Case {
    /// What the order is about was corrected. What has been asked about it stays as it was asked; what waits to be asked is
    /// told anew when its time moves. `held` are the tasks that agents have: those of the desk stay there.
    pub fn amend(
        &mut self,
        amendment: &Amendment,
        held: &BTreeSet<CallbackId>,
        policies: &Policies,
        now: DateTime<Utc>,
    ) -> Vec<Happening> {
        let Some(registration) = &mut self.order.registration else {
            return Vec::new();
        };
        if amendment.number <= self.order.amendment {
            return Vec::new();
        }
        self.order.amendment = amendment.number;
        let before = policies.of(registration);
        correct(registration, amendment);
        let moved = Moved {
            order_id: self.order.order_id,
            after: policies.of(registration),
            registration: registration.clone(),
            before,
            policies,
            now,
        };
        if moved.before == moved.after {
            return Vec::new();
        }
        let due = self.tasks.iter_mut().filter(|task| task.state == TaskState::Due);
        let told = due.filter_map(|task| {
            let due_at = task.due_at;
            moved.wait_anew(task, held.contains(&task.callback_id));
            (task.due_at != due_at).then(|| Happening::Scheduled(task.about(), task.due_at))
        });
        told.collect()
    }
}

fn correct(registration: &mut Registration, amendment: &Amendment) {
    if let Some(facts) = &amendment.facts {
        registration.facts.clone_from(facts);
    }
    if let Some(urgency) = amendment.urgency {
        registration.urgency = urgency;
    }
    if let Some(matter) = &amendment.matter {
        registration.matter = Some(matter.clone());
    }
}

impl Moved<'_> {
    fn wait_anew(&self, task: &mut Task, held: bool) {
        let next = self.after.attempt(&self.registration, task.attempts);
        match (task.way, next) {
            // An agent at the desk judges what he has.
            (None, Some(next)) if !held && self.calls() => {
                answering::schedule(task, next, self.free_from(task), self.after, self.policies);
            }
            (None, _) => {}
            // A link that has been sent is of use beside the call.
            (Some(CallbackWay::Sms), Some(next)) if next.way != CallbackWay::Sms => {
                answering::schedule(task, next, self.now, self.after, self.policies);
            }
            (Some(CallbackWay::Sms), Some(next)) => {
                let waited_for = self.policies.next_message(self.now) + next.gap;
                self.call_at(task, task.due_at.min(waited_for));
            }
            (Some(CallbackWay::Sms), None) => self.call_at(task, task.due_at),
            // What may be called already keeps its place; the queue holds it back outside the hours of its rule.
            (Some(_), _) if task.due_at <= self.now => {
                task.calling_rule.clone_from(&self.after.calling.rule);
            }
            (Some(_), _) => self.call_at(task, self.free_from(task)),
        }
    }

    fn call_at(&self, task: &mut Task, from: DateTime<Utc>) {
        task.calling_rule.clone_from(&self.after.calling.rule);
        task.due_at = self.after.calling.next(from);
    }

    /// This hotline calls somebody about it, or asks where a caller is only not in the share.
    fn calls(&self) -> bool {
        let why = self.after.not_called(self.order_id, &self.registration);
        !why.is_some_and(NotCalled::is_final)
    }

    /// When the next call might be made if it were for no hours: as the caller asked, else so long after a call in vain as the
    /// rule that fits now says, else at once. A call while a message waited is followed by the pause of the call that follows.
    fn free_from(&self, task: &Task) -> DateTime<Utc> {
        let made = task.attempts - 1;
        let tried = self.before.attempt(&self.registration, made);
        let messaged = tried.is_some_and(|tried| tried.way == CallbackWay::Sms);
        let last = task.last.as_ref().filter(|_| made >= 0);
        let paused = if messaged { made + 1 } else { made };
        let gap = self
            .after
            .attempt(&self.registration, paused)
            .map(|step| step.gap);
        let rested = last.map(|last| last.at + gap.unwrap_or_default());
        task.wanted_at.or(rested).unwrap_or(self.now).max(self.now)
    }
}
