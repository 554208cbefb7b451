//! The ladder of supervision 督办 as data, with what may be granted to a unit.
use crate::domain::policies::triggers::Trigger;
use crate::domain::policies::{Document, Fault};
use contracts::terms::{Limit, LimitUnit, StartRule};
use contracts::words::{ClockName, SupervisionLevel};
use serde::Deserialize;

/// The policy `ladder`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ladder {
    /// 延期
    pub extensions: Extensions,
    /// 挂起
    pub suspensions: Suspensions,
    /// When an order is put on which rung.
    pub triggers: Vec<Trigger>,
    /// The rungs, from the lowest.
    pub levels: Vec<Level>,
}

/// Limits of extensions.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extensions {
    /// Which clocks may be extended.
    pub clocks: Vec<ClockName>,
    /// So often in one assignment.
    pub times_max: u32,
    /// One at most so much of the clock's own limit.
    pub percent_max: u32,
    /// Asked for at the latest so many working days before the limit.
    pub ask_before_working_days: u32,
    /// A request that has waited so many hours waits too long: the desk says so.
    #[serde(default = "one_day")]
    pub review_hours: u32,
}

/// Limits of suspensions.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suspensions {
    /// So often in one assignment.
    pub times_max: u32,
    /// So many calendar days in all of one assignment.
    pub days_max: u32,
    /// Whether what a supervisor proposes waits for a second person; what a unit asks for always waits.
    #[serde(default)]
    pub review: Review,
    /// Who reviews.
    #[serde(default = "supervisors")]
    pub reviewers: Vec<Reviewer>,
    /// A request that has waited so many hours waits too long: the desk says so.
    #[serde(default = "one_day")]
    pub review_hours: u32,
    /// Why an order may stand still.
    pub reasons: Vec<Reason>,
}

/// What becomes of a supervisor's own proposal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Review {
    /// Another person grants or denies it.
    #[default]
    SecondPerson,
    /// It holds at once.
    AtOnce,
}

/// A role that may review.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reviewer {
    /// The desk.
    Supervisor,
    /// The leaders 领导.
    Leader,
}

fn supervisors() -> Vec<Reviewer> {
    vec![Reviewer::Supervisor]
}

const fn one_day() -> u32 {
    24
}

impl Suspensions {
    fn check(&self) -> Result<(), Fault> {
        let bad = |field: &str, why: &str| Err(Fault::new(format!("suspensions.{field}"), why));
        if self.reviewers.is_empty() {
            return bad("reviewers", "there must be at least one");
        }
        if self.review_hours == 0 {
            return bad("review_hours", "must be at least 1");
        }
        for (at, reason) in self.reasons.iter().enumerate() {
            if reason.days_max == 0 || reason.days_max > self.days_max {
                let field = format!("reasons[{at}].days_max");
                return bad(&field, "must be from 1 to suspensions.days_max");
            }
        }
        Ok(())
    }
}

/// A reason to suspend.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Stable code.
    pub code: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// So many calendar days at once.
    pub days_max: u32,
}

/// One rung.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Which.
    pub level: SupervisionLevel,
    /// Until when it must be answered, from its opening.
    pub answer: Answer,
    /// What answers it.
    pub met_by: MetBy,
    /// Codes of what an answer must bring.
    #[serde(default)]
    pub evidence: Vec<String>,
    /// Codes of units that are told beside the one that must act.
    #[serde(default)]
    pub told: Vec<String>,
    /// What is demanded, Chinese.
    pub demand_zh: String,
    /// What is demanded, English.
    pub demand_en: String,
    /// The rung that silence opens; `None` = a person decides.
    #[serde(default)]
    pub next: Option<SupervisionLevel>,
    /// The rung is proposed to a person, who opens it.
    #[serde(default)]
    pub by_person: bool,
}

/// The limit of a rung.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// So many.
    pub amount: u32,
    /// Of what, by the calendar of the unit, else of the city.
    pub unit: LimitUnit,
}

impl Answer {
    /// As a limit that counts from the opening.
    #[must_use]
    pub const fn limit(self) -> Limit {
        Limit {
            amount: self.amount,
            unit: self.unit,
            start: StartRule::Dispatch,
        }
    }
}

/// What answers a rung.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MetBy {
    /// Any act of the unit.
    Progress,
    /// The unit's reply.
    Reply,
    /// Evidence that a person records and another reviews.
    Evidence,
}

impl MetBy {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Progress, Self::Reply, Self::Evidence];

    /// The word in the document and the table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Progress => "progress",
            Self::Reply => "reply",
            Self::Evidence => "evidence",
        }
    }
}

impl Ladder {
    /// The rung with its duties.
    #[must_use]
    pub fn level(&self, level: SupervisionLevel) -> Option<&Level> {
        self.levels.iter().find(|known| known.level == level)
    }

    fn check_triggers(&self) -> Result<(), Fault> {
        for (at, trigger) in self.triggers.iter().enumerate() {
            let field = |name: &str| format!("triggers[{at}].{name}");
            let earlier = &self.triggers[..at];
            if trigger.code.trim().is_empty() || earlier.iter().any(|known| known.code == trigger.code) {
                return Err(Fault::new(field("code"), "is empty, or another trigger has it"));
            }
            if self.level(trigger.level).is_none() {
                return Err(Fault::new(field("level"), "is no level of this ladder"));
            }
            let counted = trigger.when.counted();
            if counted == 0 {
                return Err(Fault::new(field("when"), "a count of 0 is always true"));
            }
        }
        Ok(())
    }

    fn check_levels(&self) -> Result<(), Fault> {
        if self.levels.is_empty() {
            return Err(Fault::new("levels", "there must be at least one"));
        }
        for (at, level) in self.levels.iter().enumerate() {
            let field = |name: &str| format!("levels[{at}].{name}");
            if at > 0 && self.levels[at - 1].level >= level.level {
                return Err(Fault::new(
                    field("level"),
                    "levels stand from the lowest to the highest, each once",
                ));
            }
            if level.answer.amount == 0 {
                return Err(Fault::new(field("answer.amount"), "must be at least 1"));
            }
            if level.met_by == MetBy::Evidence && level.evidence.is_empty() {
                return Err(Fault::new(field("evidence"), "must name what the answer brings"));
            }
            if let Some(next) = level.next
                && (next <= level.level || self.level(next).is_none())
            {
                return Err(Fault::new(field("next"), "must be a higher level of this ladder"));
            }
        }
        Ok(())
    }
}

impl Document for Ladder {
    const NAME: &'static str = "ladder";
    const DEFAULT: &'static str = include_str!("../../../config/ladder.toml");

    fn check(&self) -> Result<(), Fault> {
        if self.extensions.clocks.contains(&ClockName::Total) {
            return Err(Fault::new("extensions.clocks", "the total clock is never moved"));
        }
        if self.extensions.percent_max == 0 {
            return Err(Fault::new("extensions.percent_max", "must be at least 1"));
        }
        if self.extensions.review_hours == 0 {
            return Err(Fault::new("extensions.review_hours", "must be at least 1"));
        }
        self.suspensions.check()?;
        self.check_levels()?;
        self.check_triggers()
    }
}
