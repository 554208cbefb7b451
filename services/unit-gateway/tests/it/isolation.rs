//! A unit reads its own orders, acts as itself and creates nothing: tried in every way, over NATS against a real server that
//! asks us who is who, and over REST.
use crate::guarded::{Guarded, bearer};
use crate::harness::{LEAD, Order, access, key, notices, start};
use contracts::subjects::Namespace;
use serde_json::{Value, json};
use testkit::Role;
use uuid::Uuid;

const OTHER: &str = "U-OTHER";

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_logs_in_with_its_key_and_is_out_when_that_is_withdrawn() {
    let guarded = Guarded::start().await;
    let app = &guarded.app;
    let namespace = Namespace::new(&app.world.namespace);
    access(app, LEAD, json!({ "way": "nats" })).await;
    let (key_id, mine) = key(app, LEAD).await;
    let order = Order::arrives(app, LEAD, &[]).await;
    let mut system = guarded.connect(LEAD, &mine).await.unwrap();
    let told = system.takes(&namespace, LEAD).await;
    assert_eq!(notices(std::slice::from_ref(&told)), ["assigned"]);
    let sign = json!({ "order_id": order.id, "generation": 1 });
    let subject = namespace.unit_command(&LEAD.into(), "sign");
    let signed = system.ask(subject, bearer(&mine), &sign).await;
    assert_eq!(signed["state"], "signed", "{signed}");

    let (_, others) = key(app, OTHER).await;
    for (user, password) in [
        (LEAD, "uk_wrong"),
        (LEAD, others.as_str()),
        (OTHER, mine.as_str()),
        ("", mine.as_str()),
        ("units", "wrong"),
        ("x.>", mine.as_str()),
    ] {
        let refused = guarded.connect(user, password).await;
        assert!(refused.is_err(), "{user} {password}");
    }
    let admin = app.http(Role::Admin);
    let denials = admin.get("/v1/unit-denials").await.expect(200).body;
    let denied = |unit: &str, code: &str| {
        let items = denials["items"].as_array().unwrap();
        items
            .iter()
            .any(|item| item["unit"] == unit && item["code"] == code && item["way"] == "nats_login")
    };
    assert!(denied(LEAD, "token_invalid") && denied(LEAD, "wrong_unit") && denied(OTHER, "wrong_unit"));
    assert!(denied("?", "wrong_unit"), "{denials}");

    // A rotation: the new key works while the old one does, and the old one ends at once.
    let (_, second) = key(app, LEAD).await;
    let _rotated = guarded.connect(LEAD, &second).await.unwrap();
    admin
        .delete(&format!("/v1/units/{LEAD}/keys/{key_id}"))
        .await
        .expect(204);
    system.hears("disconnected").await;
    assert!(guarded.connect(LEAD, &mine).await.is_err());
    // Withdrawn by another replica, while this one remembers the key: a login looks again.
    drop(guarded.connect(LEAD, &second).await.unwrap());
    sqlx::query(
        "update unit_keys set revoked_at = $1, revoked_by = 'admin' where revoked_at is null and unit = $2",
    )
    .bind(app.clock.now())
    .bind(LEAD)
    .execute(app.db())
    .await
    .unwrap();
    assert!(guarded.connect(LEAD, &second).await.is_err());
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_withdraws_a_key_is_told_of_connections_that_go_on() {
    // The server refuses us in the system account.
    let guarded = Guarded::start_as("wrong").await;
    let app = &guarded.app;
    let (key_id, mine) = key(app, LEAD).await;
    let system = guarded.connect(LEAD, &mine).await.unwrap();
    let admin = app.http(Role::Admin);
    // However often it is asked: nothing is taken for ended that was not.
    for _ in 0..2 {
        let path = format!("/v1/units/{LEAD}/keys/{key_id}");
        let withdrawn = admin.delete(&path).await.expect(202);
        assert_eq!(withdrawn.body["connections_left"], 1);
        let until = withdrawn.text("/until").parse::<chrono::DateTime<chrono::Utc>>();
        assert_eq!(until.unwrap(), app.clock.now() + chrono::TimeDelta::hours(1));
    }
    assert!(
        system.client.flush().await.is_ok(),
        "as was said, the connection goes on"
    );
    assert!(guarded.connect(LEAD, &mine).await.is_err());
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_lets_a_unit_do_nothing_that_is_another_units() {
    let guarded = Guarded::start().await;
    let app = &guarded.app;
    let namespace = Namespace::new(&app.world.namespace);
    for unit in [LEAD, OTHER] {
        access(app, unit, json!({ "way": "nats" })).await;
    }
    let (_, mine) = key(app, LEAD).await;
    let theirs = Order::arrives(app, OTHER, &[]).await;
    let mut system = guarded.connect(LEAD, &mine).await.unwrap();
    for subject in forbidden(&namespace) {
        system.publish(subject.clone(), &json!({})).await;
        let heard = system.hears("permissions violation").await;
        assert!(heard.contains(&subject), "{subject}: {heard}");
    }
    for subject in [
        ">".to_owned(),
        "_INBOX.>".to_owned(),
        format!("_INBOX_{OTHER}.>"),
        "$SYS.REQ.USER.AUTH".to_owned(),
        "$JS.>".to_owned(),
        namespace.all_unit_orders(),
        namespace.all_unit_commands(),
        namespace.unit_orders(&OTHER.into()),
        namespace.unit_orders(&LEAD.into()),
    ] {
        let _subscription = system.client.subscribe(subject.clone()).await.unwrap();
        let heard = system.hears("permissions violation").await;
        assert!(heard.contains(&subject), "{subject}: {heard}");
    }
    // Its own door is open, for its own orders only.
    for (id, code) in [
        (theirs.id.uuid(), "order_unknown"),
        (Uuid::now_v7(), "order_unknown"),
    ] {
        let sign = json!({ "order_id": id, "generation": 1 });
        let subject = namespace.unit_command(&LEAD.into(), "sign");
        assert_eq!(system.ask(subject, bearer(&mine), &sign).await["code"], code);
    }
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_rest_a_unit_meets_the_same_walls() {
    let app = start().await;
    let (_, mine) = key(&app, LEAD).await;
    let theirs = Order::arrives(&app, OTHER, &[]).await;
    let own = Order::arrives(&app, LEAD, &[]).await;
    for caller in [app.http_as(&mine), app.unit(LEAD)] {
        for path in [
            format!("/v1/units/{OTHER}/orders"),
            format!("/v1/units/{OTHER}/orders/{}", theirs.id),
            format!("/v1/units/{OTHER}/orders/{}", own.id),
            theirs.path(OTHER, "attachments"),
            format!("/v1/units/{OTHER}/keys"),
            format!("/v1/units/{OTHER}/access"),
            format!("/v1/units/{OTHER}/deliveries"),
            format!("/v1/units/{OTHER}/attempts"),
            format!("/v1/units/{LEAD}/keys"),
            format!("/v1/orders/{}/handling", theirs.id),
            "/v1/unit-access".to_owned(),
            "/v1/unit-denials".to_owned(),
        ] {
            caller.get(&path).await.expect(403);
        }
        let unknown = caller
            .get(&format!("/v1/units/{LEAD}/orders/{}", theirs.id))
            .await
            .expect(404);
        assert_eq!(unknown.text("/code"), "order_unknown");
        for (verb, body) in bodies() {
            caller
                .post(&theirs.path(OTHER, verb), body.clone())
                .await
                .expect(403);
            let refused = caller.post(&theirs.path(LEAD, verb), body).await.expect(404);
            assert_eq!(refused.text("/code"), "order_unknown", "{verb}");
        }
        let appeal = json!({ "callback_id": Uuid::now_v7(), "ground": "x" });
        caller
            .post(&theirs.path(OTHER, "appeals"), appeal.clone())
            .await
            .expect(403);
        let refused = caller
            .post(&theirs.path(LEAD, "appeals"), appeal)
            .await
            .expect(404);
        assert_eq!(refused.text("/code"), "answer_unknown");
        for path in [
            format!("/v1/units/{LEAD}/keys"),
            format!("/v1/units/{LEAD}/ping"),
            format!("/v1/units/{LEAD}/replays"),
        ] {
            caller.post(&path, json!({})).await.expect(403);
        }
        let way = json!({ "way": "rest" });
        caller
            .put(&format!("/v1/units/{LEAD}/access"), way)
            .await
            .expect(403);
    }
    app.settle().await;
}

/// A good body of every verb.
fn bodies() -> Vec<(&'static str, Value)> {
    vec![
        ("sign", json!({ "generation": 1 })),
        ("respond", json!({ "generation": 1, "how": "called" })),
        ("progress", json!({ "generation": 1, "note": "x" })),
        (
            "return-requests",
            json!({ "generation": 1, "reason_code": "duplicate", "basis": "x" }),
        ),
        (
            "extension-requests",
            json!({ "generation": 1, "clock": "finish", "amount": 1, "amount_unit": "hours", "reason": "x", "basis": "x" }),
        ),
        (
            "co-handlers",
            json!({ "generation": 1, "co_handlers": ["U-1"], "reason": "x" }),
        ),
        ("parts", json!({ "generation": 1, "done": true, "text": "x" })),
        (
            "reply",
            json!({ "generation": 1, "solved": true, "text": "x", "contacted": true }),
        ),
    ]
}

/// Subjects that belong to others, or to nobody but the platform.
fn forbidden(namespace: &Namespace) -> Vec<String> {
    let stream = namespace.stream("UNITS");
    let (own, other) = (
        Namespace::unit_durable(&LEAD.into()),
        Namespace::unit_durable(&OTHER.into()),
    );
    let order = |unit: &str, notice: &str| namespace.unit_order(&unit.into(), notice);
    let api = |rest: String| format!("$JS.API.{rest}");
    vec![
        // Reading what is another unit's, or everybody's.
        api(format!("CONSUMER.INFO.{stream}.{other}")),
        api(format!("CONSUMER.MSG.NEXT.{stream}.{other}")),
        api(format!("CONSUMER.LIST.{stream}")),
        api(format!("CONSUMER.NAMES.{stream}")),
        api(format!("STREAM.INFO.{stream}")),
        api(format!("STREAM.MSG.GET.{stream}")),
        api(format!("DIRECT.GET.{stream}")),
        api(format!("DIRECT.GET.{stream}.{}", order(OTHER, "assigned"))),
        api("INFO".to_owned()),
        api("STREAM.LIST".to_owned()),
        // Making, changing or deleting something.
        api(format!("CONSUMER.CREATE.{stream}.{own}.{}", order(LEAD, ">"))),
        api(format!("CONSUMER.CREATE.{stream}.mine")),
        api(format!("CONSUMER.DURABLE.CREATE.{stream}.{own}")),
        api(format!("CONSUMER.DELETE.{stream}.{own}")),
        api(format!("CONSUMER.PAUSE.{stream}.{other}")),
        api("STREAM.CREATE.MINE".to_owned()),
        api(format!("STREAM.UPDATE.{stream}")),
        api(format!("STREAM.PURGE.{stream}")),
        api(format!("STREAM.MSG.DELETE.{stream}")),
        // Acknowledging another unit's documents, or saying that they were not read.
        format!("$JS.ACK.{stream}.{other}.1.1.1.1.0"),
        format!("$JS.ACK._.HASH.{stream}.{other}.1.1.1.1.0.x"),
        // Speaking for another unit, and forging documents, also its own.
        namespace.unit_command(&OTHER.into(), "sign"),
        namespace.unit_command(&OTHER.into(), "contact"),
        namespace.unit_command(&OTHER.into(), "call"),
        namespace.unit_command(&OTHER.into(), "appeal"),
        order(OTHER, "assigned"),
        order(LEAD, "assigned"),
        format!("_INBOX_{OTHER}.x"),
        // The platform's own affairs.
        "evt.s01.intake.order.registered.v1".to_owned(),
        "$SYS.REQ.USER.AUTH".to_owned(),
        "$SYS.REQ.SERVER.PING".to_owned(),
    ]
}
