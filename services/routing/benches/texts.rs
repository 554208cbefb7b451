//! `cargo bench -p routing --bench texts`: how long one core reads a text, how long an index takes to build, with the past
//! orders of the larger city where its pack is at hand, else with the sample city's own.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement speaks to the terminal, and ends when something is wrong"
)]
use chrono::{DateTime, Utc};
use routing::Routing;
use routing::domain::decide::{Place, Question, decide};
use routing::domain::directory::Directory;
use routing::domain::text::{Case, Example, TextIndex, conclude};
use routing::pack;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

const MEASURE: Duration = Duration::from_secs(3);
/// As many newly decided orders as the settings let the index learn from.
const MANY: usize = 5_000;

fn main() {
    // `cargo test --benches` only wants to know that it builds.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let larger = root.join("../../../shared/data/zhengzhou");
    let folder = if larger.exists() {
        larger
    } else {
        println!("the larger city is not at hand: measured on the sample city");
        root.join("../../infra/cities/sample")
    };
    let snapshot = pack::read(&pack::read_folder(&folder).unwrap(), 28_800).unwrap();
    let said: Vec<(String, String)> = if snapshot.past_orders.is_empty() {
        let matters = snapshot.matters.iter();
        matters
            .map(|matter| (matter.name.clone(), format!("{}，希望处理", matter.description)))
            .collect()
    } else {
        let past = snapshot.past_orders.iter();
        past.map(|order| (order.title.clone(), order.text.clone()))
            .collect()
    };
    let directory = Directory::new(1, snapshot).unwrap();
    let config = runtime::settings::load::<Routing>(None, &[])
        .unwrap()
        .service
        .text;
    let begun = Instant::now();
    let index = TextIndex::new(&directory, &config.lexicon, &[]);
    println!(
        "index of {} past orders built in {:.0} ms",
        said.len(),
        begun.elapsed().as_secs_f64() * 1e3
    );
    let case = |index| Case {
        directory: &directory,
        index,
        lexicon: &config.lexicon,
        thresholds: config.thresholds,
        title: "",
        text: "",
        facts_given: false,
    };
    latencies("", &case(&index), &said);

    let past = &directory.source.past_orders;
    let many: Vec<Example> = past.iter().cycle().take(MANY).map(Example::from).collect();
    if !many.is_empty() {
        let begun = Instant::now();
        let index = TextIndex::new(&directory, &config.lexicon, &many);
        println!(
            "index of {} more built in {:.0} ms",
            many.len(),
            begun.elapsed().as_secs_f64() * 1e3
        );
        latencies(", many past orders", &case(&index), &said);
    }
}

fn latencies(what: &str, case: &Case<'_>, said: &[(String, String)]) {
    let directory = case.directory;
    let accepted_at: DateTime<Utc> = "2026-03-02T00:50:00Z".parse().unwrap();
    let mut taken: Vec<Duration> = Vec::new();
    let begun = Instant::now();
    'measured: loop {
        for (title, text) in said {
            let question = Question {
                accepted_at,
                kind: None,
                urgency: None,
                matter: None,
                place: Place::default(),
                facts: BTreeMap::new(),
                excluded: Vec::new(),
                concluded: None,
            };
            let case = Case { title, text, ..*case };
            let start = Instant::now();
            let question = conclude(&case, &question);
            black_box(decide(directory, &question));
            taken.push(start.elapsed());
            if begun.elapsed() > MEASURE {
                break 'measured;
            }
        }
    }
    taken.sort_unstable();
    let at = |share: f64| taken[((taken.len() - 1) as f64 * share) as usize].as_micros();
    println!(
        "text to decision{what}: {} texts, p50 {} µs, p99 {} µs, p99.9 {} µs",
        taken.len(),
        at(0.5),
        at(0.99),
        at(0.999)
    );
}
