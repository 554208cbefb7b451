//! A coordination outcome 协调结果: what units promised where they met, in parts (20 households first, the rest in
//! instalments). While it is open, its order does not close.
use chrono::{DateTime, Utc};
use thiserror::Error;
use uuid::Uuid;

/// Where an outcome stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OutcomeState {
    /// Something of it remains to be carried out.
    Open,
    /// All of it is carried out.
    CarriedOut,
    /// Two people gave it up.
    Dropped,
}

/// An outcome with its parts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CoordinationOutcome {
    /// The outcome.
    pub outcome_id: Uuid,
    /// The order whose end it holds.
    pub order_id: Uuid,
    /// Where it was agreed.
    pub consultation_id: Option<Uuid>,
    /// The supervision order it belongs to.
    pub supervision_id: Option<Uuid>,
    /// Who must carry it out.
    pub unit: String,
    /// What was agreed, personal data masked.
    pub agreed: String,
    /// Where it stands.
    pub state: OutcomeState,
    /// Who recorded it.
    pub recorded_by: String,
    /// When.
    pub recorded_at: DateTime<Utc>,
    /// Who found its last part carried out, or gave it up.
    pub ended_by: Option<String>,
    /// When.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it was given up.
    pub end_reason: Option<String>,
    /// Its parts by number, at least one.
    pub parts: Vec<OutcomePart>,
}

/// One part.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutcomePart {
    /// 1, 2, 3, …
    pub number: i32,
    /// What is to be done.
    pub what: String,
    /// Until when.
    pub until: DateTime<Utc>,
    /// What was found; `None` = not carried out yet.
    pub done: Option<PartDone>,
}

/// How a part was found to be carried out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PartDone {
    /// When.
    pub at: DateTime<Utc>,
    /// Who found so.
    pub by: String,
    /// What was found.
    pub report: String,
}

/// What an act on an outcome did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// The same was said before.
    Nothing,
    /// A part is carried out; so many remain.
    PartCarriedOut(i32),
    /// The last part is.
    CarriedOut,
    /// It is given up.
    Dropped,
}

/// Why an act has no effect.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum OutcomeRefused {
    /// There is no such outcome.
    #[error("there is no such outcome")]
    Unknown,
    /// It has no such part.
    #[error("the outcome has no such part")]
    NoSuchPart,
    /// It has ended.
    #[error("the outcome has ended")]
    Ended,
    /// Somebody found so before, in other words.
    #[error("the part was found to be carried out before")]
    CarriedOutBefore,
    /// Whoever recorded a promise does not give it up alone.
    #[error("another person than the one who recorded it must give it up")]
    SamePerson,
}

impl OutcomeState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Open, Self::CarriedOut, Self::Dropped];

    /// The word in tables and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::CarriedOut => "carried_out",
            Self::Dropped => "dropped",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

impl CoordinationOutcome {
    /// When the first part that is not carried out is due; `None` when it has ended.
    #[must_use]
    pub fn next_until(&self) -> Option<DateTime<Utc>> {
        let open = self.parts.iter().filter(|part| part.done.is_none());
        let next = open.map(|part| part.until).min();
        next.filter(|_| self.state == OutcomeState::Open)
    }

    /// Whether something should have been carried out by now.
    #[must_use]
    pub fn is_late(&self, now: DateTime<Utc>) -> bool {
        self.next_until().is_some_and(|until| until < now)
    }

    /// When the last part is due.
    #[must_use]
    pub fn until(&self) -> DateTime<Utc> {
        let last = self.parts.iter().map(|part| part.until).max();
        last.unwrap_or(self.recorded_at)
    }

    /// A part is found to be carried out. The same words of the same person again change nothing.
    ///
    /// # Errors
    /// When there is no such part, or it was found before, or the outcome has ended.
    pub fn carry_out(
        &mut self,
        number: i32,
        by: &str,
        report: &str,
        now: DateTime<Utc>,
    ) -> Result<Effect, OutcomeRefused> {
        let open = self.state == OutcomeState::Open;
        let part = self.parts.iter_mut().find(|part| part.number == number);
        let part = part.ok_or(OutcomeRefused::NoSuchPart)?;
        if let Some(done) = &part.done {
            let same = done.by == by && done.report == report;
            return same
                .then_some(Effect::Nothing)
                .ok_or(OutcomeRefused::CarriedOutBefore);
        }
        if !open {
            return Err(OutcomeRefused::Ended);
        }
        part.done = Some(PartDone {
            at: now,
            by: by.to_owned(),
            report: report.to_owned(),
        });
        let remaining = self.parts.iter().filter(|part| part.done.is_none()).count();
        if remaining > 0 {
            return Ok(Effect::PartCarriedOut(
                i32::try_from(remaining).unwrap_or(i32::MAX),
            ));
        }
        self.end(OutcomeState::CarriedOut, by, now);
        Ok(Effect::CarriedOut)
    }

    /// It is given up by another person than the one who recorded it.
    ///
    /// # Errors
    /// When that is the same person, or it has ended.
    pub fn give_up(&mut self, by: &str, reason: &str, now: DateTime<Utc>) -> Result<Effect, OutcomeRefused> {
        if self.state == OutcomeState::Dropped
            && self.ended_by.as_deref() == Some(by)
            && self.end_reason.as_deref() == Some(reason)
        {
            return Ok(Effect::Nothing);
        }
        if self.state != OutcomeState::Open {
            return Err(OutcomeRefused::Ended);
        }
        if self.recorded_by == by {
            return Err(OutcomeRefused::SamePerson);
        }
        self.end(OutcomeState::Dropped, by, now);
        self.end_reason = Some(reason.to_owned());
        Ok(Effect::Dropped)
    }

    fn end(&mut self, state: OutcomeState, by: &str, now: DateTime<Utc>) {
        self.state = state;
        self.ended_by = Some(by.to_owned());
        self.ended_at = Some(now);
    }
}

#[cfg(test)]
mod tests;
