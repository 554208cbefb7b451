//! Second looks: when a unit may appeal against an answer, and when two people may judge a demand (issue 5, "Outcome").
use crate::domain::{Case, Happening, OrderState, Policies, Recorded, Task, TaskState};
use chrono::{DateTime, Utc};
use contracts::words::{Finding, Outcome, Satisfaction};
use thiserror::Error;

/// Why a unit may not appeal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum AppealRefused {
    /// There is no such answer of this unit's work.
    #[error("there is no such answer about this unit's work")]
    Unknown,
    /// Nothing in it is bad for the unit.
    #[error("nothing in this answer is bad for the unit")]
    NotBad,
    /// The window is over since then.
    #[error("appeals were possible until {0}")]
    TooLate(DateTime<Utc>),
    /// There is an appeal with another ground already.
    #[error("there is an appeal against this answer already")]
    Exists,
    /// It has been reviewed.
    #[error("this appeal has been reviewed already, and otherwise")]
    Reviewed,
    /// The appellant cannot review.
    #[error("somebody else must review it")]
    SamePerson,
}

/// Why a demand may not be judged.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum JudgementRefused {
    /// There is no such order or judgement.
    #[error("there is no such order or judgement")]
    Unknown,
    /// The order has ended, or nobody has it.
    #[error("the order has ended or has no unit")]
    NotOpen,
    /// Units promised what is not carried out yet.
    #[error("a coordination outcome of the order is not carried out yet")]
    Held,
    /// No caller has said anything against which this finding stands.
    #[error(
        "no caller has said that it is not solved, or, for what is unreasonable, that they are not satisfied"
    )]
    NoBadAnswer,
    /// Another one waits for its review.
    #[error("another judgement of this order waits for its review")]
    Exists,
    /// It has been reviewed.
    #[error("this judgement has been reviewed already, and otherwise")]
    Reviewed,
    /// Two people, not one.
    #[error("somebody else must review it")]
    SamePerson,
}

/// Whether an answer counts against the unit: not solved, or not satisfied with the result or the attitude.
#[must_use]
pub fn is_bad(recorded: &Recorded) -> bool {
    let said = recorded.said;
    !said.solved || [said.result, said.attitude].contains(&Satisfaction::NotSatisfied)
}

/// Whether a demand may be found so after these answers of its caller: impossible is only what somebody has called
/// unsolved; unreasonable is also what somebody wants beyond a solution, and says so in the newest answer.
#[must_use]
pub fn may_find(finding: Finding, unsolved: bool, newest_is_bad: bool) -> bool {
    match finding {
        Finding::Impossible => unsolved,
        Finding::Unreasonable => unsolved || newest_is_bad,
    }
}

/// Until when a unit may appeal against an answer.
#[must_use]
pub fn appeal_until(case: &Case, recorded: &Recorded, policies: &Policies) -> DateTime<Utc> {
    let policy = match &case.order.registration {
        Some(registration) => policies.of(registration),
        None => &policies.default,
    };
    // The document's limits are checked when it is read: only a calendar without any working day for ten years fails.
    worktime::due(policies.city(), &policy.appeal_window, recorded.at).map_or(recorded.at, |due| due.at)
}

/// Whether a unit may appeal against the answer of a task now.
///
/// # Errors
/// Why not.
pub fn may_appeal(
    case: &Case,
    task: &Task,
    policies: &Policies,
    now: DateTime<Utc>,
) -> Result<(), AppealRefused> {
    let TaskState::Recorded(recorded) = &task.state else {
        return Err(AppealRefused::Unknown);
    };
    if !is_bad(recorded) {
        return Err(AppealRefused::NotBad);
    }
    let until = appeal_until(case, recorded, policies);
    if now > until {
        Err(AppealRefused::TooLate(until))
    } else {
        Ok(())
    }
}

impl Case {
    /// Whether two people may judge the demand of this order: it is open and a unit has it.
    ///
    /// # Errors
    /// Why not.
    pub fn may_judge(&self) -> Result<(), JudgementRefused> {
        let closed = matches!(self.order.state, OrderState::Closed { .. });
        if closed || self.order.assignment.is_none() || self.order.registration.is_none() {
            return Err(JudgementRefused::NotOpen);
        }
        if self.order.held_by.is_some() {
            return Err(JudgementRefused::Held);
        }
        Ok(())
    }

