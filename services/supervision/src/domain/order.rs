//! An order as supervision sees it: facts side by side, each only ever replaced by a newer one of its kind. So the
//! order in which facts of different services arrive does not matter, and neither do repeats.
use crate::domain::{
    Acted, Amended, Assignment, Change, Clock, Grants, Handling, Heard, Meta, OrderState, Pushes,
    Registration, Replied, Rework,
};
use chrono::{DateTime, Utc};
use contracts::directory::UnitRef;
use contracts::ids::{OrderId, SupervisionId, UnitCode};
use contracts::words::{Outcome, Urgency};
use uuid::Uuid;

/// An order: everything known about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Order {
    /// The order.
    pub order_id: OrderId,
    /// The contact it came from.
    pub correlation_id: Option<Uuid>,
    /// From `order.registered`.
    pub registration: Option<Registration>,
    /// The newest.
    pub assignment: Option<Assignment>,
    /// Number in routing's line and reason of the newest "nobody".
    pub undecided: Option<(i64, String)>,
    /// Number in routing's line of the newest dispute; a dispute is a "nobody" too. 0 = none.
    pub disputed: i64,
    /// Newest generation that ended by an upheld return; 0 = none.
    pub ended_generation: i32,
    /// Of the newest generation heard of.
    pub handling: Handling,
    /// The newest.
    pub rework: Option<Rework>,
    /// The newest.
    pub replied: Option<Replied>,
    /// Round and time of the newest callback that was scheduled.
    pub called: Option<(i32, DateTime<Utc>)>,
    /// How and when it ended.
    pub closed: Option<(Outcome, DateTime<Utc>)>,
    /// Newest act of its units.
    pub heard: Option<Heard>,
    /// What the ladder counts.
    pub pushes: Pushes,
    /// The supervision order that goes on.
    pub supervision: Option<SupervisionId>,
    /// Rung of the ladder of supervision it stands on; 0 = none.
    pub level: i16,
    /// When the ladder must look at it.
    pub ladder_at: Option<DateTime<Utc>>,
    /// Earliest (warning, limit) among the open clocks.
    pub next_limit: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// A clock waits for its calendar.
    pub unarmed: bool,
    /// What was granted to its units; loaded and written apart from the facts.
    pub grants: Grants,
}

impl Order {
    /// An order nothing is known of.
    #[must_use]
    pub fn unknown(order_id: OrderId) -> Self {
        Self {
            order_id,
            correlation_id: None,
            registration: None,
            assignment: None,
            undecided: None,
            disputed: 0,
            ended_generation: 0,
            handling: Handling::default(),
            rework: None,
            replied: None,
            called: None,
            closed: None,
            heard: None,
            pushes: Pushes::default(),
            supervision: None,
            level: 0,
            ladder_at: None,
            next_limit: None,
            unarmed: false,
            grants: Grants::default(),
        }
    }

