//! How far texts alone carry on the larger city: matter, place and unit accuracy against coverage, and calibration. Honest by
//! cross-validation: the orders that are asked about, and all others about the same events, are not in the index.
use super::decided;
use crate::config::{TextConfig, shipped};
use crate::domain::decide::{Outcome, Place, Question};
use crate::domain::directory::Directory;
use crate::domain::snapshot::Snapshot;
use crate::domain::text::{Proposal, TextIndex};
use crate::pack;
use chrono::{DateTime, FixedOffset};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const FOLDS: usize = 5;
/// Events are dealt to the folds in so many ways, each by a factor of its own, so that no lucky one is believed.
const SHUFFLES: [u32; 3] = [31, 37, 101];
const OFFSET_SECS: i32 = 28_800;

pub(super) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/zhengzhou")
}

pub(super) fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// What was asked of one order, what came out, and what is right.
struct Line {
    /// 处置 and lead as the platform would decide; `None` = it asks the caller.
    does: Option<(String, String)>,
    /// Of the decision; 1 where the intake scope or an answer is proposed.
    confidence: f64,
    right: (String, String),
    matter: (Option<String>, String),
    place: (Option<String>, String),
}

impl Line {
    fn is_right(&self) -> bool {
        self.does.as_ref() == Some(&self.right)
    }

    /// True when a unit gets it, or several must confer.
    fn is_order(&self) -> bool {
        self.does.as_ref().is_some_and(|(done, _)| is_order(done))
    }

    fn by_itself(&self, route: f64) -> bool {
        self.does.is_some() && self.confidence >= route
    }
}

fn is_order(done: &str) -> bool {
    matches!(done, "派单" | "转县市" | "会商")
}

/// Events: orders about one event never stand on both sides.
fn events(folder: &Path) -> BTreeMap<String, String> {
    let listed = rows(&folder.join("answers/events.csv"));
    listed
        .into_iter()
        .map(|row| (row["编号"].clone(), row["事件编号"].clone()))
        .collect()
}

fn measured(shuffle: u32) -> Option<Vec<Line>> {
    let folder = folder();
    if !folder.exists() {
        println!("SKIPPED: {} is not there; nothing was measured", folder.display());
        return None;
    }
    let snapshot = pack::read(&pack::read_folder(&folder).unwrap(), OFFSET_SECS).unwrap();
    assert!(snapshot.past_orders.len() >= 400, "the past orders are read");
    let events = events(&folder);
    let orders = rows(&folder.join("complaints_train.csv"));
    let event = |row: &BTreeMap<String, String>| events.get(&row["编号"]).unwrap_or(&row["编号"]).clone();
    let mut named: Vec<String> = orders
        .iter()
        .map(event)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    // A fixed shuffle, so that the folds are not spans of time.
    named.sort_by_key(|event| {
        event.bytes().fold(7_u32, |hash, byte| {
            hash.wrapping_mul(shuffle).wrapping_add(u32::from(byte))
        })
    });
    let fold: BTreeMap<&String, usize> = named
        .iter()
        .enumerate()
        .map(|(n, event)| (event, n % FOLDS))
        .collect();
    let mut lines = Vec::new();
    for out in 0..FOLDS {
        let (asked, known): (Vec<_>, Vec<_>) = orders.iter().partition(|row| fold[&event(row)] == out);
        let known: BTreeSet<&str> = known.iter().map(|row| row["编号"].as_str()).collect();
        lines.extend(fold_lines(&snapshot, &known, &asked, &events));
    }
    Some(lines)
}

fn fold_lines(
    snapshot: &Snapshot,
    known: &BTreeSet<&str>,
    asked: &[&BTreeMap<String, String>],
    events: &BTreeMap<String, String>,
) -> Vec<Line> {
    let mut kept = snapshot.clone();
    kept.past_orders.retain(|row| known.contains(row.number.as_str()));
    for row in &mut kept.past_orders {
        row.repeat_of = events.get(&row.number).cloned();
    }
    let directory = Directory::new(1, kept).unwrap();
    // Everything is decided here; from which confidence on it counts is the tables' matter.
    let mut config = shipped();
    let index = TextIndex::new(&directory, &config.lexicon, &[]);
    config.thresholds.route = 0.0;
    let line = |row: &&BTreeMap<String, String>| line(&directory, &index, &config, row);
    asked.iter().map(line).collect()
}

fn line(
    directory: &Directory,
    index: &TextIndex,
    config: &TextConfig,
    row: &BTreeMap<String, String>,
) -> Line {
    let accepted: DateTime<FixedOffset> = row["受理时间"].parse().unwrap();
    let question = Question {
        accepted_at: accepted.into(),
        kind: None,
        urgency: None,
        matter: None,
        place: Place {
            address: Some(row["地点文本"].clone()).filter(|address| !address.is_empty()),
            ..Place::default()
        },
        facts: BTreeMap::new(),
        excluded: Vec::new(),
        concluded: None,
    };
    let (question, decision) = decided(directory, index, config, &question, (&row["标题"], &row["正文"]));
    let concluded = question.concluded.clone().unwrap_or_default();
    let plain = |done: &str| Some((done.to_owned(), String::new()));
    let does = match (question.proposal(), decision.outcome) {
        (Some(Proposal::Answered), _) => plain("直接答复"),
        (Some(Proposal::Declined), _) => plain("不予受理"),
        (Some(Proposal::Transferred), _) => {
            let scope = concluded.scope.clone().unwrap();
            Some((
                scope.disposition,
                scope.unit.map_or_else(String::new, |unit| unit.code.0),
            ))
        }
        (None, Outcome::Assigned(lead)) => {
            let unit = &directory.units.get(lead).row;
            let done = if unit.kind == "县市热线" {
                "转县市"
            } else {
                "派单"
            };
            Some((done.to_owned(), unit.code.clone()))
        }
        (None, Outcome::Undecided(why)) if why.outcome() == "consultation" => plain("会商"),
        (None, Outcome::Undecided(_)) => None,
    };
    let without_unit = matches!(
        row["正确处置"].as_str(),
        "会商" | "直接答复" | "不予受理" | "补充信息"
    );
    let lead = if without_unit {
        ""
    } else {
        &row["正确主办单位"]
    };
    let first = concluded.suggestions.first().map(|matter| matter.code.clone());
    let found = decision.place.as_ref();
    Line {
        confidence: if question.proposal().is_some() {
            1.0
        } else {
            concluded.confidence.value()
        },
        right: (row["正确处置"].clone(), lead.to_owned()),
        matter: (first, row["正确事项编码"].clone()),
        place: (
            found.map(|(located, _)| directory.divisions.get(located.division).code.clone()),
            row["正确区划编码"].clone(),
        ),
        does,
    }
}

