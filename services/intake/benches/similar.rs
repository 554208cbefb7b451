//! How long an agent waits for similar orders, with 250 000 open ones: `cargo bench -p intake --bench similar [-- <orders>]`.
//!
//! A city of 200 roads and 60 matters, where heating makes up a third of what is open, as on the first cold days. Questions are
//! those of an agent who has typed a place by coordinates, by address, by division, or only words; each is timed from the
//! request over HTTP to the answer.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "figures for a person at a terminal"
)]
use intake::app::Intake;
use intake::domain::similar::{cell, words};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::{Role, TestApp, World};
use uuid::Uuid;

const ORDERS: usize = 250_000;
const BATCH: usize = 5_000;
const QUESTIONS: usize = 200;
const KEY: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
const INDEX_KEY: &str = "AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=";
const TITLES: [&str; 8] = [
    "暖气不热",
    "路灯不亮",
    "小区停水",
    "夜间施工噪声",
    "垃圾无人清运",
    "井盖破损",
    "物业收费不公示",
    "公交车不停站",
];

/// The n-th order of the city: always the same, so that runs can be compared.
struct Made {
    title: String,
    matter: String,
    division: String,
    longitude: f64,
    latitude: f64,
    address: String,
}

fn made(n: usize) -> Made {
    let mixed = (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let pick = |shift: u32, of: u64| ((mixed >> shift) % of) as usize;
    let heating = pick(7, 3) == 0;
    let kind = if heating { 0 } else { 1 + pick(11, 7) };
    let road = pick(17, 200);
    let names = "文昌永安和平建设黄河嵩山花园东风农业金水航海中原桐柏长江淮河";
    let letters: Vec<char> = names.chars().collect();
    let (one, two) = (
        letters[road % letters.len()],
        letters[(road / 7 + 3) % letters.len()],
    );
    let number = 1 + pick(29, 400);
    Made {
        title: format!(
            "{}{}",
            TITLES[kind],
            if number % 3 == 0 { "多日无人处理" } else { "" }
        ),
        matter: format!("M{:02}{:02}", kind, if heating { 1 } else { pick(37, 8) }),
        division: format!("9901{:02}", road % 40),
        longitude: 113.5 + road as f64 / 1_000.0,
        latitude: 34.6 + number as f64 / 2_000.0,
        address: format!("{one}{two}路{number}号院{}号楼", 1 + pick(43, 30)),
    }
}

async fn fill(app: &TestApp, orders: usize) {
    for begin in (0..orders).step_by(BATCH) {
        let rows: Vec<Made> = (begin..orders.min(begin + BATCH)).map(made).collect();
        let ids: Vec<Uuid> = rows.iter().map(|_| Uuid::now_v7()).collect();
        let numbers: Vec<String> = (begin..begin + rows.len()).map(|n| format!("B{n}")).collect();
        let pairs = |row: &Made| words(&format!("{} {}", row.address, row.title));
        let arrays: Vec<String> = rows
            .iter()
            .map(|row| {
                pairs(row)
                    .iter()
                    .map(i32::to_string)
                    .collect::<Vec<_>>()
                    .join(",")
            })
            .collect();
        let column = |of: fn(&Made) -> &str| rows.iter().map(|row| of(row).to_owned()).collect::<Vec<_>>();
        sqlx::query(
            "with n as (
                 select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::float8[],
                                      $8::text[], $9::bigint[], $10::text[])
                     with ordinality as n(id, number, title, matter, division, longitude, latitude, address, cell, words, position)
             ), c as (
                 insert into complaints (complaint_id, complaint_number, channel, kind, urgency, title, text, matter, division,
                     longitude, latitude, address, confidential, disposition, accepted_at, accepted_by)
                 select id, number, 'phone', 'grievance', 'ordinary', title, title || '，请尽快处理', matter, division, longitude,
                     latitude, address, false, 'accepted', $11 - position * interval '200 ms', 'agent:bench'
                 from n returning complaint_id
             ), o as (
                 insert into orders (order_id, order_number, complaint_id, position)
                 select id, number || '-1', id, 1 from n returning order_id
             )
             insert into open_orders (order_id, accepted_at, matter, division, cell, longitude, latitude, words)
             select id, $11 - position * interval '200 ms', matter, division, cell, longitude,
                 latitude, ('{' || words || '}')::int[] from n",
        )
        .bind(&ids)
        .bind(&numbers)
        .bind(column(|row| &row.title))
        .bind(column(|row| &row.matter))
        .bind(column(|row| &row.division))
        .bind(rows.iter().map(|row| row.longitude).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.latitude).collect::<Vec<_>>())
        .bind(column(|row| &row.address))
        .bind(rows.iter().map(|row| cell(row.longitude, row.latitude)).collect::<Vec<_>>())
        .bind(&arrays)
        .bind(app.clock.now())
        .execute(app.db())
        .await
        .unwrap();
    }
    sqlx::query("vacuum analyze open_orders, orders, complaints")
        .execute(app.db())
        .await
        .unwrap();
}

/// Which order the n-th question is about.
const fn about(n: usize) -> usize {
    n * 997 + 13
}

/// What an agent has typed about the n-th order's event, by so much of the place.
fn question(way: &str, n: usize) -> Value {
    let about = made(about(n));
    let place = match way {
        "coordinates" => json!({ "longitude": about.longitude + 0.001, "latitude": about.latitude }),
        "address" => json!({ "address": about.address }),
        "division" => json!({ "division": about.division }),
        _ => json!({}),
    };
    json!({ "title": about.title, "text": "请尽快处理", "matter": about.matter, "place": place })
}

async fn ask(app: &TestApp, way: &'static str) -> (Vec<Duration>, usize) {
    let agent = app.http(Role::Agent);
    let (mut took, mut found) = (Vec::with_capacity(QUESTIONS), 0);
    for n in 0..QUESTIONS {
        let begin = Instant::now();
        let answer = agent.post("/v1/similar", question(way, n)).await.expect(200);
        took.push(begin.elapsed());
        let number = format!("B{}-1", about(n));
        let items = answer.body["items"].as_array().unwrap();
        found += usize::from(items.iter().any(|item| item["order_number"] == number.as_str()));
    }
    took.sort_unstable();
    (took, found)
}

#[tokio::main]
async fn main() {
    let wanted = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok());
    let orders = wanted.unwrap_or(ORDERS);
    let settings = [
        ("service.vault.keys.1", KEY.to_owned()),
        ("service.vault.blind_index_key", INDEX_KEY.to_owned()),
        ("http.rate_per_second_max", "0".to_owned()),
    ];
    let app = TestApp::start_with::<Intake>(&World::new(), &settings).await;
    let begin = Instant::now();
    fill(&app, orders).await;
    println!(
        "{orders} open orders made in {:.1} s",
        begin.elapsed().as_secs_f64()
    );
    println!(
        "{:>12} {:>9} {:>9} {:>9}  the order itself found, of {QUESTIONS}",
        "place by", "p50 ms", "p95 ms", "most ms"
    );
    for way in ["coordinates", "address", "division", "words"] {
        let (took, found) = ask(&app, way).await;
        let at = |share: usize| took[(took.len() - 1) * share / 100].as_secs_f64() * 1_000.0;
        println!(
            "{way:>12} {:>9.1} {:>9.1} {:>9.1}  {found}",
            at(50),
            at(95),
            at(100)
        );
    }
}
