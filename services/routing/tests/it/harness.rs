//! A routing service with the sample city, and orders as intake would register them.
use contracts::directory::PlaceV1;
use contracts::ids::{ComplaintId, OrderId};
use contracts::intake::OrderRegisteredV1;
use contracts::words::{Channel, Kind, Urgency};
use routing::Routing;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use testkit::{Client, Role, TestApp, World};
use uuid::Uuid;
use web::auth::Role as WebRole;

/// Folder of the sample city.
pub fn sample() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../infra/cities/sample")
}

/// The sample city as a request body's `pack`.
pub fn pack() -> BTreeMap<String, String> {
    routing::pack::read_folder(&sample()).unwrap().0
}

/// A service that has published the sample city, where one person may publish.
pub async fn started() -> TestApp {
    started_with(&[("service.two_person_rule", "false".to_owned())]).await
}

/// The same with other settings.
pub async fn started_with(settings: &[(&str, String)]) -> TestApp {
    let app = TestApp::start_with::<Routing>(&World::new(), settings).await;
    let version = routing::import_pack(app.db(), &sample(), "test").await.unwrap();
    assert_eq!(version, 1);
    app.settle().await;
    app
}

/// A service with the sample city, whose policies are these.
pub async fn city_with(policies: &str) -> TestApp {
    let app = TestApp::start::<Routing>().await;
    let mut pack = pack();
    pack.insert("policies.csv".to_owned(), policies.to_owned());
    let editor = app.http(Role::DirectoryEditor);
    editor
        .post("/v1/directory/versions", json!({ "pack": pack }))
        .await
        .expect(201);
    app.settle().await;
    app
}

/// An order of the sample city: urban management of its district leads.
pub fn order(matter: &str, division: &str) -> OrderRegisteredV1 {
    let order_id = OrderId(Uuid::now_v7());
    OrderRegisteredV1 {
        order_id,
        order_number: "26030200001-1".to_owned(),
        complaint_id: ComplaintId(Uuid::now_v7()),
        complaint_number: "26030200001".to_owned(),
        channel: Channel::Phone,
        kind: Kind::Grievance,
        urgency: Urgency::Ordinary,
        title: "店外摆摊".to_owned(),
        text: "路口店外摆摊，行人走不过去。".to_owned(),
        matter: Some(matter.into()),
        place: PlaceV1 {
            division: Some(division.to_owned()),
            ..PlaceV1::default()
        },
        facts: BTreeMap::new(),
        confidential: false,
        accepted_at: "2026-03-02T00:50:00Z".parse().unwrap(),
        due_by: None,
        other_number: false,
        caller: None,
    }
}

/// Registers an order and lets routing decide it.
pub async fn register(app: &TestApp, order: &OrderRegisteredV1) {
    app.publish(order.order_id.uuid(), 1, order).await;
    app.settle().await;
}

/// The order's assignment as an agent sees it.
pub async fn assignment(app: &TestApp, order_id: OrderId) -> Value {
    app.http(Role::Agent)
        .get(&format!("/v1/orders/{order_id}/assignment"))
        .await
        .expect(200)
        .body
}

/// A named dispatcher.
pub fn dispatcher(app: &TestApp, name: &str) -> Client {
    let life = std::time::Duration::from_secs(600);
    app.http_as(&app.world.issuer.mint(WebRole::Dispatcher, None, name, life))
}

/// A named editor of the directory.
pub fn editor(app: &TestApp, name: &str) -> Client {
    let life = std::time::Duration::from_secs(600);
    app.http_as(&app.world.issuer.mint(WebRole::DirectoryEditor, None, name, life))
}

/// The waiting orders as a dispatcher sees them.
pub async fn queue(app: &TestApp) -> Vec<Value> {
    let list = app
        .http(Role::Dispatcher)
        .get("/v1/manual-queue")
        .await
        .expect(200)
        .body;
    list["items"].as_array().unwrap().clone()
}

/// A question about night noise.
pub fn night_noise(division: &str) -> Value {
    json!({ "matter": "M040101", "kind": "grievance", "place": { "division": division },
            "facts": { "发生时刻": "23:30", "场所类型": "建筑工地" } })
}
