//! What an answer means: which claims of the unit it denies, and whether the order ends or goes back.
use crate::domain::Said;
use crate::domain::policy::{AfterRework, Policy};
use contracts::words::{Outcome, RaisedTo, Satisfaction};

/// What the unit claimed in its reply.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Claims {
    /// It is solved.
    pub solved: bool,
    /// We contacted the caller.
    pub contacted: bool,
    /// The caller told us so.
    pub result: Option<Satisfaction>,
}

/// What follows from an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Consequence {
    /// The order ends.
    Closed(Outcome),
    /// The order goes back to the same unit, in the next round; with who else takes it on, when the rounds are used up.
    Reworked(Option<RaisedTo>),
}

/// An answer, judged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Judgement {
    /// `solved`, `contacted`, `result`: claims the caller denies.
    pub contradicted: Vec<&'static str>,
    /// What follows.
    pub consequence: Consequence,
}

/// Judges an answer about the reply of round `rework`. Attitude alone never sends an order back: it is a
/// figure of the unit, not a defect of the result.
#[must_use]
pub fn judge(claims: &Claims, said: &Said, rework: i32, policy: &Policy) -> Judgement {
    let unhappy = said.result == Satisfaction::NotSatisfied;
    let claimed_happy = claims
        .result
        .is_some_and(|result| result != Satisfaction::NotSatisfied);
    let denials = [
        ("solved", claims.solved && !said.solved),
        ("contacted", claims.contacted && !said.contacted),
        ("result", claimed_happy && unhappy),
    ];
    let consequence = if said.solved && !unhappy {
        Consequence::Closed(Outcome::Solved)
    } else {
        not_solved(rework, policy)
    };
    Judgement {
        contradicted: denials
            .into_iter()
            .filter(|(_, denied)| *denied)
            .map(|(claim, _)| claim)
            .collect(),
        consequence,
    }
}

/// What follows a "no" about the reply of round `rework`.
#[must_use]
pub fn not_solved(rework: i32, policy: &Policy) -> Consequence {
    match policy.after_rework {
        _ if rework < policy.rework_max => Consequence::Reworked(None),
        AfterRework::Raise(to) => Consequence::Reworked(Some(to)),
        AfterRework::Close => Consequence::Closed(Outcome::Unsolved),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policies_for_tests;

    fn policy() -> Policy {
        policies_for_tests().default
    }
    use Satisfaction::{BasicallySatisfied, NotSatisfied, Satisfied};

    fn said(contacted: bool, solved: bool, result: Satisfaction, attitude: Satisfaction) -> Said {
        Said {
            contacted,
            solved,
            result,
            attitude,
        }
    }

    #[test]
    fn every_denied_claim_is_named_and_only_denied_ones() {
        let bold = Claims {
            solved: true,
            contacted: true,
            result: Some(Satisfied),
        };
        let modest = Claims {
            solved: false,
            contacted: false,
            result: None,
        };
        let no = said(false, false, NotSatisfied, NotSatisfied);
        assert_eq!(
            judge(&bold, &no, 0, &policy()).contradicted,
            ["solved", "contacted", "result"]
        );
        assert!(judge(&modest, &no, 0, &policy()).contradicted.is_empty());
        let fair = said(true, true, BasicallySatisfied, NotSatisfied);
        assert!(judge(&bold, &fair, 0, &policy()).contradicted.is_empty());
    }

    #[test]
    fn the_consequence_follows_from_solved_result_and_round() {
        let claims = Claims {
            solved: true,
            contacted: true,
            result: None,
        };
        for (solved, result, attitude, rework, expected) in [
            (
                true,
                Satisfied,
                Satisfied,
                0,
                Consequence::Closed(Outcome::Solved),
            ),
            (
                true,
                BasicallySatisfied,
                NotSatisfied,
                2,
                Consequence::Closed(Outcome::Solved),
            ),
            (true, NotSatisfied, Satisfied, 0, Consequence::Reworked(None)),
            (false, Satisfied, Satisfied, 2, Consequence::Reworked(None)),
            (
                false,
                NotSatisfied,
                NotSatisfied,
                3,
                Consequence::Reworked(Some(RaisedTo::Supervision)),
            ),
        ] {
            let judged = judge(&claims, &said(true, solved, result, attitude), rework, &policy());
            assert_eq!(judged.consequence, expected, "{solved} {result} {rework}");
        }
        let ends = Policy {
            after_rework: AfterRework::Close,
            ..policy()
        };
        assert_eq!(not_solved(3, &ends), Consequence::Closed(Outcome::Unsolved));
        assert_eq!(not_solved(2, &ends), Consequence::Reworked(None));
    }
}
