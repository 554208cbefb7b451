//! Answers that counted no more before the ladder knew of it: migration 0200 tells it.
use crate::harness::{Told, start};
use contracts::callback::AppealUpheldV1;
use contracts::ids::{AppealId, CallbackId};
use contracts::words::Satisfaction;
use serde_json::{Value, json};
use testkit::{Role, TestApp};
use uuid::Uuid;

const MIGRATION: &str = include_str!("../../migrations/0200_void_before.sql");

/// The platform's ladder, where it takes two denied claims.
async fn second_denial_counts(app: &TestApp) {
    let path = "/v1/policies/ladder";
    let ladder = app
        .http(Role::Leader)
        .get(path)
        .await
        .expect(200)
        .text("/document");
    let once = "when = { contradicted = 1 }";
    assert!(ladder.contains(once));
    let document = ladder.replace(once, "when = { contradicted = 2 }");
    let body = json!({ "document": document });
    app.http(Role::Admin).put(path, body).await.expect(200);
}

/// An order whose first denied answer counts no more; the ladder is told nothing of it, as it was before.
async fn refuted_before<'a>(app: &'a TestApp) -> (Told<'a>, CallbackId) {
    let told = Told::new(app);
    let denied = told.done(false, Satisfaction::NotSatisfied).await;
    told.contradicted(denied).await;
    told.tell(&AppealUpheldV1 {
        appeal_id: AppealId(Uuid::now_v7()),
        order_id: told.order_id,
        callback_id: denied,
        unit: told.unit.clone(),
        reason: "照片属实".to_owned(),
    })
    .await;
    app.settle().await;
    forget(&told).await;
    (told, denied)
}

async fn forget(told: &Told<'_>) {
    sqlx::query("update orders set pushes = pushes - 'void' where order_id = $1")
        .bind(told.order_id.uuid())
        .execute(told.app.db())
        .await
        .unwrap();
}

/// The next round is denied, too.
async fn denied_again(told: &Told<'_>) {
    told.reworked(1, 1).await;
    told.replied(1, 1).await;
    let second = told.said(1, false, Satisfaction::NotSatisfied).await;
    told.contradicted(second).await;
    told.app.settle().await;
}

async fn void_of(told: &Told<'_>) -> Value {
    sqlx::query_scalar("select coalesce(pushes -> 'void', 'null') from orders where order_id = $1")
        .bind(told.order_id.uuid())
        .fetch_one(told.app.db())
        .await
        .unwrap()
}

async fn migrate(app: &TestApp) -> u64 {
    let done = sqlx::raw_sql(MIGRATION).execute(app.db()).await.unwrap();
    done.rows_affected()
}

#[tokio::test]
async fn what_counted_no_more_before_raises_nothing_afterwards() {
    let app = start().await;
    second_denial_counts(&app).await;
    let (told, denied) = refuted_before(&app).await;
    let (other, _) = refuted_before(&app).await;
    let stands = Told::new(&app);
    let answer = stands.done(false, Satisfaction::NotSatisfied).await;
    stands.contradicted(answer).await;
    app.settle().await;

    assert_eq!(
        migrate(&app).await,
        2,
        "each order that counted too much, and no other"
    );
    assert_eq!(void_of(&told).await, json!([denied]));
    assert_eq!(void_of(&stands).await, Value::Null);
    assert_eq!(migrate(&app).await, 0, "once");

    // What it would be without it: the second denial of this one is the second that counts.
    forget(&other).await;
    denied_again(&other).await;
    denied_again(&told).await;
    let page = app
        .http(Role::Supervisor)
        .get("/v1/supervision-orders")
        .await
        .expect(200);
    let raised: Vec<&Value> = page.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| item["trigger"] == "contradicted")
        .map(|item| &item["order_id"])
        .collect();
    assert_eq!(raised, [&json!(other.order_id)]);
}
