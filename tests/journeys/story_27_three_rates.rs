//! Story 27, 三率: response, resolution and satisfaction per unit and district, exclusions by two people, drill-down from each
//! figure to its orders; the closed month stays, and the balance adds up.
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::time::Duration;
use system_tests::Platform;
use system_tests::people::{complaint, content};
use testkit::{Client, Role};

const UNIT: &str = "SJ-MUNI";

fn unsolved() -> Value {
    json!({ "reached": true, "contacted": true, "solved": false, "result": "not_satisfied", "attitude": "satisfied", "remark": "没修好" })
}

fn person(platform: &Platform, name: &str) -> Client {
    let issuer = &platform.world.issuer;
    let token = issuer.mint_roles(&[Role::Supervisor], None, name, Duration::from_secs(3_600));
    platform.supervision.http_as(&token)
}

/// Two orders of one unit: one solved, one not.
async fn two_orders(platform: &Platform) -> [String; 2] {
    let mut orders = Vec::new();
    for answer in [content(), unsolved()] {
        let registered = platform.register(complaint("M020101", "995102002")).await;
        let order = registered.order().to_owned();
        platform.handled_by(UNIT, &order).await;
        platform.caller_says(&order, answer).await;
        orders.push(order);
    }
    platform.settle().await;
    orders.try_into().expect("two")
}

fn percent(figures: &Value, code: &str, figure: &str) -> Value {
    let groups = figures["groups"].as_array().expect("groups");
    let group = groups.iter().find(|group| group["code"] == code);
    group.unwrap_or_else(|| panic!("no {code} in {figures}"))["figures"][figure]["percent"].clone()
}

#[tokio::test]
async fn rates_lead_to_their_orders_and_a_closed_month_stays() {
    let platform = Platform::of_city("datong").await;
    let [_, bad] = two_orders(&platform).await;
    let (one, two) = (person(&platform, "one"), person(&platform, "two"));
    let now = platform.world.clock.now() + TimeDelta::hours(8);
    let (month, day) = (
        now.format("%Y-%m").to_string(),
        now.format("%Y-%m-%d").to_string(),
    );
    // Limits of these days are due within the next weeks.
    let last = (now + TimeDelta::days(21)).format("%Y-%m-%d").to_string();
    let span = format!("from={day}&to={last}");

    // Three rates per unit and per district.
    let units = one
        .get(&format!("/v1/figures?by=unit&{span}"))
        .await
        .expect(200)
        .body;
    let expected = [("response", 100.0), ("resolution", 50.0), ("satisfaction", 50.0)];
    for (figure, rate) in expected {
        assert_eq!(percent(&units, UNIT, figure), json!(rate), "{figure}");
    }
    let districts = one
        .get(&format!("/v1/figures?by=district&{span}"))
        .await
        .expect(200)
        .body;
    assert_eq!(percent(&districts, "995102", "resolution"), json!(50.0));
    let behind = one
        .get(&format!("/v1/figures/resolution/orders?part=less&{span}"))
        .await
        .expect(200);
    assert_eq!(behind.text("/items/0/order_id"), bad);

    // Excluded by two people, and listed.
    let form = json!({ "order_id": bad, "reason": "impossible", "note": "管线权属不明" });
    let asked = one
        .post("/v1/exclusions", form)
        .await
        .expect(201)
        .text("/exclusion_id");
    let review = format!("/v1/exclusions/{asked}/review");
    let granted = json!({ "verdict": "granted", "note": "同意" });
    one.post(&review, granted.clone()).await.expect(409);
    two.post(&review, granted).await.expect(200);
    let units = one
        .get(&format!("/v1/figures?by=unit&{span}"))
        .await
        .expect(200)
        .body;
    assert_eq!(percent(&units, UNIT, "resolution"), json!(100.0));
    assert_eq!(
        one.get("/v1/exclusions?state=granted")
            .await
            .expect(200)
            .text("/items/0/order_id"),
        bad
    );

    adds_up(&one, &day).await;
    closed_month(&platform, &one, &month).await;
}

/// Nothing got lost on the way.
async fn adds_up(one: &Client, day: &str) {
    let balance = one
        .get(&format!("/v1/balance?from={day}&to={day}"))
        .await
        .expect(200)
        .body;
    assert_eq!(
        (&balance["received"], &balance["nothing"]),
        (&json!(2), &json!(0)),
        "{balance}"
    );
    let differences = one
        .get(&format!("/v1/balance/differences?from={day}&to={day}"))
        .await
        .expect(200);
    assert_eq!(differences.body["items"], json!([]));
}

/// The month recomputed later gives the same score.
async fn closed_month(platform: &Platform, one: &Client, month: &str) {
    platform.world.clock.advance(TimeDelta::days(32));
    platform.settle().await;
    let reason = json!({ "reason": "月度考核" });
    one.post(&format!("/v1/scores/{month}/closing"), reason)
        .await
        .expect(202);
    platform.settle().await;
    let closed = one.get(&format!("/v1/scores/{month}")).await.expect(200).body;
    assert_eq!(closed["closed"], true);
    platform.world.clock.advance(TimeDelta::days(200));
    let later = person(platform, "later");
    let again = later.get(&format!("/v1/scores/{month}")).await.expect(200).body;
    assert_eq!(again["groups"], closed["groups"]);
    let check = later.get(&format!("/v1/scores/{month}/check")).await.expect(200);
    assert_eq!(check.body["differences"], json!([]));
}
