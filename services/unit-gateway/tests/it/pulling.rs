//! The feed: never misses, never repeats, whoever serves it and however many write to it.
use crate::harness::{HELPER, LEAD, Order, feed, notices, settings, start};
use contracts::cause::{Asked, Cause};
use contracts::unit_gateway::OrderDeliveredV1;
use contracts::words::DeliveryWay;
use db::Db;
use futures::future::{join, join_all};
use runtime::{Parts, Service};
use std::collections::BTreeSet;
use telemetry::metrics::Metrics;
use testkit::{Client, Role, TestApp};
use unit_gateway::UnitGateway;
use unit_gateway::domain::order::{Assignment, OrderContent};
use unit_gateway::usecases::begin_assignment::{BeginAssignment, BeginAssignments};
use unit_gateway::usecases::store_order::StoreOrder;

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_that_waits_is_answered_when_a_document_comes() {
    let app = start().await;
    let unit = app.unit(LEAD);
    let path = format!("/v1/units/{LEAD}/orders?wait_ms=10000");
    let began = std::time::Instant::now();
    let (answer, ()) = join(unit.get(&path), async {
        Order::arrives(&app, LEAD, &[]).await;
        app.settle().await;
    })
    .await;
    let answer = answer.expect(200);
    assert_eq!(answer.body["items"].as_array().unwrap().len(), 1);
    assert!(
        began.elapsed() < std::time::Duration::from_secs(10),
        "not at the end of its wait"
    );
    // Nothing more comes: the wait ends, and that is no error.
    let next = unit
        .get(&format!("/v1/units/{LEAD}/orders?after=1&wait_ms=20"))
        .await
        .expect(200);
    assert_eq!(
        (next.body["items"].as_array().unwrap().len(), next.text("/next")),
        (0, "1".into())
    );
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_for_more_acknowledges_what_came() {
    let app = start().await;
    for _ in 0..3 {
        Order::arrives(&app, LEAD, &[]).await;
    }
    let path = format!("/v1/units/{LEAD}/orders");
    let first = app.unit(LEAD).get(&format!("{path}?limit=2")).await.expect(200);
    assert_eq!(
        (first.body["items"].as_array().unwrap().len(), first.text("/next")),
        (2, "2".into())
    );
    app.settle().await;
    assert!(
        app.published::<OrderDeliveredV1>().await.is_empty(),
        "an answer may be lost on the way"
    );
    let second = app
        .unit(LEAD)
        .get(&format!("{path}?after=2&limit=2"))
        .await
        .expect(200);
    assert_eq!(second.text("/items/0/cursor"), "3");
    app.settle().await;
    assert_eq!(app.published::<OrderDeliveredV1>().await.len(), 2);
    let third = app.unit(LEAD).get(&format!("{path}?after=3")).await.expect(200);
    assert_eq!(
        (third.body["items"].as_array().unwrap().len(), third.text("/next")),
        (0, "3".into())
    );
    app.unit(LEAD).get(&format!("{path}?after=3")).await.expect(200);
    app.settle().await;
    let delivered = app.published::<OrderDeliveredV1>().await;
    assert_eq!(delivered.len(), 3, "once each");
    assert!(delivered.iter().all(|fact| fact.data.way == DeliveryWay::Rest));
    for bad in [
        "after=-1",
        "after=x",
        "limit=0",
        "limit=201",
        "colour=red",
        "wait_ms=-1",
        "wait_ms=10001",
    ] {
        app.unit(LEAD).get(&format!("{path}?{bad}")).await.expect(400);
    }
    // A place that no document has had: nothing is acknowledged by it, and nothing is passed over.
    Order::arrives(&app, LEAD, &[]).await;
    let beyond = app
        .unit(LEAD)
        .get(&format!("{path}?after=999999"))
        .await
        .expect(400);
    assert_eq!(
        (beyond.text("/code"), beyond.text("/field")),
        ("invalid_field".into(), "after".into())
    );
    app.settle().await;
    assert_eq!(app.published::<OrderDeliveredV1>().await.len(), 3);
    let fourth = app.unit(LEAD).get(&format!("{path}?after=3")).await.expect(200);
    assert_eq!(fourth.text("/items/0/cursor"), "4");
    app.unit(LEAD).get(&format!("{path}?after=4")).await.expect(200);
    deliveries_are_listed(&app).await;
}

async fn deliveries_are_listed(app: &TestApp) {
    app.settle().await;
    let list = app
        .http(Role::Dispatcher)
        .get(&format!("/v1/units/{LEAD}/deliveries?state=delivered&limit=2"))
        .await
        .expect(200);
    assert_eq!(list.body["items"].as_array().unwrap().len(), 2);
    let rest = format!(
        "/v1/units/{LEAD}/deliveries?state=delivered&after={}",
        list.text("/next")
    );
    assert_eq!(
        app.http(Role::Supervisor).get(&rest).await.expect(200).body["items"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert!(
        app.http(Role::Admin)
            .get(&format!("/v1/units/{LEAD}/deliveries?state=waiting"))
            .await
            .expect(200)
            .body["items"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

/// Another process of the service on the same database: what a restart is, seen from outside.
async fn another_process(app: &TestApp) -> Client {
    let overrides: Vec<(String, String)> = settings(&app.world)
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .chain([
            ("auth.issuer".to_owned(), testkit_issuer()),
            ("auth.jwks_json".to_owned(), app.world.issuer.jwks().to_owned()),
        ])
        .collect();
    let loaded = runtime::settings::load::<UnitGateway>(None, &overrides).unwrap();
    let parts = Parts {
        db: Db::new(app.db().clone(), app.clock.clone()),
        bus: app.bus().clone(),
        metrics: Metrics::new("unit-gateway"),
    };
    let built = UnitGateway::build(parts, loaded.service).await.unwrap();
    let verifier = web::auth::Verifier::new(&loaded.auth).unwrap();
    let metrics = Metrics::new("unit-gateway");
    let router = web::router(
        built.table,
        web::Parts {
            verifier,
            keys: built.keys,
            metrics,
            config: loaded.http,
            texts: built.texts,
        },
    );
    Client::new(router, Some(app.world.unit_token(LEAD)))
}

/// As the harness sets it.
fn testkit_issuer() -> String {
    "https://issuer.test".to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cursor_outlives_the_process() {
    let app = start().await;
    Order::arrives(&app, LEAD, &[]).await;
    let page = app
        .unit(LEAD)
        .get(&format!("/v1/units/{LEAD}/orders"))
        .await
        .expect(200);
    Order::arrives(&app, LEAD, &[]).await;
    let restarted = another_process(&app).await;
    let page = restarted
        .get(&format!("/v1/units/{LEAD}/orders?after={}", page.text("/next")))
        .await
        .expect(200);
    assert_eq!(
        (
            page.body["items"].as_array().unwrap().len(),
            page.text("/items/0/cursor")
        ),
        (1, "2".into())
    );
    assert_eq!(notices(&feed(&app, LEAD, 1).await), ["assigned", "assigned"]);
    app.settle().await;
}

fn content(order: &Order) -> OrderContent {
    let event = order.registered();
    OrderContent {
        order_id: event.order_id,
        order_number: event.order_number,
        kind: event.kind,
        urgency: event.urgency,
        title: event.title,
        text: event.text,
        matter: event.matter,
        place: event.place,
        confidential: event.confidential,
        accepted_at: event.accepted_at,
        supplements: Vec::new(),
    }
}

fn assignment(order: &Order) -> BeginAssignment {
    let event = order.assigned(1, LEAD, &[HELPER]);
    let assignment = Assignment {
        lead: event.lead,
        co_handlers: event.co_handlers,
        matter: event.matter,
        terms: event.terms,
        assigned_at: event.assigned_at,
        return_until: event.return_until,
        return_right: event.return_right,
        why: event.explanation.zh,
    };
    BeginAssignment {
        order_id: order.id,
        generation: 1,
        assignment,
    }
}

/// Writers whose transactions overlap, as of several replicas.
async fn write(db: &Db, app: &TestApp, orders: usize) {
    let cause = Cause::asked_by("service:test", None);
    for _ in 0..orders {
        let order = Order::new(app);
        let store = Asked {
            cause: cause.clone(),
            command: content(&order),
        };
        db.execute(&StoreOrder, store).await.unwrap();
        db.execute(
            &BeginAssignments,
            Asked {
                cause: cause.clone(),
                command: assignment(&order),
            },
        )
        .await
        .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_beside_many_writers_sees_every_document_once_and_in_order() {
    const WRITERS: usize = 6;
    const ORDERS: usize = 15;
    let app = start().await;
    let db = Db::new(app.db().clone(), app.clock.clone());
    let writers = join_all((0..WRITERS).map(|_| write(&db, &app, ORDERS)));
    let reader = async {
        let (mut seen, mut after) = (Vec::new(), "0".to_owned());
        while seen.len() < WRITERS * ORDERS {
            let page = app
                .unit(LEAD)
                .get(&format!("/v1/units/{LEAD}/orders?after={after}&limit=7"))
                .await
                .expect(200);
            for item in page.body["items"].as_array().unwrap() {
                seen.push((
                    item["cursor"].as_str().unwrap().parse::<usize>().unwrap(),
                    item["subject"].as_str().unwrap().to_owned(),
                ));
            }
            after = page.text("/next");
        }
        seen
    };
    let (_, seen) = join(writers, reader).await;
    let cursors: Vec<usize> = seen.iter().map(|(cursor, _)| *cursor).collect();
    assert_eq!(cursors, (1..=WRITERS * ORDERS).collect::<Vec<_>>());
    let orders: BTreeSet<&String> = seen.iter().map(|(_, order)| order).collect();
    assert_eq!(orders.len(), WRITERS * ORDERS);
    app.settle().await;
}
