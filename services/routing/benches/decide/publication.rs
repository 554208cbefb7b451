//! A publication beside running decisions: how long it takes, and whether decisions notice it.
//!
//! A slow decision on a shared machine proves nothing by itself: the kernel may have given the core to another thread
//! (which `/proc` tells), and the host of a virtual machine may have given it to another guest (which nothing tells for
//! a single thread). So the same is measured beside a thread that only computes: what is as slow there is the machine's.
use crate::city::{Size, questions, snapshot};
use crate::{MEASURE, QUESTIONS};
use routing::domain::decide::{Question, decide};
use routing::domain::directory::{Directory, InUse};
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const MILLISECOND: Duration = Duration::from_millis(1);
const VERSIONS: i64 = 24;
const BATCH: usize = 100;

/// One thread decides by the directory in use; another reads the next version's snapshot, builds it and swaps it in,
/// as the service does. What is old is dropped by who published.
pub fn publication(size: Size) {
    let city = snapshot(size);
    let questions = questions(&city, QUESTIONS);
    let stored = serde_json::to_vec(&city).unwrap();
    drop(city);
    let in_use = InUse::default();
    publish_one(1, &stored, &in_use);
    let (mut builds, done) = (Vec::new(), AtomicBool::new(false));
    let mut busy = Slowest::default();
    std::thread::scope(|scope| {
        let publisher = scope.spawn(|| publish(&stored, &in_use, &done));
        busy = longest(&in_use, &questions, || !done.load(Ordering::Acquire));
        builds = publisher.join().unwrap();
    });
    builds.sort_unstable();
    let beside_computing = beside_computing(&in_use, &questions, busy.took);
    let begin = Instant::now();
    let alone = longest(&in_use, &questions, || begin.elapsed() < busy.took);
    println!(
        "publication of {} duties: {:.0?} to index a snapshot (median of {}, slowest {:.0?})",
        size.duties,
        builds[builds.len() / 2],
        builds.len(),
        builds[builds.len() - 1],
    );
    println!("  decisions meanwhile: {busy}");
    println!("  beside a thread that only computes: {beside_computing}");
    println!("  alone: {alone}");
}

/// The same beside a thread that touches no memory.
fn beside_computing(in_use: &InUse, questions: &[Question], time: Duration) -> Slowest {
    let done = AtomicBool::new(false);
    let mut slowest = Slowest::default();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut number = 1_u64;
            while !done.load(Ordering::Relaxed) {
                for _ in 0..10_000 {
                    number = black_box(number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
                }
            }
        });
        let begin = Instant::now();
        slowest = longest(in_use, questions, || begin.elapsed() < time);
        done.store(true, Ordering::Relaxed);
    });
    slowest
}

fn publish(stored: &[u8], in_use: &InUse, done: &AtomicBool) -> Vec<Duration> {
    let builds = (2..2 + VERSIONS)
        .map(|version| publish_one(version, stored, in_use))
        .collect();
    done.store(true, Ordering::Release);
    builds
}

/// On a thread of its own, as the service does; answers how long the indexing took.
fn publish_one(version: i64, stored: &[u8], in_use: &InUse) -> Duration {
    let build = || {
        let snapshot = serde_json::from_slice(stored).unwrap();
        let begin = Instant::now();
        let next = Arc::new(Directory::new(version, snapshot).unwrap());
        let took = begin.elapsed();
        drop(in_use.replace(Some(next)));
        took
    };
    std::thread::scope(|scope| scope.spawn(build).join().unwrap())
}

/// The longest decisions; `own` leaves out the time in which the thread was ready and had no core.
#[derive(Default)]
struct Slowest {
    took: Duration,
    longest: Duration,
    own: Duration,
    own_over_a_millisecond: usize,
    /// Of the slowest of its own: what its batch did.
    batch: Spent,
    count: usize,
}

impl std::fmt::Display for Slowest {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (longest, own, count) = (self.longest, self.own, self.count);
        let over = self.own_over_a_millisecond;
        let Spent { cpu, asleep, faults } = self.batch;
        write!(
            out,
            "{over} of {count} over 1 ms, slowest {own:.0?} (its {BATCH}: {cpu:.0?} on the core, {asleep:.0?} asleep, \
             {faults} page faults); by the clock, with others on the core, {longest:.0?}"
        )
    }
}

/// What this thread spent.
#[derive(Clone, Copy, Default)]
struct Spent {
    cpu: Duration,
    asleep: Duration,
    faults: u64,
}

/// Decides for at least two seconds, and as long as it is told to.
fn longest(in_use: &InUse, questions: &[Question], go_on: impl Fn() -> bool) -> Slowest {
    let (mut slowest, begin) = (Slowest::default(), Instant::now());
    let mut endless = questions.iter().cycle();
    while begin.elapsed() < MEASURE || go_on() {
        let (mut in_batch, before, batch) = (Duration::ZERO, Thread::now(), Instant::now());
        for question in endless.by_ref().take(BATCH) {
            let begin = Instant::now();
            let directory = in_use.get().unwrap();
            black_box(decide(&directory, question));
            drop(directory);
            in_batch = in_batch.max(begin.elapsed());
        }
        let (batch, after) = (batch.elapsed(), Thread::now());
        let (cpu, waited) = (after.cpu - before.cpu, after.waited - before.waited);
        let own = in_batch.saturating_sub(waited);
        slowest.count += BATCH;
        slowest.longest = slowest.longest.max(in_batch);
        slowest.own_over_a_millisecond += usize::from(own > MILLISECOND);
        if own > slowest.own {
            slowest.own = own;
            slowest.batch = Spent {
                cpu,
                asleep: batch.saturating_sub(cpu + waited),
                faults: after.faults - before.faults,
            };
        }
    }
    slowest.took = begin.elapsed();
    slowest
}

/// What the kernel says of this thread, from `/proc`; all 0 where there is none.
struct Thread {
    cpu: Duration,
    waited: Duration,
    faults: u64,
}

impl Thread {
    fn now() -> Self {
        let word = |file: &str, number: usize| -> u64 {
            let text = std::fs::read_to_string(file).unwrap_or_default();
            let word = text.split_whitespace().nth(number);
            word.and_then(|word| word.parse().ok()).unwrap_or_default()
        };
        Self {
            cpu: Duration::from_nanos(word("/proc/thread-self/schedstat", 0)),
            waited: Duration::from_nanos(word("/proc/thread-self/schedstat", 1)),
            // The name of the thread has no spaces here.
            faults: word("/proc/thread-self/stat", 9),
        }
    }
}