    /// Takes a fact in. One that is older than what is known of its kind has no effect.
    pub fn hear(&mut self, change: &Change, meta: &Meta) {
        let (sequence, heard_at) = (meta.sequence, meta.occurred_at);
        self.correlation_id.get_or_insert(meta.correlation_id);
        match change {
            Change::Registered(registration) => {
                self.correlation_id = Some(meta.correlation_id);
                self.registration.get_or_insert_with(|| (**registration).clone());
            }
            Change::Assigned(assignment) => {
                if assignment.generation > self.generation() {
                    self.assignment = Some(Assignment {
                        sequence,
                        ..(**assignment).clone()
                    });
                }
            }
            Change::Undecided(reason) => self.nobody(reason, sequence),
            Change::Disputed(reason) => {
                self.nobody(reason, sequence);
                self.disputed = self.disputed.max(sequence);
            }
            Change::Amended(amended) => self.amend(amended),
            Change::DueBy(at) => self.due_by(*at),
            Change::CoHandlersAdded(generation, units) => self.help(*generation, units),
            Change::ReturnUpheld(generation) => {
                self.ended_generation = self.ended_generation.max(*generation);
                self.pushes.returned.insert(*generation);
            }
            Change::Acted(generation) => self.hear_unit(*generation, heard_at),
            Change::Contradicted(callback) => {
                self.pushes.contradicted.insert(*callback);
            }
            Change::AnswersVoid(callbacks) => self.pushes.void.extend(callbacks),
            Change::Raised(raised) => {
                self.pushes.raised.insert(*raised);
            }
            Change::Signed(generation, at) => self.act(*generation, Acted::Signed, *at, sequence),
            Change::Responded(generation, at) => self.act(*generation, Acted::Responded, *at, sequence),
            Change::Replied {
                generation,
                rework,
                contacted,
                at,
            } => {
                self.reply(Replied {
                    generation: *generation,
                    rework: *rework,
                    at: *at,
                    sequence,
                    contacted: *contacted,
                });
            }
            Change::CallbackScheduled(rework) => self.call_back(*rework, heard_at),
            Change::Reworked(generation, round, limit) => {
                self.redo(Rework {
                    generation: *generation,
                    round: *round,
                    at: heard_at,
                    limit: *limit,
                });
            }
            Change::Closed(outcome, at) => {
                self.closed.get_or_insert((*outcome, *at));
            }
        }
    }

    fn reply(&mut self, reply: Replied) {
        self.hear_unit(reply.generation, reply.at);
        let round = |known: Replied| (known.generation, known.rework);
        if self.replied.is_none_or(|known| round(known) < round(reply)) {
            self.replied = Some(reply);
        }
    }

    fn redo(&mut self, rework: Rework) {
        let round = |known: Rework| (known.generation, known.round);
        if self.rework.is_none_or(|known| round(known) < round(rework)) {
            self.rework = Some(rework);
        }
    }

    fn call_back(&mut self, rework: i32, at: DateTime<Utc>) {
        if self.called.is_none_or(|(_, known)| known <= at) {
            self.called = Some((rework, at));
        }
    }

    fn nobody(&mut self, reason: &str, sequence: i64) {
        if self.undecided.as_ref().is_none_or(|(known, _)| *known < sequence) {
            self.undecided = Some((sequence, reason.to_owned()));
        }
    }

    /// Amendments stand behind the registration in one line, so what is amended is known.
    fn amend(&mut self, amended: &Amended) {
        if let Some(registration) = &mut self.registration {
            registration.matter.clone_from(&amended.matter);
            registration.division.clone_from(&amended.division);
            registration.urgency = amended.urgency;
        }
    }

    /// The earliest deadline of anyone whose complaint it answers; stands behind the registration in one line.
    fn due_by(&mut self, at: DateTime<Utc>) {
        if let Some(registration) = &mut self.registration {
            let known = registration.due_by.unwrap_or(at);
            registration.due_by = Some(known.min(at));
        }
    }

    /// Stands behind its assignment in one line.
    fn help(&mut self, generation: i32, units: &[UnitRef]) {
        if let Some(assignment) = &mut self.assignment
            && assignment.generation == generation
        {
            assignment.co_handlers = units.to_vec();
        }
    }

    fn act(&mut self, generation: i32, acted: Acted, at: DateTime<Utc>, sequence: i64) {
        self.hear_unit(generation, at);
        if generation < self.handling.generation {
            return;
        }
        if generation > self.handling.generation {
            self.handling = Handling {
                generation,
                ..Handling::default()
            };
        }
        let first = match acted {
            Acted::Signed => &mut self.handling.signed_at,
            Acted::Responded => &mut self.handling.responded_at,
        };
        *first = Some(first.map_or(at, |known| known.min(at)));
        if self.handling.acted.is_none_or(|(_, known)| known < sequence) {
            self.handling.acted = Some((acted, sequence));
        }
    }

