//! The standard door: what an app can do with it, what everybody sees, and who may not.
mod listing;
mod posting;
mod services;

use crate::harness::{PHONE, assigned, closed, keys, register, replied, start, start_with};
use bus::objects::Objects;
use chrono::TimeDelta;
use contracts::calendar::{CalendarV1, WorkSpanV1};
use contracts::directory_content::{DirectoryContentV1, EntryV1, OBJECT};
use contracts::ids::OrderId;
use contracts::intake::OrderRegisteredV1;
use contracts::terms::{LimitUnit, StartRule};
use contracts::words::Outcome;
use intake::app::Intake;
use serde_json::{Value, json};
use testkit::{Response, Role, TestApp, World};

pub(super) const FORM: &str = "application/x-www-form-urlencoded";
pub(super) const ADDRESS: &str = "文渊街1号3单元402";

pub(super) fn entry(code: &str, name: &str, parent: Option<&str>) -> EntryV1 {
    EntryV1 {
        code: code.to_owned(),
        name: name.to_owned(),
        level: "1".to_owned(),
        parent: parent.map(str::to_owned),
        from: None,
        to: None,
    }
}

/// Two services below one group, one division, and a calendar of office hours.
pub(super) async fn publishes(app: &TestApp) {
    let matters = vec![
        entry("M02", "市政", None),
        entry("M0201", "路灯", Some("M02")),
        entry("M0202", "供水", Some("M02")),
    ];
    publishes_version(app, 1, matters).await;
}

/// The same with other services.
pub(super) async fn publishes_version(app: &TestApp, version: i64, matters: Vec<EntryV1>) {
    let office = WorkSpanV1 {
        weekdays: vec![1, 2, 3, 4, 5],
        from: "09:00:00".parse().unwrap(),
        to: "17:00:00".parse().unwrap(),
        season_from: None,
        season_to: None,
        on_holidays: false,
    };
    let content = DirectoryContentV1 {
        version,
        published_at: app.clock.now(),
        divisions: vec![
            entry("990102", "映霞区", None),
            entry("990102002", "文渊街道", Some("990102")),
        ],
        units: Vec::new(),
        matters,
        calendars: vec![CalendarV1 {
            code: "city".to_owned(),
            name: "市".to_owned(),
            utc_offset_secs: 28_800,
            hours: vec![office],
            days: Vec::new(),
        }],
    };
    let store = Objects::new(
        app.bus().clone(),
        contracts::streams::directory(app.bus().namespace()),
    );
    let bytes = serde_json::to_vec(&content).unwrap();
    let seen = store.look(OBJECT).await.unwrap();
    assert!(store.replace(&seen, version, &bytes).await.unwrap());
    app.settle().await;
}

/// Puts an app and makes its key.
pub(super) async fn app_key(app: &TestApp, code: &str, posts_per_hour_max: i32) -> String {
    let body =
        json!({ "name": "掌上城市", "contact": "ops@example.org", "posts_per_hour_max": posts_per_hour_max });
    let admin = app.http(Role::Admin);
    let _ = admin.put(&format!("/v1/apps/{code}"), body).await.expect(200);
    let made = admin
        .post(&format!("/v1/apps/{code}/keys"), json!({}))
        .await
        .expect(201);
    made.text("/key")
}

pub(super) async fn ready() -> (TestApp, String) {
    let app = start().await;
    publishes(&app).await;
    let key = app_key(&app, "city-app", 100).await;
    (app, key)
}

pub(super) fn form(key: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in [
        ("api_key", key),
        ("service_code", "M0201"),
        ("address_id", "990102002"),
        ("address_string", ADDRESS),
        ("lat", "34.754321"),
        ("long", "113.621234"),
        ("description", "我家门口的路灯不亮"),
        ("phone", PHONE),
    ] {
        if !more.iter().any(|(other, _)| *other == name) {
            form.append_pair(name, value);
        }
    }
    form.extend_pairs(more.iter().filter(|(_, value)| !value.is_empty()));
    form.finish().into_bytes()
}

pub(super) async fn post(app: &TestApp, form: Vec<u8>) -> Response {
    app.anonymous()
        .post_bytes("/open311/v2/requests.json", FORM, form)
        .await
}

pub(super) async fn posted(app: &TestApp, form: Vec<u8>) -> String {
    let answer = post(app, form).await.expect(201);
    app.settle().await;
    answer.text("/0/service_request_id")
}

pub(super) async fn listed(app: &TestApp, query: &str) -> Vec<Value> {
    let path = format!("/open311/v2/requests.json{query}");
    let found = app.anonymous().get(&path).await.expect(200);
    found.body.as_array().unwrap().clone()
}
