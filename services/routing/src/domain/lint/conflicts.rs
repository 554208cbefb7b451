//! Duties that are equal and name different leads. A conflict is told only with a case that the engine itself leaves
//! undecided, so that nobody searches for what cannot happen.
use super::ground::Ground;
use super::{Finding, Gather, Severity, clauses, sentences};
use crate::domain::codes::{DutyId, MatterId};
use crate::domain::condition::Clause;
use crate::domain::decide::{Outcome, Place, Question, Undecided, decide};
use crate::domain::directory::Duty;
use crate::domain::validity::Day;
use crate::domain::words::DivisionLevel;
use chrono::{NaiveTime, Utc};
use std::collections::BTreeMap;

/// Entries of the catalogue that are tried below a coarse one.
const LEAVES_MAX: usize = 8;
/// What a decision costs beside the equal duties that it looks at.
const DECISION_COST: u64 = 30;

/// What equal duties have in common: matter, area, number of conditions, priority.
type Rank = (Option<MatterId>, Option<u32>, usize, i32);

pub(super) fn look(ground: &Ground<'_>, gather: &mut Gather<'_>) {
    let mut groups: BTreeMap<Rank, Vec<DutyId>> = BTreeMap::new();
    for (id, duty) in ground.duties() {
        // "The whole city" may be written as nothing or as the city's code.
        let area = duty
            .division
            .filter(|id| ground.directory.divisions.level(*id) != DivisionLevel::City);
        let rank = (
            duty.matter,
            area.map(|id| id.0),
            duty.clauses.len(),
            duty.row.priority,
        );
        groups.entry(rank).or_default().push(id);
    }
    for group in groups.values() {
        for (position, first) in group.iter().enumerate() {
            for second in &group[position + 1..] {
                if !gather.step(1) {
                    return;
                }
                let pair = [
                    ground.directory.duties.get(*first),
                    ground.directory.duties.get(*second),
                ];
                if let Some(finding) = conflict(
                    ground,
                    [*first, *second],
                    pair,
                    DECISION_COST + group.len() as u64,
                    gather,
                ) {
                    gather.add(finding);
                }
            }
        }
    }
}

fn conflict(
    ground: &Ground<'_>,
    ids: [DutyId; 2],
    pair: [&Duty; 2],
    cost: u64,
    gather: &mut Gather<'_>,
) -> Option<Finding> {
    let [a, b] = pair;
    if a.lead == b.lead || !a.row.dates.meets(&b.row.dates) {
        return None;
    }
    let from = ground.first_day(a).max(ground.first_day(b));
    let to: Option<Day> = [a.validity.to(), b.validity.to()].into_iter().flatten().min();
    let both: Vec<&Clause> = a.clauses.iter().chain(&b.clauses).collect();
    let case = clauses::case(ground.directory, &both, from, to)?;
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    let accepted = case
        .day
        .and_time(noon)
        .and_local_timezone(ground.directory.offset())
        .single()?;
    for matter in ground.leaves_of(a).iter().take(LEAVES_MAX) {
        for position in ground.spots_of(a) {
            if !gather.step(cost) {
                return None;
            }
            let spot = &ground.spots[*position];
            let question = Question {
                accepted_at: accepted.with_timezone(&Utc),
                kind: Some(case.kind),
                urgency: None,
                matter: Some(ground.directory.matters.get(*matter).code.as_str().into()),
                place: Place {
                    division: Some(ground.code_of(spot.division)),
                    ..Place::default()
                },
                facts: case.facts.clone(),
                excluded: Vec::new(),
                concluded: None,
            };
            let decision = decide(ground.directory, &question);
            let tied = decision.outcome == Outcome::Undecided(Undecided::Tie);
            if tied && ids.iter().all(|id| decision.duties.contains(id)) {
                let (en, zh) = sentences::conflict(ground, pair, *matter, spot.division, &case);
                return Some(Finding {
                    matters: question.matter.iter().map(|matter| matter.0.clone()).collect(),
                    divisions: question.place.division.into_iter().collect(),
                    divisions_count: 1,
                    en,
                    zh,
                    ..ground.about("conflict", Severity::Error, &pair)
                });
            }
        }
    }
    None
}