    /// Two people have found the demand unreasonable or impossible: the order ends unsolved, and nobody is asked again.
    ///
    /// # Errors
    /// When it has ended already.
    pub fn judge_demand(
        &mut self,
        finding: Finding,
        now: DateTime<Utc>,
    ) -> Result<Happening, JudgementRefused> {
        self.may_judge()?;
        let registration = self.order.registration.as_ref();
        let complaint_id = registration
            .map(|known| known.complaint_id)
            .ok_or(JudgementRefused::NotOpen)?;
        self.end(Outcome::Unsolved, now);
        Ok(Happening::Closed(
            complaint_id,
            Outcome::Unsolved,
            Some(finding),
            now,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        Asking, Assignment, Claims, Reply, Said, policies_for_tests, registration_for_tests as registration,
    };
    use contracts::ids::OrderId;
    use contracts::words::CallbackWay;
    use uuid::Uuid;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn recorded(solved: bool, result: Satisfaction, attitude: Satisfaction, when: &str) -> Recorded {
        Recorded {
            at: at(when),
            said: Said {
                contacted: true,
                solved,
                result,
                attitude,
            },
            asking: Asking {
                way: CallbackWay::Phone,
                at: at(when),
                asked_with: None,
            },
            contradicted: Vec::new(),
            reworked: false,
        }
    }

    fn case() -> Case {
        let (now, policies) = (at("2026-03-02T09:00:00+08:00"), policies_for_tests());
        let mut case = Case::unknown(OrderId(Uuid::from_u128(1)));
        case.register(&registration(true), &policies, now);
        let assignment = Assignment {
            unit: "U-1".into(),
            generation: 1,
            matter: None,
            urgency: None,
        };
        case.assign(&assignment, &policies, now);
        let reply = Reply {
            unit: "U-1".into(),
            generation: 1,
            rework: 0,
            claims: Claims {
                solved: true,
                contacted: true,
                result: None,
            },
            text: "done".to_owned(),
            replied_at: now,
        };
        case.reply(&reply, &policies, now);
        case
    }

    #[test]
    fn only_what_counts_against_the_unit_can_be_appealed_and_only_in_time() {
        use Satisfaction::{BasicallySatisfied, NotSatisfied, Satisfied};
        let (mut case, policies) = (case(), policies_for_tests());
        let mut outcome = |solved, result, attitude, now: &str| {
            // Monday; five working days end on the next Monday, at the end of the calling hours.
            case.tasks[0].state =
                TaskState::Recorded(recorded(solved, result, attitude, "2026-03-02T10:00:00+08:00"));
            may_appeal(&case, &case.tasks[0], &policies, at(now))
        };
        let soon = "2026-03-03T10:00:00+08:00";
        assert_eq!(
            outcome(true, Satisfied, BasicallySatisfied, soon),
            Err(AppealRefused::NotBad)
        );
        assert_eq!(outcome(false, Satisfied, Satisfied, soon), Ok(()));
        assert_eq!(outcome(true, NotSatisfied, Satisfied, soon), Ok(()));
        assert_eq!(outcome(true, Satisfied, NotSatisfied, soon), Ok(()));
        let last = "2026-03-09T21:00:00+08:00";
        assert_eq!(outcome(false, Satisfied, Satisfied, last), Ok(()));
        assert_eq!(
            outcome(false, Satisfied, Satisfied, "2026-03-09T21:00:01+08:00"),
            Err(AppealRefused::TooLate(at(last)))
        );
        case.tasks[0].state = TaskState::Due;
        assert_eq!(
            may_appeal(&case, &case.tasks[0], &policies, at(soon)),
            Err(AppealRefused::Unknown)
        );
    }

    #[test]
    fn a_judged_demand_ends_once_and_nobody_is_asked_again() {
        let (mut case, now) = (case(), at("2026-03-04T09:00:00+08:00"));
        let closed = case.judge_demand(Finding::Impossible, now).unwrap();
        assert!(matches!(
            closed,
            Happening::Closed(_, Outcome::Unsolved, Some(Finding::Impossible), _)
        ));
        assert!(case.tasks.iter().all(|task| !task.is_live()));
        assert_eq!(
            case.judge_demand(Finding::Impossible, now),
            Err(JudgementRefused::NotOpen)
        );
        let unknown = Case::unknown(OrderId(Uuid::from_u128(2)));
        assert_eq!(unknown.may_judge(), Err(JudgementRefused::NotOpen));
    }
}
