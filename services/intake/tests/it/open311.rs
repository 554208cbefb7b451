//! The standard door: what an app can do with it, what everybody sees, and who may not.
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

const FORM: &str = "application/x-www-form-urlencoded";
const ADDRESS: &str = "文渊街1号3单元402";

fn entry(code: &str, name: &str, parent: Option<&str>) -> EntryV1 {
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
async fn publishes(app: &TestApp) {
    let office = WorkSpanV1 {
        weekdays: vec![1, 2, 3, 4, 5],
        from: "09:00:00".parse().unwrap(),
        to: "17:00:00".parse().unwrap(),
        season_from: None,
        season_to: None,
        on_holidays: false,
    };
    let content = DirectoryContentV1 {
        version: 1,
        published_at: app.clock.now(),
        divisions: vec![
            entry("990102", "映霞区", None),
            entry("990102002", "文渊街道", Some("990102")),
        ],
        units: Vec::new(),
        matters: vec![
            entry("M02", "市政", None),
            entry("M0201", "路灯", Some("M02")),
            entry("M0202", "供水", Some("M02")),
        ],
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
    assert!(store.replace(&seen, 1, &bytes).await.unwrap());
    app.settle().await;
}

/// Puts an app and makes its key.
async fn app_key(app: &TestApp, code: &str, posts_per_hour_max: i32) -> String {
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

async fn ready() -> (TestApp, String) {
    let app = start().await;
    publishes(&app).await;
    let key = app_key(&app, "city-app", 100).await;
    (app, key)
}

fn form(key: &str, more: &[(&str, &str)]) -> Vec<u8> {
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

async fn post(app: &TestApp, form: Vec<u8>) -> Response {
    app.anonymous()
        .post_bytes("/open311/v2/requests.json", FORM, form)
        .await
}

async fn posted(app: &TestApp, form: Vec<u8>) -> String {
    let answer = post(app, form).await.expect(201);
    app.settle().await;
    answer.text("/0/service_request_id")
}

async fn listed(app: &TestApp, query: &str) -> Vec<Value> {
    let path = format!("/open311/v2/requests.json{query}");
    let found = app.anonymous().get(&path).await.expect(200);
    found.body.as_array().unwrap().clone()
}

#[tokio::test]
async fn a_request_of_an_app_is_a_complaint_like_any_other() {
    let (app, key) = ready().await;
    let number = posted(&app, form(&key, &[])).await;
    let events = app.published::<OrderRegisteredV1>().await;
    let order = &events[0].data;
    assert_eq!(order.order_number, number);
    assert_eq!(json!(order.matter), "M0201");
    assert_eq!(json!(order.channel), "app");
    let mut event = assigned(&app, order.order_id, 1, "市政处");
    event.terms.city_calendar = "city".to_owned();
    event.terms.total.amount = 1;
    event.terms.total.unit = LimitUnit::WorkingDays;
    event.terms.total.start = StartRule::Acceptance;
    app.publish(order.order_id.uuid(), 1, &event).await;
    app.settle().await;
    let shown = app
        .anonymous()
        .get(&format!("/open311/v2/requests/{number}.json"))
        .await
        .expect(200);
    assert_eq!(shown.text("/0/service_name"), "路灯");
    assert_eq!(shown.text("/0/status"), "open");
    assert_eq!(shown.text("/0/agency_responsible"), "市政处");
    let expected = shown.text("/0/expected_datetime");
    assert!(expected.ends_with("T17:00:00+08:00"), "{expected}");
    let before = shown.text("/0/updated_datetime");
    app.clock.advance(TimeDelta::hours(1));
    app.publish(
        order.order_id.uuid(),
        2,
        &replied(&app, order.order_id, 0, "已更换灯泡"),
    )
    .await;
    app.publish(
        order.order_id.uuid(),
        3,
        &closed(&app, order.order_id, Outcome::Solved),
    )
    .await;
    app.settle().await;
    let own = app
        .http_as(&key)
        .header("accept-language", "zh")
        .get(&format!("/open311/v2/requests/{number}.json"))
        .await
        .expect(200);
    assert_eq!(own.text("/0/status"), "closed");
    assert!(own.text("/0/status_notes").contains("已更换灯泡"), "{}", own.body);
    assert!(own.text("/0/updated_datetime") > before);
}

#[tokio::test]
async fn everybody_sees_how_it_stands_and_nobody_what_was_written_or_where_somebody_lives() {
    let (app, key) = ready().await;
    let number = posted(&app, form(&key, &[])).await;
    let another = app_key(&app, "another", 10).await;
    let path = format!("/open311/v2/requests/{number}");
    for viewer in [app.anonymous(), app.http_as(&another)] {
        let shown = viewer.get(&path).await.expect(200).body.to_string();
        for hidden in [PHONE, "402", "家门口", "34.754", "113.621", "文渊街1号"] {
            assert!(!shown.contains(hidden), "{hidden} in {shown}");
        }
        assert!(
            shown.contains("映霞区文渊街道") && shown.contains("113.62"),
            "{shown}"
        );
    }
    let own = app.http_as(&key).get(&path).await.expect(200);
    assert_eq!(own.text("/0/address"), ADDRESS);
    assert_eq!(own.body[0]["lat"], 34.754_321);
    assert!(!own.body.to_string().contains(PHONE), "{}", own.body);
}

#[tokio::test]
async fn what_is_confidential_or_came_by_another_door_is_never_listed() {
    let (app, key) = ready().await;
    let secret = posted(&app, form(&key, &[("attribute[confidential]", "yes")])).await;
    let report = posted(&app, form(&key, &[("attribute[kind]", "report")])).await;
    let open = posted(&app, form(&key, &[])).await;
    let by_phone = register(&app, crate::harness::complaint_with(json!({ "matter": "M0201" }))).await;
    app.settle().await;
    let numbers: Vec<Value> = listed(&app, "")
        .await
        .into_iter()
        .map(|r| r["service_request_id"].clone())
        .collect();
    assert_eq!(numbers, [json!(open)]);
    let phone = by_phone["orders"][0]["order_number"].as_str().unwrap();
    for hidden in [secret.as_str(), report.as_str(), phone] {
        let path = format!("/open311/v2/requests/{hidden}.json");
        let answer = app.anonymous().get(&path).await.expect(404);
        assert_eq!(answer.body[0]["code"], 404);
        let own = app.http_as(&key).get(&path).await;
        assert_eq!(own.status.as_u16(), if hidden == phone { 404 } else { 200 });
    }
}

#[tokio::test]
async fn requests_are_found_by_what_the_standard_names() {
    let (app, key) = ready().await;
    let light = posted(&app, form(&key, &[])).await;
    let first = app.clock.now();
    app.clock.advance(TimeDelta::days(2));
    let water = posted(&app, form(&key, &[("service_code", "M0202")])).await;
    let id: OrderId = app.published::<OrderRegisteredV1>().await[0].data.order_id;
    app.publish(id.uuid(), 1, &closed(&app, id, Outcome::Solved))
        .await;
    app.settle().await;
    let between = (first + TimeDelta::days(1)).format("%Y-%m-%dT%H:%M:%SZ");
    for (query, expected) in [
        (String::new(), vec![&water, &light]),
        ("?service_code=M0201".to_owned(), vec![&light]),
        ("?service_code=M0201,M0202&page_size=1".to_owned(), vec![&water]),
        ("?page_size=1&page=2".to_owned(), vec![&light]),
        ("?status=closed".to_owned(), vec![&light]),
        ("?status=open".to_owned(), vec![&water]),
        ("?status=open,closed&service_code=M0202".to_owned(), vec![&water]),
        (format!("?end_date={between}"), vec![&light]),
        (format!("?start_date={between}"), vec![&water]),
        (format!("?updated_after={between}"), vec![&water, &light]),
        (format!("?updated_before={between}"), vec![]),
        (
            format!("?service_request_id={light},{water}&status=open"),
            vec![&water, &light],
        ),
        (format!("?service_request_id={light}"), vec![&light]),
    ] {
        let found = listed(&app, &query).await;
        let numbers: Vec<&str> = found
            .iter()
            .map(|r| r["service_request_id"].as_str().unwrap())
            .collect();
        assert_eq!(numbers, expected, "{query}");
    }
    for wrong in [
        "?status=lost",
        "?start_date=yesterday",
        "?page_size=0",
        "?start_date=2026-01-01T00:00:00Z&end_date=2026-06-01T00:00:00Z",
        "?service_code=%00",
    ] {
        let answer = app
            .anonymous()
            .get(&format!("/open311/v2/requests{wrong}"))
            .await
            .expect(400);
        assert_eq!(answer.body[0]["code"], 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_post_that_breaks_a_rule_is_refused_in_the_shape_of_the_standard_and_leaves_nothing() {
    let (app, key) = ready().await;
    for (changed, status, named) in [
        (("api_key", "ak_wrong"), 403, "api_key"),
        (("api_key", ""), 403, "api_key"),
        (("service_code", ""), 400, "service_code"),
        (("service_code", "M9"), 404, "service_code"),
        (("lat", "north"), 400, "lat"),
        (("lat", "91"), 400, "place.latitude"),
        (("long", ""), 400, "place.longitude"),
        (("address_id", "nowhere"), 400, "place.division"),
        (("phone", "12"), 400, "caller.phone"),
        (("attribute[kind]", "rant"), 400, "attribute[kind]"),
    ] {
        let answer = post(&app, form(&key, &[changed])).await.expect(status);
        assert_eq!(answer.body[0]["code"], status);
        assert!(
            answer.text("/0/description").contains(named),
            "{changed:?}: {}",
            answer.body
        );
    }
    app.settle().await;
    assert!(app.published::<OrderRegisteredV1>().await.is_empty());
    assert!(listed(&app, "").await.is_empty());
}

#[tokio::test]
async fn the_key_of_an_app_is_counted_replaced_and_switched_off() {
    let (app, first) = ready().await;
    let key = app_key(&app, "city-app", 2).await;
    let _ = post(&app, form(&first, &[])).await.expect(403);
    for status in [201, 201, 429] {
        let answer = post(&app, form(&key, &[])).await.expect(status);
        assert_eq!(answer.body.as_array().unwrap().len(), 1);
    }
    app.clock.advance(TimeDelta::hours(1));
    let _ = post(&app, form(&key, &[])).await.expect(201);
    let off = json!({ "name": "掌上城市", "contact": "x", "posts_per_hour_max": 2, "active": false });
    let _ = app
        .http(Role::Admin)
        .put("/v1/apps/city-app", off)
        .await
        .expect(200);
    let _ = post(&app, form(&key, &[])).await.expect(403);
    let _ = app.http_as(&key).get("/open311/v2/requests").await.expect(403);
    let apps = app.http(Role::Auditor).get("/v1/apps").await.expect(200);
    assert!(!apps.body.to_string().contains("ak_"), "{}", apps.body);
    let unknown = app
        .http(Role::Admin)
        .post("/v1/apps/nobody/keys", json!({}))
        .await
        .expect(404);
    assert_eq!(unknown.text("/code"), "app_unknown");
    app.settle().await;
}

#[tokio::test]
async fn a_lost_answer_is_found_again_by_the_token() {
    let (app, key) = ready().await;
    let door = app.anonymous().header("idempotency-key", "9d2f-1");
    let send = || door.post_bytes("/open311/v2/requests.json", FORM, form(&key, &[]));
    let number = send().await.expect(201).text("/0/service_request_id");
    assert_eq!(send().await.expect(201).text("/0/service_request_id"), number);
    app.settle().await;
    let path = "/open311/v2/tokens/9d2f-1.json";
    let found = app.http_as(&key).get(path).await.expect(200);
    assert_eq!(found.text("/0/service_request_id"), number);
    let _ = app.anonymous().get(path).await.expect(403);
    let another = app_key(&app, "another", 10).await;
    let _ = app.http_as(&another).get(path).await.expect(404);
    let other = form(&key, &[("description", "别的")]);
    let reused = door
        .post_bytes("/open311/v2/requests.json", FORM, other)
        .await
        .expect(422);
    assert_eq!(reused.body[0]["code"], 422);
}

#[tokio::test]
async fn services_are_the_leaves_of_the_catalogue_and_xml_says_the_same() {
    let (app, _) = ready().await;
    let services = app
        .anonymous()
        .get("/open311/v2/services.json")
        .await
        .expect(200)
        .body;
    assert_eq!(services.as_array().unwrap().len(), 2);
    assert_eq!(
        (&services[0]["service_code"], &services[0]["group"]),
        (&json!("M0201"), &json!("市政"))
    );
    let definition = app
        .anonymous()
        .get("/open311/v2/services/M0201.json")
        .await
        .expect(200)
        .body;
    assert_eq!(definition["attributes"][0]["code"], "kind");
    let xml = app.anonymous().get("/open311/v2/services.xml").await.expect(200);
    assert_eq!(xml.headers["content-type"], "text/xml; charset=utf-8");
    let text = xml.body.as_str().unwrap().to_owned();
    assert!(
        text.contains("<services><service>") && text.contains("<service_code>M0202</service_code>"),
        "{text}"
    );
    let discovery = app
        .anonymous()
        .get("/open311/v2/discovery.json")
        .await
        .expect(200)
        .body;
    assert!(
        discovery["endpoints"][0]["url"]
            .as_str()
            .unwrap()
            .ends_with("/open311/v2")
    );
    let missing = app
        .anonymous()
        .get("/open311/v2/services/M9.xml")
        .await
        .expect(404);
    assert!(
        missing
            .body
            .as_str()
            .unwrap()
            .contains("<errors><error><code>404</code>"),
        "{}",
        missing.body
    );
}

#[tokio::test]
async fn a_city_may_list_nothing_and_have_a_name_of_its_own() {
    let settings = [
        ("service.open311.public_listing", "false".to_owned()),
        ("service.open311.jurisdiction_id", "city.example".to_owned()),
    ];
    let app = start_with(&settings).await;
    publishes(&app).await;
    let key = app_key(&app, "city-app", 10).await;
    let number = posted(&app, form(&key, &[("jurisdiction_id", "city.example")])).await;
    for path in ["/open311/v2/requests", &format!("/open311/v2/requests/{number}")] {
        let _ = app.anonymous().get(path).await.expect(403);
        let own = app.http_as(&key).get(path).await.expect(200);
        assert_eq!(own.text("/0/service_request_id"), number);
    }
    let elsewhere = app
        .anonymous()
        .get("/open311/v2/services?jurisdiction_id=other.example")
        .await;
    assert_eq!(elsewhere.expect(404).body[0]["code"], 404);
    let wrong = form(&key, &[("jurisdiction_id", "other.example")]);
    let _ = post(&app, wrong).await.expect(404);
}

/// A process that starts without NATS knows the calendars, too.
#[tokio::test]
async fn the_promise_is_known_after_a_start() {
    let world = World::new();
    let app = TestApp::start_with::<Intake>(&world, &keys()).await;
    publishes(&app).await;
    let key = app_key(&app, "city-app", 10).await;
    let number = posted(&app, form(&key, &[])).await;
    let id = app.published::<OrderRegisteredV1>().await[0].data.order_id;
    let mut event = assigned(&app, id, 1, "市政处");
    event.terms.city_calendar = "city".to_owned();
    app.publish(id.uuid(), 1, &event).await;
    app.settle().await;
    let again = TestApp::start_with::<Intake>(&world, &keys()).await;
    again.settle().await;
    let shown = again
        .anonymous()
        .get(&format!("/open311/v2/requests/{number}"))
        .await
        .expect(200);
    assert!(shown.body[0]["expected_datetime"].is_string(), "{}", shown.body);
}
