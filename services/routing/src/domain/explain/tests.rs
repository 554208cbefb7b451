//! Both languages, and every duty accounted for.
use super::{Dispatched, Explanation, explain};
use crate::domain::decide::{Place, Question, decide};
use crate::domain::directory::Directory;
use crate::pack;
use contracts::directory::UnitRef;
use std::path::Path;

fn sample() -> Directory {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/cities/sample");
    Directory::new(
        3,
        pack::read(&pack::read_folder(&folder).unwrap(), 28_800).unwrap(),
    )
    .unwrap()
}

fn explained(question: &Question) -> Explanation {
    let directory = sample();
    explain(&directory, question, &decide(&directory, question))
}

fn night_noise(place: Place) -> Question {
    let facts = [("发生时刻", "23:30"), ("场所类型", "建筑工地")];
    Question {
        accepted_at: "2026-03-02T12:00:00+08:00"
            .parse::<chrono::DateTime<chrono::FixedOffset>>()
            .unwrap()
            .into(),
        kind: None,
        urgency: None,
        matter: Some("M040101".into()),
        place,
        facts: facts
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect(),
        excluded: Vec::new(),
        concluded: None,
    }
}

#[test]
fn an_assignment_says_which_duty_decided_and_why_the_others_did_not() {
    let place = Place {
        division: Some("990104003".to_owned()),
        ..Place::default()
    };
    let explanation = explained(&night_noise(place));
    let said = explanation.sentences();
    insta::assert_snapshot!(format!("{}\n\n{}", said.en.join("\n"), said.zh.join("\n")));
}

#[test]
fn an_ambiguous_place_says_what_to_ask() {
    let place = Place {
        address: Some("澜江大道".to_owned()),
        ..Place::default()
    };
    let explanation = explained(&night_noise(place));
    let said = explanation.sentences();
    insta::assert_snapshot!(format!("{}\n\n{}", said.en.join("\n"), said.zh.join("\n")));
}

#[test]
fn the_data_survives_storage() {
    let place = Place {
        point: Some((125.13, 30.178)),
        ..Place::default()
    };
    let explanation = explained(&night_noise(place));
    let stored = serde_json::to_value(&explanation).unwrap();
    assert_eq!(
        serde_json::from_value::<Explanation>(stored).unwrap(),
        explanation
    );
}

#[test]
fn the_summary_leaves_out_what_lost_and_a_dispatcher_has_the_last_word() {
    let place = Place {
        division: Some("990104003".to_owned()),
        ..Place::default()
    };
    let mut explanation = explained(&night_noise(place));
    explanation.dispatched = Some(Dispatched {
        by: "agent:d1".to_owned(),
        lead: UnitRef {
            code: "SJ-EPB".into(),
            name: "岚川市生态环境局".to_owned(),
        },
        reason: "会商纪要".to_owned(),
    });
    let (all, summary) = (explanation.sentences(), explanation.summary());
    assert!(all.en.len() > summary.en.len() && all.zh.len() > summary.zh.len());
    assert!(
        summary.zh.iter().all(|said| !said.contains("不采用")),
        "{:?}",
        summary.zh
    );
    assert_eq!(
        summary.en.last().unwrap(),
        "agent:d1 assigned it to SJ-EPB 岚川市生态环境局: 会商纪要"
    );
}
