//! One supervision order 督办 with the steps that are being added to it.
use super::{Evidence, Rung, State, Step, StepKind, Why};
use chrono::{DateTime, Utc};
use contracts::ids::{OrderId, SupervisionId, UnitCode};
use contracts::words::SupervisionLevel;
use uuid::Uuid;

/// What a new one is called.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// The supervision order.
    pub id: SupervisionId,
    /// Number of its documents.
    pub number: String,
    /// The request of a person that opened it, or raised it last, perhaps with others.
    pub batch_id: Option<Uuid>,
}

/// A supervision order. At most one of an order is not discharged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SupervisionOrder {
    /// What it is called.
    pub identity: Identity,
    /// The order.
    pub order_id: OrderId,
    /// Who must act; `None` when nobody owns the order.
    pub unit: Option<UnitCode>,
    /// Where it stands.
    pub state: State,
    /// The rung it stands on; while proposed, the one that is proposed.
    pub level: SupervisionLevel,
    /// A higher rung that waits for a person.
    pub proposed: Option<SupervisionLevel>,
    /// It is on the leaders' list 领导督办件.
    pub leaders: bool,
    /// What began it.
    pub trigger: String,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// The terms of the rung it stands on; `None` while proposed.
    pub rung: Option<Rung>,
    /// Who recorded the answer that waits for its review.
    pub answered_by: Option<String>,
    /// How many steps it has.
    pub steps: i32,
    /// When it was discharged.
    pub discharged_at: Option<DateTime<Utc>>,
    /// And how.
    pub outcome: Option<String>,
    /// Steps that are not written yet.
    pub fresh: Vec<Step>,
}

impl SupervisionOrder {
    /// One that has no step yet.
    pub(super) fn begin(
        identity: Identity,
        order_id: OrderId,
        unit: Option<UnitCode>,
        level: SupervisionLevel,
        trigger: &str,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            identity,
            order_id,
            unit,
            state: State::Proposed,
            level,
            proposed: None,
            leaders: false,
            trigger: trigger.to_owned(),
            began_at: now,
            rung: None,
            answered_by: None,
            steps: 0,
            discharged_at: None,
            outcome: None,
            fresh: Vec::new(),
        }
    }

    /// Whether it goes on.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.state != State::Discharged
    }

    /// When silence has its effect.
    #[must_use]
    pub fn answer_until(&self) -> Option<DateTime<Utc>> {
        let rung = self.rung.as_ref().filter(|_| self.state == State::Open);
        rung.map(|rung| rung.answer_until)
    }

    /// The rung in force: 0 while none has been opened, and after the end.
    #[must_use]
    pub fn height(&self) -> i16 {
        match self.state {
            State::Proposed | State::Discharged => 0,
            State::Open | State::Overdue | State::Answered | State::Accepted => super::height(self.level),
        }
    }

    /// The rung that waits for a person.
    #[must_use]
    pub fn waiting(&self) -> Option<SupervisionLevel> {
        match self.state {
            State::Proposed => Some(self.level),
            State::Discharged => None,
            State::Open | State::Overdue | State::Answered | State::Accepted => self.proposed,
        }
    }

    /// Adds a step about the rung it stands on.
    pub(super) fn step(&mut self, kind: StepKind, why: &Why, now: DateTime<Utc>) -> &mut Step {
        self.steps += 1;
        let number = &self.identity.number;
        let document = if self.steps == 1 {
            number.clone()
        } else {
            format!("{number}-{}", self.steps)
        };
        self.fresh.push(Step {
            number: self.steps,
            kind,
            author: why.author.clone(),
            at: now,
            level: self.level,
            from_level: None,
            trigger: Some(why.trigger.clone()).filter(|trigger| !trigger.is_empty()),
            document,
            text: why.text.clone(),
            evidence: why.evidence.clone(),
            answer_until: None,
            told: Vec::new(),
            outcome: None,
        });
        let at = self.fresh.len() - 1;
        &mut self.fresh[at]
    }
}

impl Why {
    /// A person, by hand.
    #[must_use]
    pub fn by_hand(author: &str, text: &str) -> Self {
        Self {
            author: author.to_owned(),
            trigger: "by_hand".to_owned(),
            text: text.to_owned(),
            evidence: Vec::new(),
        }
    }

    /// The ladder itself.
    #[must_use]
    pub fn ladder(trigger: &str, text: &str, evidence: Vec<Evidence>) -> Self {
        Self {
            author: super::LADDER.to_owned(),
            trigger: trigger.to_owned(),
            text: text.to_owned(),
            evidence,
        }
    }
}
