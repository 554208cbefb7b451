//! Who is responsible? [`decide`] answers from one directory version and one question, the same every time.
//!
//! Order of the rules (`domain.md` §5): place → chain of divisions → duties whose matter, area, dates and
//! conditions fit → never to the grassroots where that is forbidden → most specific place, then matter, then
//! number of conditions, then priority. Equal with different leads, or nothing left: undecided, never a guess.
mod at_place;
mod chain;
mod consider;
mod decision;
mod evidence;
mod place;
mod precedence;
mod question;
mod roles;
#[cfg(test)]
mod tests;

pub use at_place::{chain_of, unit_of};
pub use chain::{Chain, Taken};
pub use decision::{Considered, Decision, Outcome, Undecided, Verdict, Why};
pub use place::{How, Located, NoDivision, PassedOver, Trouble};
pub use question::{Place, Question};
pub use roles::NoUnit;

use crate::domain::codes::{DivisionId, MatterId, UnitId};
use crate::domain::directory::{Directory, terms};
use crate::domain::validity::Day;
use chrono::NaiveDateTime;
use contracts::terms::TermsV1;

/// The moment by which everything is measured, in local time.
#[derive(Clone, Copy, Debug)]
struct Moment {
    local: NaiveDateTime,
    day: Day,
}

/// Decides one question.
#[must_use]
pub fn decide(directory: &Directory, question: &Question) -> Decision {
    let local = directory.local(question.accepted_at);
    let moment = Moment {
        local,
        day: Day::from(local.date()),
    };
    let decision = decide_where(directory, question, moment);
    match place::by_code(directory, &question.place, moment.day) {
        Some(Err(passed_over)) => Decision {
            passed_over: Some(passed_over),
            ..decision
        },
        _ => decision,
    }
}

fn decide_where(directory: &Directory, question: &Question, moment: Moment) -> Decision {
    let matter = question
        .matter
        .as_ref()
        .and_then(|code| directory.matters.find(code.as_str()));
    match (matter, place::locate(directory, &question.place, moment.day)) {
        (None, located) => Decision {
            place: located.ok().map(|at| with_chain(directory, at, moment.day)),
            ..Decision::undecided(Undecided::NoMatter, None)
        },
        (Some(matter), Ok(located)) => {
            let parts = chain::parts(directory, &located, moment.day);
            if parts.is_empty() {
                return decide_at(directory, question, matter, located, moment);
            }
            let part = |division: &DivisionId| Located {
                division: *division,
                ..located.clone()
            };
            decide_among(
                directory,
                question,
                matter,
                parts.iter().map(part).collect(),
                moment,
            )
        }
        (Some(matter), Err(Trouble::Unknown)) => Decision::undecided(Undecided::PlaceUnknown, Some(matter)),
        (Some(matter), Err(Trouble::Ambiguous(places))) => {
            decide_among(directory, question, matter, places, moment)
        }
    }
}

/// The terms under which `unit` would take the case.
#[must_use]
pub fn terms_for(
    directory: &Directory,
    question: &Question,
    matter: Option<MatterId>,
    unit: UnitId,
) -> TermsV1 {
    let unit = directory.units.get(unit);
    let asked = crate::domain::directory::DeadlineAsked {
        class: matter.and_then(|id| directory.matters.get(id).class.as_deref()),
        kind: question.kind,
        urgency: question.urgency,
        level: unit.row.level,
    };
    let row = directory.deadlines.find(asked);
    let concluded = question.concluded.as_ref();
    let raised = concluded.is_some_and(|concluded| !concluded.danger.is_empty());
    let urgency = question.urgency.filter(|_| raised);
    terms(row, unit, directory.city_calendar(), urgency)
}

fn with_chain(directory: &Directory, located: Located, day: Day) -> (Located, Chain) {
    let chain = Chain::of(directory, &located, day);
    (located, chain)
}

fn decide_at(
    directory: &Directory,
    question: &Question,
    matter: MatterId,
    located: Located,
    moment: Moment,
) -> Decision {
    let of_place = place::facts(directory, &located);
    let (located, chain) = with_chain(directory, located, moment.day);
    let case = consider::Case::new(directory, question, &of_place, &chain, moment);
    let (standing, mut considered) = case.stand(matter);
    let ranked = precedence::rank(directory, &case, standing, &mut considered);
    Decision {
        outcome: ranked.outcome,
        co_handlers: ranked.co_handlers,
        duties: ranked.duties,
        matter: Some(matter),
        place: Some((located, chain)),
        places: Vec::new(),
        passed_over: None,
        candidates: ranked.candidates,
        considered,
    }
}

/// Decides for each place that it may be. Where all of them come to the same, the caller need not be asked: the
/// reasons are those of the first, the helpers those that help everywhere. Else no guess; but whoever asks the
/// caller should know what hangs on the answer: who would lead at each place.
fn decide_among(
    directory: &Directory,
    question: &Question,
    matter: MatterId,
    places: Vec<Located>,
    moment: Moment,
) -> Decision {
    let divisions: Vec<DivisionId> = places.iter().map(|at| at.division).collect();
    let there: Vec<Decision> = places
        .into_iter()
        .map(|at| decide_at(directory, question, matter, at, moment))
        .collect();
    if let Some(same) = same_everywhere(directory, &there, moment.day) {
        return Decision {
            places: divisions,
            ..same
        };
    }
    let mut candidates: Vec<UnitId> = Vec::new();
    for unit in there.iter().flat_map(|decision| {
        decision
            .lead()
            .into_iter()
            .chain(decision.candidates.iter().copied())
    }) {
        if !candidates.contains(&unit) {
            candidates.push(unit);
        }
    }
    Decision {
        places: divisions,
        candidates,
        ..Decision::undecided(Undecided::PlaceAmbiguous, Some(matter))
    }
}

/// One lead, or the same consultation, at every place; what is known of the place is what they have in common.
fn same_everywhere(directory: &Directory, there: &[Decision], day: Day) -> Option<Decision> {
    let (first, others) = there.split_first()?;
    let same = |other: &Decision| match first.outcome {
        Outcome::Assigned(_) => other.outcome == first.outcome,
        Outcome::Undecided(Undecided::Tie | Undecided::NoDuty) => {
            other.outcome == first.outcome && other.duties == first.duties
        }
        Outcome::Undecided(_) => false,
    };
    let chains: Vec<&Chain> = there
        .iter()
        .filter_map(|decision| decision.place.as_ref().map(|(_, chain)| chain))
        .collect();
    let common = place::common(directory, &chains).filter(|_| others.iter().all(same))?;
    let (located, _) = first.place.as_ref()?;
    let helps = |unit: &UnitId| others.iter().all(|other| other.co_handlers.contains(unit));
    let located = Located {
        division: common,
        zones: Vec::new(),
        ..located.clone()
    };
    Some(Decision {
        co_handlers: first.co_handlers.iter().copied().filter(helps).collect(),
        place: Some(with_chain(directory, located, day)),
        ..first.clone()
    })
}
