//! The rules on real packs: the project's own sample city, and a larger one where its folder is at hand.
mod addresses;
mod against_the_reference;
mod larger_city;
mod places;
mod policy_packs;
mod precedence;
mod properties;
mod reference;
mod sample_city;
mod zones;

use super::{Decision, Outcome, Place, Question, decide};
use crate::domain::condition;
use crate::domain::directory::Directory;
use crate::domain::snapshot::Snapshot;
use crate::domain::words::Chinese;
use crate::pack;
use chrono::{DateTime, Utc};
use contracts::words::{Kind, Urgency};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const OFFSET_SECS: i32 = 28_800;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn snapshot(folder: &Path) -> Snapshot {
    let files = pack::read_folder(folder).unwrap();
    pack::read(&files, OFFSET_SECS).unwrap_or_else(|faults| panic!("{}: {faults}", folder.display()))
}

fn sample_snapshot() -> Snapshot {
    snapshot(&workspace().join("infra/cities/sample"))
}

fn sample() -> Directory {
    Directory::new(1, sample_snapshot()).unwrap()
}

/// One row of a complaints file as a question.
fn question(row: &BTreeMap<String, String>, matter: &str, division: &str) -> Question {
    let text = |column: &str| row.get(column).filter(|text| !text.is_empty()).cloned();
    let accepted: DateTime<Utc> = row["受理时间"]
        .parse::<DateTime<chrono::FixedOffset>>()
        .unwrap()
        .into();
    let number = |column: &str| text(column).map(|text| text.parse::<f64>().unwrap());
    let facts = text("要素").unwrap_or_default();
    let pairs = facts.split(';').filter_map(|part| part.split_once('='));
    Question {
        accepted_at: accepted,
        kind: Kind::from_chinese(&row["诉求类型"]),
        urgency: Urgency::from_chinese(&row["紧急程度"]),
        matter: text(matter).map(Into::into),
        place: Place {
            division: text(division),
            point: number("经度").zip(number("纬度")),
            address: text("地点文本"),
            hints: Vec::new(),
        },
        facts: pairs
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect(),
        excluded: Vec::new(),
        concluded: None,
    }
}

fn rows(file: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(file).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

fn lead_code(directory: &Directory, decision: &Decision) -> String {
    decision
        .lead()
        .map_or_else(String::new, |unit| directory.units.get(unit).row.code.clone())
}

/// A complaint at a place of the sample city, with facts, at noon on a Monday.
fn ask(matter: &str, division: &str, facts: &[(&str, &str)]) -> Question {
    Question {
        accepted_at: "2026-03-02T12:00:00+08:00".parse::<DateTime<Utc>>().unwrap(),
        kind: Some(Kind::Grievance),
        urgency: Some(Urgency::Ordinary),
        matter: Some(matter.into()),
        place: Place {
            division: Some(division.to_owned()),
            ..Place::default()
        },
        facts: facts
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect(),
        excluded: Vec::new(),
        concluded: None,
    }
}

/// The lead's code, or why there is none.
fn answer(directory: &Directory, question: &Question) -> String {
    match decide(directory, question).outcome {
        Outcome::Assigned(unit) => directory.units.get(unit).row.code.clone(),
        Outcome::Undecided(why) => why.code().to_owned(),
    }
}
