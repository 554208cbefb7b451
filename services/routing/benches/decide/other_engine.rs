//! The same duties and questions as a decision table in zen-engine. It lives in a package of its own
//! (`benches/zen`), with a lock file of its own: its tree is larger than ours and does not fit our licence list.
//! This builds and runs it, and compares.
use crate::city::{Size, questions, snapshot};
use crate::{QUESTIONS, black_box};
use routing::domain::decide::{Question, decide};
use routing::domain::directory::Directory;
use routing::domain::snapshot::{DutyRow, Snapshot};
use routing::domain::validity::Day;
use routing::domain::words::DivisionLevel;
use serde_json::{Map, Value, json};
use std::path::Path;
use std::process::Command;

/// What the other engine says.
#[derive(serde::Deserialize)]
struct Said {
    decisions_per_sec: f64,
    duties: Vec<Option<String>>,
}

/// Builds and runs the other engine on the same duties and questions.
pub fn compare(size: Size, ours: f64) {
    let city = snapshot(size);
    let questions = questions(&city, QUESTIONS);
    let directory = Directory::new(1, city.clone()).unwrap();
    let task = json!({
        "table": table(&directory, &city),
        "questions": questions.iter().map(|question| input(&directory, question)).collect::<Vec<_>>(),
    });
    let (here, scratch) = (
        Path::new(env!("CARGO_MANIFEST_DIR")),
        Path::new(env!("CARGO_TARGET_TMPDIR")),
    );
    let file = scratch.join("zen-task.json");
    std::fs::write(&file, serde_json::to_vec(&task).unwrap()).unwrap();
    let run = Command::new(env!("CARGO"))
        .args(["run", "--release", "--quiet", "--locked", "--manifest-path"])
        .arg(here.join("benches/zen/Cargo.toml"))
        .arg("--target-dir")
        .arg(scratch.parent().unwrap())
        .arg("--")
        .arg(&file)
        .output()
        .unwrap();
    if !run.status.success() {
        println!(
            "NOT COMPARED: zen-engine did not build or run here:\n{}",
            String::from_utf8_lossy(&run.stderr)
        );
        return;
    }
    let said: Said = serde_json::from_slice(&run.stdout).unwrap();
    let same = |(question, theirs): (&Question, &Option<String>)| {
        let decision = black_box(decide(&directory, question));
        let won = decision
            .duties
            .first()
            .map(|duty| directory.duties.get(*duty).row.code.clone());
        won == *theirs
    };
    let agreed = questions
        .iter()
        .zip(&said.duties)
        .filter(|pair| same(*pair))
        .count();
    println!(
        "zen-engine on the same {} duties: {:.0} decisions/s and core; ours are {:.0} times as many; the same duty wins for {agreed} of {} questions",
        size.duties,
        said.decisions_per_sec,
        ours / said.decisions_per_sec,
        questions.len(),
    );
}

/// The table, best row first so that the first hit wins; one column per level, so that the engine can index them.
fn table(directory: &Directory, city: &Snapshot) -> Value {
    let mut duties: Vec<&DutyRow> = city.duties.iter().collect();
    let rank = |row: &DutyRow| {
        let id = directory.duties.at(
            row.matter
                .as_deref()
                .and_then(|code| directory.matters.find(code)),
            row.division
                .as_deref()
                .and_then(|code| directory.divisions.find(code)),
        );
        id.iter()
            .map(|id| directory.duties.get(*id))
            .find(|duty| duty.row.code == row.code)
            .unwrap()
            .rank()
    };
    duties.sort_by_key(|row| std::cmp::Reverse(rank(row)));
    let columns = [
        "m1",
        "m2",
        "m3",
        "district",
        "zone",
        "street",
        "community",
        "day",
        "minute",
        "场所类型",
        "工地监管",
        "权属",
        "主体",
    ];
    let inputs: Vec<Value> = columns
        .iter()
        .map(|column| json!({ "id": column, "name": column, "field": column }))
        .collect();
    json!({
        "nodes": [
            { "id": "in", "name": "in", "type": "inputNode" },
            { "id": "table", "name": "table", "type": "decisionTableNode", "content": {
                "hitPolicy": "first",
                "inputs": inputs,
                "outputs": [{ "id": "duty", "name": "duty", "field": "duty" }, { "id": "lead", "name": "lead", "field": "lead" }],
                "rules": duties.iter().map(|row| rule(directory, row)).collect::<Vec<_>>(),
            } },
            { "id": "out", "name": "out", "type": "outputNode" },
        ],
        "edges": [
            { "id": "e1", "sourceId": "in", "targetId": "table" },
            { "id": "e2", "sourceId": "table", "targetId": "out" },
        ],
    })
}

fn rule(directory: &Directory, row: &DutyRow) -> Value {
    let quoted = |text: &str| json!(format!("\"{text}\""));
    let mut cells = Map::new();
    cells.insert("_id".to_owned(), json!(row.code));
    if let Some(matter) = &row.matter {
        let level = directory
            .matters
            .get(directory.matters.find(matter).unwrap())
            .level;
        cells.insert(format!("m{level}"), quoted(matter));
    }
    if let Some(division) = &row.division {
        let level = directory
            .divisions
            .level(directory.divisions.find(division).unwrap());
        cells.insert(column(level).to_owned(), quoted(division));
    }
    if let Some(last) = row.dates.to {
        cells.insert("day".to_owned(), json!(format!("<= {}", Day::from(last).0)));
    }
    for (key, value) in row
        .conditions
        .split(';')
        .filter_map(|clause| clause.split_once('='))
    {
        match key {
            "时段" => cells.insert("minute".to_owned(), json!(">= 1320 or $ < 360")),
            key => cells.insert(key.to_owned(), quoted(value)),
        };
    }
    cells.insert("duty".to_owned(), quoted(&row.code));
    cells.insert("lead".to_owned(), quoted(&row.lead));
    Value::Object(cells)
}

const fn column(level: DivisionLevel) -> &'static str {
    match level {
        DivisionLevel::City | DivisionLevel::District => "district",
        DivisionLevel::Zone => "zone",
        DivisionLevel::Street => "street",
        DivisionLevel::Community => "community",
    }
}

/// Place chain, levels of the matter, day and facts: worked out by us, given to the other engine for nothing.
fn input(directory: &Directory, question: &Question) -> Value {
    let local = directory.local(question.accepted_at);
    let minute = chrono::Timelike::hour(&local) * 60 + chrono::Timelike::minute(&local);
    let mut input = Map::new();
    input.insert("day".to_owned(), json!(Day::from(local.date()).0));
    input.insert("minute".to_owned(), json!(minute));
    let matter = directory
        .matters
        .find(question.matter.as_ref().unwrap().as_str())
        .unwrap();
    for id in directory.matters.lineage(matter) {
        let row = directory.matters.get(id);
        input.insert(format!("m{}", row.level), json!(row.code));
    }
    let (_, chain) = decide(directory, question).place.unwrap();
    for id in chain.divisions {
        let level = directory.divisions.level(id);
        if level != DivisionLevel::City {
            input.insert(column(level).to_owned(), json!(directory.divisions.get(id).code));
        }
    }
    input.extend(
        question
            .facts
            .iter()
            .map(|(key, value)| (key.clone(), json!(value))),
    );
    Value::Object(input)
}
