//! What is done with a supervision order, by people and by the ladder alike. Each act changes the state as the table says
//! and leaves a step; what is refused leaves nothing.
use super::{Act, Evidence, Identity, Means, Rung, State, StepKind, SupervisionOrder, Why, height};
use crate::domain::Order;
use contracts::words::SupervisionLevel;
use thiserror::Error;

/// Why an act is refused.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum Refused {
    /// Not in this state.
    #[error("a supervision order that is {} cannot be acted on like this ({})", .0.word(), .1.word())]
    State(State, Act),
    /// The ladder of the city has no such rung.
    #[error("the city's ladder has no such rung")]
    NoSuchLevel,
    /// It stands there already, or higher.
    #[error("it stands on this rung or a higher one already")]
    NotHigher,
    /// No rung waits for a person.
    #[error("no rung is proposed")]
    NothingProposed,
    /// The rung does not ask for this.
    #[error("the rung does not ask for evidence {0}")]
    NotAsked(String),
    /// The rung asks for this, too.
    #[error("the rung asks for evidence {0}")]
    Missing(String),
    /// Nobody reviews their own answer.
    #[error("nobody reviews the answer they recorded")]
    OwnAnswer,
    /// Only what was found good can have been carried out.
    #[error("the answer has not been accepted")]
    NotAccepted,
    /// The limit of the rung cannot be computed yet.
    #[error("{0}")]
    NoCalendar(String),
}

impl SupervisionOrder {
    /// Opens one on a rung.
    ///
    /// # Errors
    /// When the ladder has no such rung, or its calendar is not here yet.
    pub fn open(
        identity: Identity,
        order: &Order,
        level: SupervisionLevel,
        why: &Why,
        means: &Means<'_>,
    ) -> Result<Self, Refused> {
        let unit = order.lead_unit().cloned();
        let mut new = Self::begin(identity, order.order_id, unit, level, &why.trigger, means.now);
        new.stand_on(level, Act::Open, StepKind::Opened, (order, why, means))?;
        Ok(new)
    }

    /// Begins one whose first rung waits for a person.
    #[must_use]
    pub fn propose(
        identity: Identity,
        order: &Order,
        level: SupervisionLevel,
        why: &Why,
        means: &Means<'_>,
    ) -> Self {
        let unit = order.lead_unit().cloned();
        let mut new = Self::begin(identity, order.order_id, unit, level, &why.trigger, means.now);
        new.step(StepKind::Proposed, why, means.now);
        new
    }

    /// A higher rung is proposed; one that is proposed already stays.
    pub fn propose_higher(&mut self, level: SupervisionLevel, why: &Why, means: &Means<'_>) {
        if self.waiting() >= Some(level) {
            self.step(StepKind::Noticed, why, means.now);
            return;
        }
        if self.state == State::Proposed {
            self.level = level;
        } else {
            self.proposed = Some(level);
        }
        self.step(StepKind::Proposed, why, means.now).level = level;
    }

    /// A person opens the rung that is proposed.
    ///
    /// # Errors
    /// When none is, or it cannot be opened.
    pub fn open_proposed(&mut self, order: &Order, why: &Why, means: &Means<'_>) -> Result<(), Refused> {
        let after = self.after(Act::Open);
        let level = after.and_then(|_| self.waiting().ok_or(Refused::NothingProposed))?;
        let kind = if self.state == State::Proposed {
            StepKind::Opened
        } else {
            StepKind::Escalated
        };
        self.stand_on(level, Act::Open, kind, (order, why, means))
    }

    /// Opens a higher rung.
    ///
    /// # Errors
    /// When it is no higher one, or it cannot be opened.
    pub fn escalate(
        &mut self,
        order: &Order,
        level: SupervisionLevel,
        why: &Why,
        means: &Means<'_>,
    ) -> Result<(), Refused> {
        self.after(Act::Escalate)?;
        let first = self.state == State::Proposed;
        if level < self.level || (level == self.level && !first) {
            return Err(Refused::NotHigher);
        }
        let kind = if first {
            StepKind::Opened
        } else {
            StepKind::Escalated
        };
        self.stand_on(level, Act::Escalate, kind, (order, why, means))
    }

