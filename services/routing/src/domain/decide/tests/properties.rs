//! What holds for every question and every catalogue.
use super::precedence::duty;
use super::*;
use crate::domain::explain::explain;
use crate::domain::snapshot::DutyRow;
use crate::domain::validity::Day;
use contracts::directory::UnitRef;
use proptest::prelude::*;

const MATTERS: [&str; 6] = ["M010101", "M010201", "M020101", "M030101", "M040101", "M080101"];
const PARENTS: [Option<&str>; 5] = [None, Some("M01"), Some("M0102"), Some("M0401"), Some("M04")];
const PLACES: [&str; 12] = [
    "990100",
    "990102",
    "990103",
    "990121",
    "990102001",
    "990104003",
    "990104004",
    "990105002",
    "990102001002",
    "990104003001",
    "990191",
    "990192",
];
const ADDRESSES: [&str; 5] = ["澜江大道", "锦橘家园3号楼", "竹屿区澜江大道", "橘园那边", ""];
const CONDITIONS: [&str; 5] = [
    "",
    "权属=无主",
    "权属!=无主",
    "时段=22:00-06:00",
    "诉求类型=投诉|举报;权属=小区",
];
const LEADS: [&str; 8] = [
    "SJ-URBAN",
    "SJ-HEATOFF",
    "QX-990102-GOV",
    "ROLE:URBAN_MGMT@区县",
    "ROLE:EPB@区县",
    "ROLE:STREET@街道",
    "ROLE:HRSS@市",
    "RX-990121",
];

pub(super) fn any_question() -> impl Strategy<Value = Question> {
    let facts = prop::collection::btree_map(
        prop::sample::select(&["权属", "场所类型", "发生时刻"][..]),
        prop::sample::select(&["无主", "小区", "公园", "23:30", "noon"][..]),
        0..3,
    );
    (
        prop::sample::select(&MATTERS[..]),
        prop::sample::select(&PLACES[..]),
        facts,
        0_i64..1_500_000,
    )
        .prop_map(|(matter, place, facts, minutes)| {
            let facts: Vec<(&str, &str)> = facts.into_iter().collect();
            let question = ask(matter, place, &facts);
            let accepted_at = question.accepted_at - chrono::TimeDelta::minutes(minutes);
            Question {
                accepted_at,
                ..question
            }
        })
}

fn any_duty() -> impl Strategy<Value = DutyRow> {
    let place = prop::option::of(prop::sample::select(&PLACES[..]));
    let matter = prop_oneof![
        prop::sample::select(&PARENTS[..]),
        prop::sample::select(&MATTERS[..]).prop_map(Some),
    ];
    let lead = prop::sample::select(&LEADS[..]);
    (
        matter,
        place,
        prop::sample::select(&CONDITIONS[..]),
        lead,
        0_i32..3,
        prop::bool::weighted(0.1),
    )
        .prop_map(|(matter, place, conditions, lead, priority, forbids)| {
            duty("", lead, |row| {
                row.matter = matter.map(str::to_owned);
                row.division = place.map(str::to_owned);
                row.conditions = conditions.to_owned();
                row.priority = priority;
                row.not_to_grassroots = forbids;
            })
        })
}

pub(super) fn catalogue() -> impl Strategy<Value = Vec<DutyRow>> {
    prop::collection::vec(any_duty(), 1..25).prop_map(|rows| {
        rows.into_iter()
            .enumerate()
            .map(|(number, row)| DutyRow {
                code: format!("D{number:03}"),
                ..row
            })
            .collect()
    })
}

