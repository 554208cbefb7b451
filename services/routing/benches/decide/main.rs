//! `cargo bench -p routing`: how many decisions one core makes, how long the slowest take, how long a publication
//! takes and whether decisions notice it, what an edit of a draft costs, how much memory a directory needs; and the same
//! duties and questions as a decision table in another engine. A measuring loop of its own, because the usual ones tell neither the
//! slowest per cent nor what happens while another thread works.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement speaks to the terminal, and ends when something is wrong"
)]
mod city;
mod edits;
mod other_engine;
mod publication;

use city::{SIZES, Size, questions, snapshot};
use routing::domain::decide::{Place, Question, decide};
use routing::domain::directory::Directory;
use routing::pack;
use std::hint::black_box;
use std::time::{Duration, Instant};

const MEASURE: Duration = Duration::from_secs(2);
const QUESTIONS: usize = 10_000;

fn main() {
    // `cargo test --benches` only wants to know that it builds.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let mut ours = 0.0;
    for size in SIZES {
        let rate = decisions(size);
        if size.duties == SIZES[0].duties {
            ours = rate;
        }
    }
    addresses();
    publication::publication(SIZES[2]);
    edits::edits(SIZES[2]);
    other_engine::compare(SIZES[0], ours);
}

fn decisions(size: Size) -> f64 {
    let before = resident_bytes();
    let city = snapshot(size);
    let questions = questions(&city, QUESTIONS);
    let directory = Directory::new(1, city).unwrap();
    let memory = resident_bytes().saturating_sub(before);
    let rate = rate(&directory, &questions);
    let mut latencies = latencies(&directory, &questions);
    latencies.sort_unstable();
    let at = |share: f64| latencies[((latencies.len() - 1) as f64 * share) as usize];
    let looked_at: usize = questions
        .iter()
        .map(|question| decide(&directory, question).considered.len())
        .sum();
    let assigned = questions
        .iter()
        .filter(|question| decide(&directory, question).lead().is_some())
        .count();
    println!(
        "{:>7} duties: {:>9.0} decisions/s and core; p50 {} ns, p99 {} ns, p99.9 {} ns; {:.1} duties looked at, {:.0} % assigned; {} MiB with the questions",
        size.duties,
        rate,
        at(0.5),
        at(0.99),
        at(0.999),
        looked_at as f64 / questions.len() as f64,
        100.0 * assigned as f64 / questions.len() as f64,
        memory / 1024 / 1024,
    );
    rate
}

/// Whole decisions from free text, in the project's sample city.
fn addresses() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/cities/sample");
    let city = pack::read(&pack::read_folder(&folder).unwrap(), 28_800).unwrap();
    let directory = Directory::new(1, city).unwrap();
    let texts = [
        "霞光路12号霞光苑3号楼",
        "澜江大道与文渊街交叉口东南角",
        "竹屿区锦橘家园附近",
        "石帆县青檀镇一处工地",
    ];
    let question = |text: &&str| Question {
        accepted_at: "2026-03-02T04:00:00Z".parse().unwrap(),
        kind: None,
        urgency: None,
        matter: Some("M040101".into()),
        place: Place {
            address: Some((*text).to_owned()),
            ..Place::default()
        },
        facts: std::collections::BTreeMap::new(),
        excluded: Vec::new(),
        concluded: None,
    };
    let questions: Vec<Question> = texts.iter().map(question).collect();
    println!(
        "by address: {:>9.0} decisions/s and core",
        rate(&directory, &questions)
    );
}

fn rate(directory: &Directory, questions: &[Question]) -> f64 {
    for question in questions {
        black_box(decide(directory, question));
    }
    let (begin, mut count) = (Instant::now(), 0_u64);
    while begin.elapsed() < MEASURE {
        for question in questions {
            black_box(decide(directory, black_box(question)));
        }
        count += questions.len() as u64;
    }
    count as f64 / begin.elapsed().as_secs_f64()
}

/// Nanoseconds of single decisions.
fn latencies(directory: &Directory, questions: &[Question]) -> Vec<u64> {
    let time = |question: &Question| {
        let begin = Instant::now();
        black_box(decide(directory, black_box(question)));
        u64::try_from(begin.elapsed().as_nanos()).unwrap()
    };
    questions
        .iter()
        .cycle()
        .take(30 * questions.len())
        .map(time)
        .collect()
}

/// From `/proc`; 0 where there is none.
fn resident_bytes() -> usize {
    const PAGE_BYTES: usize = 4096;
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let resident = pages
        .split_whitespace()
        .nth(1)
        .and_then(|pages| pages.parse::<usize>().ok());
    resident.unwrap_or_default() * PAGE_BYTES
}
