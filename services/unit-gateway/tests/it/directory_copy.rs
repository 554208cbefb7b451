//! Who there is comes from the directory, and stays known without NATS.
use crate::harness::start;
use bus::objects::Objects;
use contracts::directory_content::{DirectoryContentV1, EntryV1, OBJECT};
use serde_json::json;
use testkit::{Role, TestApp};

async fn distribute(app: &TestApp, version: i64, units: &[&str]) {
    let units: Vec<_> = units.iter().map(|unit| (*unit, None)).collect();
    distribute_below(app, version, &units).await;
}

/// Publishes a version: units, each with the one above it.
pub async fn distribute_below(app: &TestApp, version: i64, units: &[(&str, Option<&str>)]) {
    let unit = |(code, parent): &(&str, Option<&str>)| EntryV1 {
        code: (*code).to_owned(),
        name: format!("单位{code}"),
        level: "市级".to_owned(),
        parent: parent.map(str::to_owned),
        from: None,
        to: None,
    };
    let content = DirectoryContentV1 {
        version,
        published_at: app.clock.now(),
        divisions: Vec::new(),
        units: units.iter().map(unit).collect(),
        matters: Vec::new(),
        calendars: Vec::new(),
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

async fn put(app: &TestApp, unit: &str, status: u16) -> serde_json::Value {
    let body = json!({ "way": "rest" });
    app.http(Role::Admin)
        .put(&format!("/v1/units/{unit}/access"), body)
        .await
        .expect(status)
        .body
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_the_directory_does_not_have_gets_no_way() {
    let app = start().await;
    put(&app, "U-NOBODY", 200).await;
    distribute(&app, 1, &["U-ONE", "U-TWO"]).await;
    put(&app, "U-ONE", 200).await;
    let refused = put(&app, "U-ONCE", 422).await;
    assert_eq!(
        (&refused["code"], &refused["field"]),
        (&json!("unit_unknown"), &json!("unit"))
    );

    // The next version is taken over without a restart; an older one that turns up where it was lost is not.
    distribute(&app, 3, &["U-ONE", "U-ONCE"]).await;
    put(&app, "U-ONCE", 200).await;
    put(&app, "U-TWO", 422).await;
    let bucket = contracts::streams::directory(app.bus().namespace()).name;
    let store = app.bus().jetstream().get_object_store(bucket).await.unwrap();
    store.delete(OBJECT).await.unwrap();
    distribute(&app, 2, &["U-ONE", "U-TWO"]).await;
    put(&app, "U-TWO", 422).await;
    let kept = sqlx::query_scalar::<_, i64>("select version from directory_copy")
        .fetch_one(app.db())
        .await;
    assert_eq!(kept.unwrap(), 3);
}