    fn stand_on(
        &mut self,
        level: SupervisionLevel,
        act: Act,
        kind: StepKind,
        (order, why, means): (&Order, &Why, &Means<'_>),
    ) -> Result<(), Refused> {
        let state = self.after(act)?;
        let terms = means.ladder.level(level).ok_or(Refused::NoSuchLevel)?;
        let rung = Rung::open(terms, order, means).map_err(Refused::NoCalendar)?;
        let from = std::mem::replace(&mut self.level, level);
        let until = rung.answer_until;
        (self.state, self.rung, self.answered_by) = (state, Some(rung), None);
        self.unit = order.lead_unit().cloned();
        self.proposed = self.proposed.filter(|proposed| *proposed > level);
        let step = self.step(kind, why, means.now);
        step.text = if step.text.is_empty() {
            terms.demand_zh.clone()
        } else {
            format!("{}（{}）", step.text, terms.demand_zh)
        };
        step.from_level = (kind == StepKind::Escalated).then_some(from);
        step.answer_until = Some(until);
        step.told.clone_from(&terms.told);
        Ok(())
    }

    /// A trigger took effect that asks for no higher rung.
    pub fn notice(&mut self, why: &Why, means: &Means<'_>) {
        self.step(StepKind::Noticed, why, means.now);
    }

    /// A person records what the unit brought.
    ///
    /// # Errors
    /// When the rung does not ask for it, or asks for more.
    pub fn answer(
        &mut self,
        by: &str,
        text: &str,
        evidence: Vec<Evidence>,
        means: &Means<'_>,
    ) -> Result<(), Refused> {
        let state = self.after(Act::Answer)?;
        let asked = self.rung.as_ref().map_or(&[][..], |rung| &rung.evidence);
        if let Some(other) = evidence.iter().find(|brought| !asked.contains(&brought.code)) {
            return Err(Refused::NotAsked(other.code.clone()));
        }
        let brought = |code: &&String| !evidence.iter().any(|brought| brought.code == **code);
        if let Some(missing) = asked.iter().find(brought) {
            return Err(Refused::Missing(missing.clone()));
        }
        (self.state, self.answered_by) = (state, Some(by.to_owned()));
        let why = Why {
            evidence,
            ..Why::said(by, text)
        };
        self.step(StepKind::Answered, &why, means.now);
        Ok(())
    }

    /// Another person finds the answer good.
    ///
    /// # Errors
    /// When there is none, or it is their own.
    pub fn accept(&mut self, by: &str, text: &str, means: &Means<'_>) -> Result<(), Refused> {
        self.state = self.reviewed(Act::Accept, by)?;
        self.step(StepKind::Accepted, &Why::said(by, text), means.now);
        Ok(())
    }

    /// Another person finds it wanting: the limit of the rung counts anew.
    ///
    /// # Errors
    /// As [`SupervisionOrder::accept`], and when the limit cannot be computed.
    pub fn reject(&mut self, order: &Order, by: &str, text: &str, means: &Means<'_>) -> Result<(), Refused> {
        let state = self.reviewed(Act::Reject, by)?;
        let mut until = None;
        if let Some(rung) = &mut self.rung {
            rung.again(order, means).map_err(Refused::NoCalendar)?;
            until = Some(rung.answer_until);
        }
        (self.state, self.answered_by) = (state, None);
        self.step(StepKind::Rejected, &Why::said(by, text), means.now)
            .answer_until = until;
        Ok(())
    }

    /// 销号 by a person: `carried_out` (once the answer is accepted), or `unfounded`.
    ///
    /// # Errors
    /// When it has ended, or nothing was accepted that could be carried out.
    pub fn discharge(
        &mut self,
        outcome: &str,
        by: &str,
        text: &str,
        means: &Means<'_>,
    ) -> Result<(), Refused> {
        self.after(Act::Discharge)?;
        if outcome == "carried_out" && self.state != State::Accepted {
            return Err(Refused::NotAccepted);
        }
        self.end(outcome, &Why::said(by, text), means);
        Ok(())
    }

    /// The end.
    pub(super) fn end(&mut self, outcome: &str, why: &Why, means: &Means<'_>) {
        self.state = State::Discharged;
        (self.proposed, self.answered_by) = (None, None);
        self.discharged_at = Some(means.now);
        self.outcome = Some(outcome.to_owned());
        self.step(StepKind::Discharged, why, means.now).outcome = Some(outcome.to_owned());
    }

    /// The limit of the rung has passed.
    pub(super) fn expire(&mut self, means: &Means<'_>) {
        if let Some(state) = self.state.after(Act::Expire) {
            self.state = state;
            let why = Why::ladder("silence", "时限已过，未作反馈", Vec::new());
            self.step(StepKind::Expired, &why, means.now);
        }
    }

    /// Whether a person may put it on a rung: it is higher than what stands.
    #[must_use]
    pub fn rises_to(&self, level: SupervisionLevel) -> bool {
        height(level) > self.height()
    }

    fn after(&self, act: Act) -> Result<State, Refused> {
        self.state.after(act).ok_or(Refused::State(self.state, act))
    }

    fn reviewed(&self, act: Act, by: &str) -> Result<State, Refused> {
        let state = self.after(act)?;
        if self.answered_by.as_deref() == Some(by) {
            return Err(Refused::OwnAnswer);
        }
        Ok(state)
    }
}

impl Why {
    /// A person who answers, reviews or ends.
    fn said(author: &str, text: &str) -> Self {
        Self {
            trigger: String::new(),
            ..Self::by_hand(author, text)
        }
    }
}
