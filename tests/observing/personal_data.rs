//! Nothing that leaves intake's vault names the caller: not a span, not a log line, not an event, not a row of any
//! table of the other services (nor of intake's outside the vault), not a document on any of the three ways; although
//! the agent typed name and number into title, text and address, and the unit and the callback agent typed the number
//! again, of the caller's phone and of the identity card.
use serde_json::{Value, json};
use sqlx::Row as _;
use std::collections::BTreeSet;
use system_tests::Platform;
use system_tests::nats_unit::NatsUnit;
use system_tests::people::{complaint, text};
use system_tests::webhook::Endpoint;
use testkit::{Role, TestApp};

const NAME: &str = "慕容听雪";
const PHONE: &str = "19900008765";
/// Her other number, of a landline: no rule about mobile numbers finds it.
const SECOND_PHONE: &str = "0371-5557 6543";
const SECOND_DIGITS: &str = "037155576543";
/// The ways in which people write one number.
const WRITTEN: [&str; 5] = [
    "19900008765",
    "199 0000 8765",
    "199-0000-8765",
    "+86 199 0000 8765",
    "１９９００００８７６５",
];

/// Of the caller's identity card.
const IDENTITY: &str = "11010519491231002X";

/// A name or a number in any writing: digits are compared without what people put between them.
fn names_the_caller(text: &str) -> bool {
    let digits: String = text
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '－'))
        .map(narrow)
        .collect();
    text.contains(NAME)
        || digits.contains(PHONE)
        || digits.contains(SECOND_DIGITS)
        || digits.contains(IDENTITY)
}

fn narrow(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c),
        other => other,
    }
}

#[test]
fn the_search_itself_finds_every_writing() {
    for written in WRITTEN {
        assert!(names_the_caller(&format!("请回电{written}。")), "{written}");
    }
    assert!(names_the_caller(&format!("我是{NAME}")) && !names_the_caller("请回电***。"));
}

fn told_everything(matter: &str, unit_needs: &str) -> Value {
    let mut body = complaint(matter, "990102002");
    let everything = WRITTEN.join("，");
    body["caller"] = json!({ "name": NAME, "phone": PHONE, "second_phone": SECOND_PHONE });
    body["title"] = json!(format!("{NAME}来电 {PHONE}：{unit_needs}，或拨 {SECOND_PHONE}"));
    body["text"] = json!(format!(
        "我叫{NAME}，电话是{everything}，身份证{IDENTITY}，请尽快处理。"
    ));
    body["place"]["address"] = json!(format!("文渊街中段，联系{NAME} {PHONE}，{SECOND_PHONE}"));
    body
}

/// One order to each way of delivery, all the way to the end, with everybody typing the number wherever they can.
async fn lived(platform: &Platform) -> Vec<String> {
    let nats = NatsUnit::open(platform, "SJ-MUNI").await;
    let endpoint = Endpoint::open(platform, "QY-WATER").await;
    let mut seen = Vec::new();
    for (matter, unit) in [
        ("M020101", "SJ-MUNI"),
        ("M020202", "QY-WATER"),
        ("M010101", "QX-990102-URBAN"),
    ] {
        let registered = platform.register(told_everything(matter, unit)).await;
        let order = registered.order().to_owned();
        assert_eq!(platform.lead(&order).await, unit);
        platform
            .acts(unit, &order, "sign", json!({ "generation": 1 }))
            .await;
        platform
            .acts(
                unit,
                &order,
                "respond",
                json!({ "generation": 1, "how": "called", "note": format!("已致电{PHONE}") }),
            )
            .await;
        platform
            .acts(
                unit,
                &order,
                "progress",
                json!({ "generation": 1, "note": format!("已联系 {}", WRITTEN[1]) }),
            )
            .await;
        let reply = json!({ "generation": 1, "solved": true, "contacted": true, "text": format!("已修好，并电告{PHONE}。") });
        platform.acts(unit, &order, "reply", reply).await;
        let unhappy = json!({ "reached": true, "contacted": true, "solved": false, "result": "not_satisfied", "attitude": "satisfied", "remark": format!("{}（{IDENTITY}）说没修好", WRITTEN[2]) });
        platform.caller_says(&order, unhappy).await;
        platform.handled_by(unit, &order).await;
        platform
            .caller_says(&order, system_tests::people::content())
            .await;
        seen.extend(platform.documents(unit).await.iter().map(Value::to_string));
        seen.push(json!(platform.timeline(&order).await).to_string());
    }
    for _ in 0..3 {
        seen.push(nats.next().await.raw);
    }
    let calls = endpoint.calls();
    assert!(calls.len() >= 3, "assigned, reworked, closed: {calls:?}");
    seen.extend(calls);
    seen
}