    /// Newest generation; 0 = none.
    #[must_use]
    pub fn generation(&self) -> i32 {
        self.assignment
            .as_ref()
            .map_or(0, |assignment| assignment.generation)
    }

    /// The assignment whose unit is responsible now.
    #[must_use]
    pub fn lead(&self) -> Option<&Assignment> {
        let undecided = self.undecided.as_ref().map_or(0, |(sequence, _)| *sequence);
        let assignment = self.assignment.as_ref();
        assignment.filter(|a| a.generation > self.ended_generation && a.sequence > undecided)
    }

    /// Directory version that a clock was told by: that of the newest assignment, for its own clocks and the total one. What
    /// an earlier assignment cited is not kept.
    #[must_use]
    pub fn cited(&self, clock: &Clock) -> Option<i64> {
        let lead = self.lead()?;
        (clock.generation == 0 || clock.generation == lead.generation).then_some(lead.directory_version)
    }

    /// Code of the unit that is responsible now.
    #[must_use]
    pub fn lead_unit(&self) -> Option<&UnitCode> {
        self.lead().map(|assignment| &assignment.lead.code)
    }

    /// The given urgency, or the higher one by which it was assigned; `None` before it is registered.
    #[must_use]
    pub fn urgency(&self) -> Option<Urgency> {
        let given = self.registration.as_ref()?.urgency;
        Some(self.lead().map_or(given, |lead| lead.terms.urgency_with(given)))
    }

    /// Rework round of the newest generation; 0 at first.
    #[must_use]
    pub fn round(&self) -> i32 {
        let own = self
            .rework
            .filter(|rework| rework.generation == self.generation());
        own.map_or(0, |rework| rework.round)
    }

    /// The reply of the newest generation, of this round or later.
    #[must_use]
    pub fn reply_of(&self, round: i32) -> Option<Replied> {
        self.replied
            .filter(|reply| reply.generation == self.generation() && reply.rework >= round)
    }

    /// What the unit of the newest generation did; nothing when it is another's.
    #[must_use]
    pub fn handling(&self) -> Option<&Handling> {
        Some(&self.handling).filter(|handling| handling.generation == self.generation())
    }

    /// When the complaint was accepted.
    #[must_use]
    pub fn accepted_at(&self) -> Option<DateTime<Utc>> {
        let registered = self
            .registration
            .as_ref()
            .map(|registration| registration.accepted_at);
        registered.or_else(|| self.assignment.as_ref().map(|assignment| assignment.accepted_at))
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> OrderState {
        if self.closed.is_some() {
            return OrderState::Closed;
        }
        let Some(lead) = self.lead() else {
            let assigned = self
                .assignment
                .as_ref()
                .map_or(0, |assignment| assignment.sequence);
            let undecided = self
                .undecided
                .as_ref()
                .is_some_and(|(sequence, _)| *sequence > assigned);
            let newest = self.undecided.as_ref().map_or(0, |(sequence, _)| *sequence);
            return if !undecided {
                OrderState::Registered
            } else if self.disputed == newest {
                OrderState::Disputed
            } else {
                OrderState::Undecided
            };
        };
        if let Some(reply) = self.reply_of(self.round()) {
            let called = self
                .called
                .is_some_and(|(rework, at)| rework == reply.rework && at >= lead.assigned_at);
            return if called {
                OrderState::CallingBack
            } else {
                OrderState::Replied
            };
        }
        // What the unit did before its last reply belongs to an earlier round; both are numbered in one line.
        let replied = self.reply_of(0).map_or(0, |reply| reply.sequence);
        match self.handling().and_then(|handling| handling.acted) {
            Some((acted, sequence)) if sequence > replied && (replied > 0 || self.round() == 0) => {
                match acted {
                    Acted::Signed => OrderState::Signed,
                    Acted::Responded => OrderState::Responded,
                }
            }
            _ => OrderState::Assigned,
        }
    }
}

#[cfg(test)]
mod tests;
