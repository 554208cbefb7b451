//! Rule 4: the most specific place, then matter, then the most conditions, then priority; equal is undecided.
use super::consider::{Case, Fitting, Standing};
use super::{Considered, NoUnit, Outcome, Undecided, Verdict, Why};
use crate::domain::codes::{DutyId, UnitId};
use crate::domain::directory::{Directory, Rank};
use std::cmp::Reverse;

/// What the fitting duties come to.
pub(super) struct Ranked {
    pub outcome: Outcome,
    pub co_handlers: Vec<UnitId>,
    pub duties: Vec<DutyId>,
    pub candidates: Vec<UnitId>,
}

/// Ranks the fitting duties and tells each loser what it lost by.
pub(super) fn rank(
    directory: &Directory,
    case: &Case<'_>,
    mut standing: Fitting,
    considered: &mut Vec<Considered>,
) -> Ranked {
    standing.sort_unstable_by_key(|duty| (Reverse(duty.rank), duty.duty));
    let Some(best) = standing.first().map(|duty| duty.rank) else {
        return undecided(Undecided::NoDuty, Vec::new(), Vec::new());
    };
    let (top, below) = standing.split_at(standing.partition_point(|duty| duty.rank == best));
    let ranked = among_equals(directory, case, top);
    let verdict = match ranked.outcome {
        Outcome::Assigned(_) => Verdict::Won,
        Outcome::Undecided(Undecided::Tie) => Verdict::Tied,
        Outcome::Undecided(_) => Verdict::Unresolved,
    };
    considered.extend(top.iter().map(|duty| entry(duty, verdict)));
    let losers = below.iter();
    considered.extend(losers.map(|duty| entry(duty, Verdict::Lost(lost_by(duty.rank, best)))));
    ranked
}

fn entry(standing: &Standing, verdict: Verdict) -> Considered {
    Considered {
        duty: standing.duty,
        lead: standing.lead.ok(),
        verdict,
    }
}

fn lost_by(rank: Rank, best: Rank) -> Why {
    if rank.place != best.place {
        Why::LessSpecificPlace
    } else if rank.matter != best.matter {
        Why::LessSpecificMatter
    } else if rank.conditions != best.conditions {
        Why::FewerConditions
    } else {
        Why::LowerPriority
    }
}

/// Equal duties decide together when they name one lead, and not at all otherwise.
fn among_equals(directory: &Directory, case: &Case<'_>, top: &[Standing]) -> Ranked {
    let duties: Vec<DutyId> = top.iter().map(|duty| duty.duty).collect();
    let mut leads: Vec<UnitId> = Vec::with_capacity(1);
    for duty in top {
        match duty.lead {
            Ok(lead) if !leads.contains(&lead) => leads.push(lead),
            Ok(_) => {}
            Err(NoUnit::TooCoarse) => return undecided(Undecided::PlaceTooCoarse, duties, leads),
            Err(_) => return undecided(Undecided::RoleUnresolved, duties, leads),
        }
    }
    let [lead] = leads.as_slice() else {
        return undecided(Undecided::Tie, duties, leads);
    };
    let mut co_handlers: Vec<UnitId> = Vec::new();
    for party in duties
        .iter()
        .flat_map(|duty| &directory.duties.get(*duty).co_handlers)
    {
        match case.resolve(party) {
            Ok(unit) if unit != *lead && !co_handlers.contains(&unit) && !case.is_excluded(unit) => {
                co_handlers.push(unit);
            }
            _ => {}
        }
    }
    Ranked {
        outcome: Outcome::Assigned(*lead),
        co_handlers,
        duties,
        candidates: Vec::new(),
    }
}

const fn undecided(why: Undecided, duties: Vec<DutyId>, candidates: Vec<UnitId>) -> Ranked {
    Ranked {
        outcome: Outcome::Undecided(why),
        co_handlers: Vec::new(),
        duties,
        candidates,
    }
}
