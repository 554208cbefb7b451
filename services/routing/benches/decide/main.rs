//! `cargo bench -p routing`: how many decisions one core makes, how long the slowest take, how long a publication
//! takes and whether decisions notice it, how much memory a directory needs; and the same duties and questions as
//! a decision table in another engine. A measuring loop of its own, because the usual ones tell neither the
//! slowest per cent nor what happens while another thread works.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a measurement speaks to the terminal, and ends when something is wrong"
)]
mod city;
mod other_engine;

use city::{SIZES, Size, questions, snapshot};
use routing::domain::decide::{Question, decide};
use routing::domain::directory::Directory;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};
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
    publication(SIZES[2]);
    other_engine::compare(SIZES[0], ours);
}

fn decisions(size: Size) -> f64 {
    let city = snapshot(size);
    let questions = questions(&city, QUESTIONS);
    let before = resident_bytes();
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
        "{:>7} duties: {:>9.0} decisions/s and core; p50 {} ns, p99 {} ns, p99.9 {} ns; {:.1} duties looked at, {:.0} % assigned; +{} MiB when built",
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

/// One thread decides by the directory in use; another builds the next one and swaps it in, as the service does.
/// What is old is dropped by who published.
fn publication(size: Size) {
    let city = snapshot(size);
    let questions = questions(&city, QUESTIONS);
    let copies: Vec<_> = (0..5).map(|_| city.clone()).collect();
    let in_use = RwLock::new(Arc::new(Directory::new(1, city).unwrap()));
    let published = AtomicBool::new(false);
    let quiet = longest(&in_use, &questions, || false);
    let (mut builds, mut busy) = (Vec::new(), Slowest::default());
    std::thread::scope(|scope| {
        let publisher = scope.spawn(|| {
            let mut builds = Vec::new();
            let mut old = Vec::new();
            for (version, copy) in (2_i64..).zip(copies) {
                let begin = Instant::now();
                let next = Arc::new(Directory::new(version, copy).unwrap());
                builds.push(begin.elapsed());
                old.push(std::mem::replace(&mut *in_use.write().unwrap(), next));
            }
            published.store(true, Ordering::Release);
            builds
        });
        busy = longest(&in_use, &questions, || !published.load(Ordering::Acquire));
        builds = publisher.join().unwrap();
    });
    builds.sort_unstable();
    println!(
        "publication of {} duties: {:?} (median of {}, all: {builds:.0?}); decisions meanwhile: slowest {:?}, {} of {} over 1 ms; the same without a publication: slowest {:?}, {} of {} over 1 ms",
        size.duties,
        builds[builds.len() / 2],
        builds.len(),
        busy.longest,
        busy.over_a_millisecond,
        busy.count,
        quiet.longest,
        quiet.over_a_millisecond,
        quiet.count,
    );
}

#[derive(Default)]
struct Slowest {
    longest: Duration,
    over_a_millisecond: usize,
    count: usize,
}

/// Decides for at least two seconds, and as long as it is told to.
fn longest(in_use: &RwLock<Arc<Directory>>, questions: &[Question], go_on: impl Fn() -> bool) -> Slowest {
    let (mut slowest, begin) = (Slowest::default(), Instant::now());
    let mut endless = questions.iter().cycle();
    while begin.elapsed() < MEASURE || go_on() {
        for question in endless.by_ref().take(100) {
            let begin = Instant::now();
            let directory = Arc::clone(&in_use.read().unwrap());
            black_box(decide(&directory, question));
            drop(directory);
            let took = begin.elapsed();
            slowest.longest = slowest.longest.max(took);
            slowest.over_a_millisecond += usize::from(took > Duration::from_millis(1));
            slowest.count += 1;
        }
    }
    slowest
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
