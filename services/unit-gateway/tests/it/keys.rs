//! Keys of the units' systems: shown once, two at most, gone at once.
use crate::harness::{LEAD, Order, key, start};
use chrono::TimeDelta;
use serde_json::json;
use testkit::Role;

#[tokio::test(flavor = "multi_thread")]
async fn a_key_acts_for_its_unit_until_it_is_revoked() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    let (key_id, mine) = key(&app, LEAD).await;
    let (_, other) = key(&app, "U-OTHER").await;
    let sign = json!({ "generation": 1 });
    app.http_as(&other)
        .post(&order.path(LEAD, "sign"), sign.clone())
        .await
        .expect(403);
    app.http_as("uk_wrong")
        .post(&order.path(LEAD, "sign"), sign.clone())
        .await
        .expect(401);
    app.http_as(&mine)
        .post(&order.path(LEAD, "sign"), sign.clone())
        .await
        .expect(200);
    app.http_as(&mine)
        .get(&format!("/v1/units/{LEAD}/orders"))
        .await
        .expect(200);
    app.http_as(&mine)
        .put(&format!("/v1/units/{LEAD}/access"), json!({ "way": "rest" }))
        .await
        .expect(403);

    let keys = format!("/v1/units/{LEAD}/keys");
    app.http(Role::Admin)
        .delete(&format!("/v1/units/U-OTHER/keys/{key_id}"))
        .await
        .expect(404);
    app.http(Role::Admin)
        .delete(&format!("{keys}/{key_id}"))
        .await
        .expect(204);
    app.http(Role::Admin)
        .delete(&format!("{keys}/{key_id}"))
        .await
        .expect(204);
    app.http_as(&mine)
        .post(&order.path(LEAD, "sign"), sign)
        .await
        .expect(401);
    let listed = app.http(Role::Admin).get(&keys).await.expect(200);
    assert!(listed.body["items"][0]["revoked_at"].is_string() && !listed.body.to_string().contains("uk_"));
    let stored: String = sqlx::query_scalar("select string_agg(k::text, ' ') from unit_keys k")
        .fetch_one(app.db())
        .await
        .unwrap();
    assert!(!stored.contains(&mine[3..]), "only the hash is kept");
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_has_two_keys_at_most_and_they_expire() {
    let app = start().await;
    let (_, old) = key(&app, LEAD).await;
    app.clock.advance(TimeDelta::days(1));
    let keys = format!("/v1/units/{LEAD}/keys");
    let admin = app.http(Role::Admin);
    let (one, two) = tokio::join!(admin.post(&keys, json!({})), admin.post(&keys, json!({})));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "two administrators at the same moment");
    app.http_as(&old)
        .get(&format!("/v1/units/{LEAD}/orders"))
        .await
        .expect(200);
    app.clock.advance(TimeDelta::days(364));
    app.http_as(&old)
        .get(&format!("/v1/units/{LEAD}/orders"))
        .await
        .expect(401);
    admin.post(&keys, json!({})).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_gets_the_same_key_and_uses_up_nothing() {
    let app = start().await;
    let keys = format!("/v1/units/{LEAD}/keys");
    let admin = app.http(Role::Admin);
    let first = admin
        .post_with_key(&keys, json!({}), "lost-answer")
        .await
        .expect(201);
    app.clock.advance(TimeDelta::minutes(5));
    let again = admin
        .post_with_key(&keys, json!({}), "lost-answer")
        .await
        .expect(201);
    assert_eq!(first.body, again.body);
    assert_eq!(
        (
            first.headers.get("idempotency-replayed"),
            again
                .headers
                .get("idempotency-replayed")
                .map(|it| it.to_str().unwrap())
        ),
        (None, Some("true"))
    );
    app.http_as(&again.text("/key"))
        .get(&format!("/v1/units/{LEAD}/orders"))
        .await
        .expect(200);
    let second = admin.post_with_key(&keys, json!({}), "another").await.expect(201);
    let other = admin
        .post_with_key("/v1/units/U-OTHER/keys", json!({}), "lost-answer")
        .await
        .expect(201);
    let made = [first.text("/key"), second.text("/key"), other.text("/key")];
    assert!(made[0] != made[1] && made[0] != made[2], "{made:?}");
    admin.post_with_key(&keys, json!({}), "third").await.expect(409);
    let stored: String = sqlx::query_scalar("select string_agg(k::text, ' ') from unit_keys k")
        .fetch_one(app.db())
        .await
        .unwrap();
    assert!(
        made.iter().all(|key| !stored.contains(&key[3..])),
        "only hashes are kept"
    );
}