fn share(part: usize, of: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a number of orders")]
    let share = part as f64 / of.max(1) as f64;
    share
}

/// How many are right, of how many, and their share.
fn right<'a>(lines: impl Iterator<Item = &'a Line>) -> String {
    let (mut all, mut right) = (0, 0);
    for line in lines {
        all += 1;
        right += usize::from(line.is_right());
    }
    format!("{right:>4} of {all:>4} right ({:.3})", share(right, all))
}

fn table(lines: &[Line], route: f64) -> String {
    let mut said = String::new();
    let routed = || lines.iter().filter(|line| line.by_itself(route));
    let mut say = |what: &str, figures: String| writeln!(said, "{what:<34}{figures}").unwrap();
    say(
        "by itself",
        format!(
            "{} = {:.3} of {}",
            right(routed()),
            share(routed().count(), lines.len()),
            lines.len()
        ),
    );
    say(
        "  a unit, or a consultation",
        right(routed().filter(|line| line.is_order())),
    );
    say(
        "  answered, declined, transferred",
        right(routed().filter(|line| !line.is_order())),
    );
    let orders = lines.iter().filter(|line| is_order(&line.right.0));
    let alone = orders.clone().filter(|line| line.by_itself(route)).count();
    say(
        "of all orders, by itself",
        format!(
            "{alone:>4} of {:>4} ({:.3})",
            orders.clone().count(),
            share(alone, orders.count())
        ),
    );
    let asks = lines.iter().filter(|line| line.does.is_none());
    let rightly = asks.clone().filter(|line| line.right.0 == "补充信息").count();
    say(
        "asks the caller for the place",
        format!("{rightly:>4} of {:>4} right", asks.count()),
    );
    let unsure = lines
        .iter()
        .filter(|line| line.does.is_some() && !line.by_itself(route));
    say(
        "manual, not sure enough",
        format!("{} as first choice", right(unsure)),
    );
    let of_matter = lines.iter().filter(|line| !line.matter.1.is_empty());
    let first = of_matter
        .clone()
        .filter(|line| line.matter.0.as_ref() == Some(&line.matter.1))
        .count();
    say(
        "matter, first of five",
        format!("{first:>4} of {:>4} right", of_matter.count()),
    );
    let placed = lines
        .iter()
        .filter(|line| line.place.1 != "410100" && line.place.0.is_some());
    let exact = placed
        .clone()
        .filter(|line| line.place.0.as_ref() == Some(&line.place.1))
        .count();
    say(
        "place, as fine as a reader",
        format!("{exact:>4} of {:>4} found", placed.count()),
    );
    said
}

fn coverage(lines: &[Line]) -> String {
    let mut said = String::from("from confidence | by itself | right of these\n");
    for route in [0.0, 0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 0.9] {
        let routed: Vec<&Line> = lines.iter().filter(|line| line.by_itself(route)).collect();
        let right = routed.iter().filter(|line| line.is_right()).count();
        let (covered, right) = (share(routed.len(), lines.len()), share(right, routed.len()));
        writeln!(said, "{route:>15.2} | {covered:>9.3} | {right:.3}").unwrap();
    }
    said
}

fn calibration(lines: &[Line]) -> String {
    let mut said = String::from("confidence of orders | right\n");
    for from in (0..10_u32).map(|tenth| f64::from(tenth) / 10.0) {
        let inside = |line: &&Line| {
            line.is_order() && line.confidence >= from && (line.confidence < from + 0.1 || from >= 0.9)
        };
        writeln!(
            said,
            "{from:>14.1} – {:.1} | {}",
            from + 0.1,
            right(lines.iter().filter(inside))
        )
        .unwrap();
    }
    said
}

#[test]
fn more_than_three_of_four_orders_route_by_themselves_and_more_than_nine_of_ten_rightly() {
    let route = shipped().thresholds.route;
    for shuffle in SHUFFLES {
        let Some(lines) = measured(shuffle) else { return };
        let table = table(&lines, route);
        println!("{table}\n{}\n{}", coverage(&lines), calibration(&lines));
        let routed = || lines.iter().filter(|line| line.by_itself(route));
        let right = routed().filter(|line| line.is_right()).count();
        assert!(share(routed().count(), lines.len()) >= 0.77, "{table}");
        assert!(share(right, routed().count()) >= 0.91, "{table}");
        let units = || routed().filter(|line| line.is_order());
        let right = units().filter(|line| line.is_right()).count();
        assert!(share(right, units().count()) >= 0.90, "{table}");
        let orders = || lines.iter().filter(|line| is_order(&line.right.0));
        let alone = orders().filter(|line| line.by_itself(route)).count();
        assert!(share(alone, orders().count()) >= 0.75, "{table}");
    }
}
