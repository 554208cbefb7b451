//! Who is responsible? [`decide`] answers from one directory version and one question, the same every time.
//!
//! Order of the rules (`domain.md` §5): place → chain of divisions → duties whose matter, area, dates and
//! conditions fit → never to the grassroots where that is forbidden → most specific place, then matter, then
//! number of conditions, then priority. Equal with different leads, or nothing left: undecided, never a guess.
mod at_place;
mod chain;
mod consider;
mod decision;
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
use contracts::terms::TermsV1;
use std::collections::BTreeMap;

/// Decides one question.
#[must_use]
pub fn decide(directory: &Directory, question: &Question) -> Decision {
    let matter = question
        .matter
        .as_ref()
        .and_then(|code| directory.matters.find(code.as_str()));
    let day = Day::from(directory.local(question.accepted_at).date());
    let passed_over = place::by_code(directory, &question.place, day).and_then(Result::err);
    let decision = decide_where(directory, question, matter, day);
    Decision {
        passed_over,
        ..decision
    }
}

fn decide_where(directory: &Directory, question: &Question, matter: Option<MatterId>, day: Day) -> Decision {
    match (matter, place::locate(directory, &question.place, day)) {
        (None, located) => Decision {
            place: located.ok().map(|at| with_chain(directory, at, day)),
            ..Decision::undecided(Undecided::NoMatter, None)
        },
        (Some(matter), Ok(located)) => decide_at(directory, question, matter, located, day),
        (Some(matter), Err(Trouble::Unknown)) => Decision::undecided(Undecided::PlaceUnknown, Some(matter)),
        (Some(matter), Err(Trouble::Ambiguous(places))) => {
            ambiguous(directory, question, matter, places, day)
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
    terms(directory.deadlines.find(asked), unit, directory.city_calendar())
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
    day: Day,
) -> Decision {
    let of_place = place::facts(directory, &located);
    let (located, chain) = with_chain(directory, located, day);
    let case = consider::Case::new(directory, question, &of_place, &chain, day);
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

/// No guess, but whoever asks the caller should know what hangs on the answer: who would lead at each place.
fn ambiguous(
    directory: &Directory,
    question: &Question,
    matter: MatterId,
    places: Vec<DivisionId>,
    day: Day,
) -> Decision {
    let mut candidates: Vec<UnitId> = Vec::new();
    for division in &places {
        let there = decide_at(
            directory,
            question,
            matter,
            Located::by(How::Address, *division),
            day,
        );
        let leads = match there.outcome {
            Outcome::Assigned(lead) => vec![lead],
            Outcome::Undecided(_) => there.candidates,
        };
        candidates.extend(
            leads
                .into_iter()
                .filter(|unit| !candidates.contains(unit))
                .collect::<Vec<_>>(),
        );
    }
    Decision {
        places,
        candidates,
        ..Decision::undecided(Undecided::PlaceAmbiguous, Some(matter))
    }
}

/// Facts that a place brings along, by key.
type Facts = BTreeMap<String, String>;
