//! Orders found by what people know of them, among years of orders: `cargo bench -p supervision --bench search [-- <orders> <questions>]`.
//!
//! Fourteen kinds of questions go through the endpoint, so through everything that a person waits for; each kind is asked
//! with values of its own every time, half of them from a random moment of the years backwards (a deep page).
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "figures for a person at a terminal"
)]
mod city;

use chrono::{DateTime, TimeDelta, Utc};
use city::{DAYS, DISTRICTS, MATTERS, UNITS, fill};
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::time::{Duration, Instant};
use supervision::app::Supervision;
use testkit::{Role, TestApp};
use uuid::Uuid;

/// Orders, and questions of each kind.
const ORDERS: i64 = 5_000_000;
const QUESTIONS: u64 = 100;
/// Longest time that 95 of 100 questions may take (issue 5).
const AIM: Duration = Duration::from_millis(100);

/// Values for one question.
struct Dice {
    kind: usize,
    turn: u64,
    now: DateTime<Utc>,
}

impl Dice {
    /// From 0 to `below` - 1, another for each name.
    fn roll(&self, name: &str, below: i64) -> i64 {
        let mut hasher = DefaultHasher::new();
        (self.kind, self.turn, name).hash(&mut hasher);
        i64::try_from(hasher.finish() % below.unsigned_abs()).unwrap()
    }

    /// Small numbers are frequent, as they are in the data.
    fn skewed(&self, name: &str, below: i64) -> i64 {
        let root = self.roll(name, 1_000);
        below * root * root / 1_000_000
    }

    fn unit(&self) -> String {
        format!("unit=U-{}", self.skewed("unit", UNITS))
    }

    fn district(&self) -> String {
        format!("division=9901{:02}", self.roll("district", DISTRICTS))
    }

    fn street(&self) -> String {
        format!("{}{:03}", self.district(), self.roll("street", DISTRICTS))
    }

    fn leaf(&self) -> String {
        let n = self.skewed("matter", MATTERS);
        format!("matter=M{:02}{}", n / 10, n % 10)
    }

    fn class(&self) -> String {
        format!("matter=M{:02}", self.roll("class", MATTERS / 10))
    }

    fn month(&self) -> String {
        let to = self.now.date_naive() - TimeDelta::days(self.roll("to", DAYS - 30));
        format!("from={}&to={to}", to - TimeDelta::days(30))
    }

    fn state(&self) -> &'static str {
        ["assigned", "signed", "responded", "replied"][self.roll("state", 4).unsigned_abs() as usize]
    }

    fn number(&self, digits: &str) -> String {
        let day = self.now - TimeDelta::days(1 + self.roll("day", DAYS - 2));
        format!("number={}{digits}", day.format("%y%m%d"))
    }

    /// A cursor at some moment of the years; every second question begins with the newest.
    fn after(&self) -> String {
        if self.turn.is_multiple_of(2) {
            return String::new();
        }
        let at = self.now - TimeDelta::minutes(self.roll("after", DAYS * 1_440));
        format!("&after={}", web::page::encode(&(at, Uuid::max())))
    }
}

/// A kind of question: what it is about, and its parameters.
type Kind = (&'static str, fn(&Dice) -> String);

const KINDS: [Kind; 14] = [
    ("number", |dice| {
        dice.number(&format!("{:05}-1", dice.roll("n", 100_000)))
    }),
    ("number: a day's, unit", |dice| {
        format!("{}&{}", dice.number(""), dice.unit())
    }),
    ("text, frequent", |_| "q=路灯不亮已有多日".to_owned()),
    ("text, rare", |dice| {
        format!(
            "q=第{}类问题 {}号",
            20 + dice.roll("n", 170),
            1 + dice.roll("house", 300)
        )
    }),
    ("text of one season", |_| "q=供暖温度不达标".to_owned()),
    ("unit", Dice::unit),
    ("unit, late", |dice| format!("{}&late=true", dice.unit())),
    ("district, class of matters", |dice| {
        format!("{}&{}", dice.district(), dice.class())
    }),
    ("street, closed, a month", |dice| {
        format!("{}&state=closed&{}", dice.street(), dice.month())
    }),
    ("late, district", |dice| format!("late=true&{}", dice.district())),
    ("level, district", |dice| format!("level=3&{}", dice.district())),
    ("open state, matter", |dice| {
        format!("state={}&{}", dice.state(), dice.leaf())
    }),
    ("text, unit, channel, kind", |dice| {
        format!("q=停车秩序&{}&channel=wechat&kind=help", dice.unit())
    }),
    ("season, unit, street, a month", |dice| {
        format!("q=供暖&{}&{}&{}", dice.unit(), dice.street(), dice.month())
    }),
];

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let orders = arguments
        .first()
        .and_then(|text| text.parse().ok())
        .unwrap_or(ORDERS);
    let questions = arguments
        .get(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(QUESTIONS);
    let app = TestApp::start::<Supervision>().await;
    let took = city::build(app.db(), app.clock.now(), orders).await.unwrap();
    let size = fill::gib(app.db()).await.unwrap();
    println!(
        "{orders} orders over {DAYS} days, {size:.1} GiB, written in {:.0} s",
        took.as_secs_f64()
    );
    println!(
        "{:<32}{:>8}{:>8}{:>8}{:>8}{:>9}",
        "p50, p95, p99, most ms; rows", "p50", "p95", "p99", "most", "rows"
    );
    let mut all = Vec::new();
    for (kind, (name, made)) in KINDS.into_iter().enumerate() {
        let (mut times, mut rows) = (Vec::new(), 0);
        // The first three wake what is read from disk.
        for turn in 0..questions + 3 {
            let dice = Dice {
                kind,
                turn,
                now: app.clock.now(),
            };
            let (took, found) = ask(&app, &format!("{}{}", made(&dice), dice.after())).await;
            if turn >= 3 {
                times.push(took);
                rows += found;
            }
        }
        line(name, &mut times, rows as f64 / questions as f64);
        all.extend(times);
    }
    line("all", &mut all, 0.0);
    let p95 = all[all.len() * 95 / 100];
    println!(
        "aim: 95 of 100 within {} ms: {}",
        AIM.as_millis(),
        if p95 <= AIM { "met" } else { "missed" }
    );
}

/// How long one page took, and how many orders are on it.
async fn ask(app: &TestApp, query: &str) -> (Duration, usize) {
    let encoded = query.split('&').map(|part| {
        let (name, value) = part.split_once('=').unwrap();
        let value: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
        format!("{name}={value}")
    });
    let path = format!("/v1/search/orders?{}", encoded.collect::<Vec<_>>().join("&"));
    let began = Instant::now();
    let found = app.http(Role::Supervisor).get(&path).await.expect(200);
    (began.elapsed(), found.body["items"].as_array().unwrap().len())
}

fn line(name: &str, times: &mut [Duration], rows: f64) {
    times.sort_unstable();
    let ms = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
    println!(
        "{name:<32}{:>8.1}{:>8.1}{:>8.1}{:>8.1}{rows:>9.1}",
        ms(50),
        ms(95),
        ms(99),
        ms(100)
    );
}