/// Every value of every text, text list and JSON column of every table outside the vault, with where it stands.
async fn stored(app: &TestApp) -> Vec<(String, String)> {
    let columns = sqlx::query(
        "select c.table_name::text as table_name, c.column_name::text as column_name,
                c.data_type = 'bytea' as bytes
         from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
         where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
           and (c.data_type in ('text', 'character varying', 'json', 'jsonb', 'bytea', 'ARRAY')
                or c.data_type = 'USER-DEFINED')
         order by 1, 2",
    )
    .fetch_all(app.db())
    .await
    .expect("columns");
    let mut values = Vec::new();
    for row in columns {
        let (table, column): (String, String) = (row.get("table_name"), row.get("column_name"));
        let value = if row.get("bytes") {
            format!("encode(\"{column}\", 'escape')")
        } else {
            format!("\"{column}\"::text")
        };
        let select = format!("select {value} as value from \"{table}\" where \"{column}\" is not null");
        let found = sqlx::query(sqlx::AssertSqlSafe(select)).fetch_all(app.db()).await;
        let place = format!("{table}.{column}");
        let found = found.unwrap_or_else(|error| panic!("{place}: {error}"));
        values.extend(
            found
                .iter()
                .map(|row| (place.clone(), row.get::<String, _>("value"))),
        );
    }
    values
}

#[tokio::test]
async fn nothing_that_leaves_the_vault_names_the_caller() {
    let captured = telemetry::testing::install();
    let platform = Platform::start().await;
    let documents = lived(&platform).await;
    let masked = documents
        .iter()
        .filter(|document| document.contains("***"))
        .count();
    assert!(
        documents.len() > 10 && masked > 10,
        "the texts came through, masked: {masked} of {}",
        documents.len()
    );
    for document in &documents {
        assert!(
            !names_the_caller(document),
            "a unit's document or a timeline: {document}"
        );
    }
    let mut places = BTreeSet::new();
    for app in platform.apps() {
        for (place, value) in stored(app).await {
            assert!(!names_the_caller(&value), "{place}: {value}");
            places.insert(place);
        }
    }
    for searched in [
        "journal.data",
        "answers.remark",
        "callbacks.last_remark",
        "timeline.summary",
    ] {
        assert!(places.contains(searched), "{searched} is not among {places:?}");
    }
    let spans = captured.spans();
    assert!(spans.len() > 50, "there are spans to search");
    for span in &spans {
        assert!(!names_the_caller(&format!("{span:?}")), "a span: {span:?}");
    }
    let logs = captured.logs();
    assert!(!logs.is_empty(), "there are lines to search");
    for line in logs.lines() {
        assert!(!names_the_caller(line), "a log line: {line}");
    }
    for app in platform.apps() {
        assert!(!names_the_caller(&app.metrics().render()), "the figures");
    }
}

/// The vault is the one place that has it, and gives it back.
#[tokio::test]
async fn the_vault_still_knows() {
    let platform = Platform::start().await;
    let registered = platform.register(told_everything("M020101", "路灯")).await;
    let path = format!("/v1/complaints/{}/identity/reveals", registered.complaint);
    let look = json!({ "field": "phone", "purpose": "callback", "reason": "回访" });
    let shown = platform
        .intake
        .http(Role::CallbackAgent)
        .post(&path, look)
        .await
        .expect(200);
    assert_eq!(text(&shown.body, "value"), PHONE);
}
