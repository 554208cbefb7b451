//! What is given wins: with the right matter, place, kind and facts, the texts of the larger city change no decision.
use super::Case;
use super::larger_city::{folder, rows};
use crate::config;
use crate::domain::decide::{Outcome, Place, Question, decide};
use crate::domain::directory::Directory;
use crate::domain::text::{TextIndex, conclude};
use crate::domain::words::Chinese;
use crate::pack;
use chrono::{DateTime, FixedOffset};
use contracts::words::Kind;
use std::collections::BTreeMap;

fn given(row: &BTreeMap<String, String>) -> Question {
    let accepted: DateTime<FixedOffset> = row["受理时间"].parse().unwrap();
    let pairs = row["要素"].split(';').filter_map(|part| part.split_once('='));
    Question {
        accepted_at: accepted.into(),
        kind: Kind::from_chinese(&row["诉求类型"]),
        urgency: None,
        matter: Some(row["正确事项编码"].as_str().into()),
        place: Place {
            division: Some(row["正确区划编码"].clone()),
            ..Place::default()
        },
        facts: pairs
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect(),
        excluded: Vec::new(),
        concluded: None,
    }
}

#[test]
fn texts_change_nothing_that_was_given() {
    let folder = folder();
    if !folder.exists() {
        println!("SKIPPED: {} is not there; nothing was compared", folder.display());
        return;
    }
    let snapshot = pack::read(&pack::read_folder(&folder).unwrap(), 28_800).unwrap();
    let directory = Directory::new(1, snapshot).unwrap();
    let config = config::shipped();
    let index = TextIndex::new(&directory, &config.lexicon, &[]);
    let (mut asked, mut from_text) = (0, 0);
    for row in rows(&folder.join("complaints_train.csv")) {
        if !matches!(row["正确处置"].as_str(), "派单" | "转县市" | "会商") {
            continue;
        }
        asked += 1;
        let question = given(&row);
        let read = |facts_given: bool| {
            let case = Case {
                directory: &directory,
                index: &index,
                lexicon: &config.lexicon,
                thresholds: config.thresholds,
                title: &row["标题"],
                text: &row["正文"],
                facts_given,
            };
            decide(&directory, &conclude(&case, &question))
        };
        let right = match decide(&directory, &question).outcome {
            Outcome::Assigned(lead) => directory.units.get(lead).row.code.clone(),
            Outcome::Undecided(_) => String::new(),
        };
        assert_eq!(right, row["正确主办单位"], "{}", row["编号"]);
        let same =
            |read: &crate::domain::decide::Decision| read.outcome == decide(&directory, &question).outcome;
        assert!(
            same(&read(true)),
            "{}: a text changed what was given",
            row["编号"]
        );
        // Where no fact was given at all, the text may tell one.
        if question.facts.is_empty() && !same(&read(false)) {
            from_text += 1;
            println!("a fact out of the text changes {}", row["编号"]);
        }
    }
    println!(
        "{asked} decisions with matter, place, kind and facts given: all right; {from_text} change when the text is asked for facts"
    );
    assert!(
        from_text * 50 <= asked,
        "facts out of texts mislead: {from_text} of {asked}"
    );
}