fn directory(duties: Vec<DutyRow>) -> Directory {
    thread_local! { static BASE: Snapshot = sample_snapshot(); }
    let base = BASE.with(Clone::clone);
    Directory::new(7, Snapshot { duties, ..base }).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, max_global_rejects: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_less_specific_duty_never_changes_a_decision(duties in catalogue(), question in any_question(), added in any_duty()) {
        let before = directory(duties.clone());
        let decision = decide(&before, &question);
        let rank = |directory: &Directory, code: &str| {
            let duty = (0..).map(crate::domain::codes::DutyId).map(|id| directory.duties.get(id)).find(|duty| duty.row.code == code).unwrap();
            (duty.place_rank, duty.matter_rank, duty.clauses.len(), duty.row.priority)
        };
        prop_assume!(!decision.duties.is_empty() && !added.not_to_grassroots);
        let deciding = before.duties.get(decision.duties[0]).row.code.clone();
        let more = duties.into_iter().chain([DutyRow { code: "X".into(), ..added }]).collect();
        let after = directory(more);
        prop_assume!(rank(&after, "X") < rank(&after, &deciding));
        let again = decide(&after, &question);
        prop_assert_eq!(lead_code(&before, &decision), lead_code(&after, &again));
        prop_assert_eq!(&decision.co_handlers, &again.co_handlers);
        prop_assert_eq!(&decision.candidates, &again.candidates);
        let codes = |directory: &Directory, duties: &[crate::domain::codes::DutyId]| -> Vec<String> {
            duties.iter().map(|duty| directory.duties.get(*duty).row.code.clone()).collect()
        };
        prop_assert_eq!(codes(&before, &decision.duties), codes(&after, &again.duties));
    }

    #[test]
    fn nobody_is_named_outside_their_validity(duties in catalogue(), question in any_question()) {
        let directory = directory(duties);
        let decision = decide(&directory, &question);
        let day = Day::from(directory.local(question.accepted_at).date());
        for unit in decision.lead().into_iter().chain(decision.co_handlers).chain(decision.candidates) {
            prop_assert!(directory.units.get(unit).validity.holds(day));
        }
    }

    #[test]
    fn the_same_question_has_the_same_answer(duties in catalogue(), question in any_question(), address in prop::option::of(prop::sample::select(&ADDRESSES[..]))) {
        let place = match address {
            Some(address) => Place { address: Some(address.to_owned()), hints: vec!["锦橘家园".to_owned()], ..Place::default() },
            None => question.place.clone(),
        };
        let question = Question { place, ..question };
        let stored = serde_json::to_string(&question).unwrap();
        let replayed: Question = serde_json::from_str(&stored).unwrap();
        let shuffled: Vec<DutyRow> = duties.iter().rev().cloned().collect();
        let (first, second) = (directory(duties), directory(shuffled));
        let (decision, again) = (decide(&first, &question), decide(&second, &replayed));
        prop_assert_eq!(&decision, &again);
        prop_assert_eq!(explain(&first, &question, &decision), explain(&second, &replayed, &again));
    }

    #[test]
    fn the_explanation_says_what_was_decided(duties in catalogue(), question in any_question()) {
        let directory = directory(duties);
        let decision = decide(&directory, &question);
        let data = explain(&directory, &question, &decision).data;
        let code = |unit: &crate::domain::codes::UnitId| directory.units.get(*unit).row.code.clone();
        let codes = |units: &[UnitRef]| -> Vec<String> { units.iter().map(|unit| unit.code.to_string()).collect() };
        prop_assert_eq!(data.lead.map(|unit| unit.code.to_string()), decision.lead().as_ref().map(code));
        prop_assert_eq!(codes(&data.co_handlers), decision.co_handlers.iter().map(code).collect::<Vec<_>>());
        prop_assert_eq!(codes(&data.candidates), decision.candidates.iter().map(code).collect::<Vec<_>>());
        let decided: Vec<_> = data.considered.iter().filter(|duty| duty.verdict != "lost").map(|duty| duty.duty.clone()).collect();
        let duties: Vec<_> = decision.duties.iter().map(|duty| directory.duties.get(*duty).row.code.clone()).collect();
        prop_assert_eq!(decided, duties);
        prop_assert!(data.considered.iter().all(|duty| (duty.verdict == "lost") == duty.why.is_some()));
    }

    #[test]
    fn every_duty_that_could_apply_is_accounted_for(duties in catalogue(), question in any_question()) {
        let directory = directory(duties);
        let decision = decide(&directory, &question);
        let won = decision.considered.iter().filter(|considered| considered.verdict == crate::domain::decide::Verdict::Won);
        match decision.outcome {
            Outcome::Assigned(lead) => {
                let leads: Vec<_> = won.map(|considered| considered.lead).collect();
                prop_assert!(!leads.is_empty() && leads.iter().all(|unit| *unit == Some(lead)));
            }
            Outcome::Undecided(_) => prop_assert_eq!(won.count(), 0),
        }
        let mut seen: Vec<_> = decision.considered.iter().map(|considered| considered.duty).collect();
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        prop_assert_eq!(seen.len(), count, "a duty is considered once");
    }
}
