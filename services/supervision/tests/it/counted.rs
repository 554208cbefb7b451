//! What counts of orders that left, and as of an earlier moment.
use crate::harness::{Told, start};
use crate::told_figures::{figures, rate};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::ids::ExtensionId;
use contracts::intake::OrderWithdrawnV1;
use contracts::terms::LimitUnit;
use contracts::unit_gateway::OrderExtensionRequestedV1;
use contracts::words::{ClockName, Outcome};
use serde_json::{Value, json};
use testkit::{Role, TestApp};
use uuid::Uuid;

async fn withdrawn(told: &Told<'_>, outcome: Outcome) {
    told.tell(&OrderWithdrawnV1 {
        order_id: told.order_id,
        complaint_id: told.complaint_id,
        outcome,
        transfer_id: None,
        reason: "不再需要".to_owned(),
        withdrawn_at: told.now(),
    })
    .await;
    told.app.settle().await;
}

fn set(app: &TestApp, local: &str) {
    app.clock
        .set(format!("2026-{local}+08:00").parse::<DateTime<Utc>>().unwrap());
}

async fn as_of(app: &TestApp, local: &str) -> Value {
    figures(app, &format!("by=unit&as_of=2026-{local}%2B08:00"), "U-1").await
}

#[tokio::test]
async fn an_order_that_was_late_stays_in_the_rates_when_it_leaves() {
    let app = start().await;
    let (late, early) = (Told::new(&app), Told::new(&app));
    late.under_way().await;
    early.under_way().await;
    withdrawn(&early, Outcome::Withdrawn).await;
    // Never signed, never replied; its total limit ends on April 1st.
    set(&app, "03-20T09:00:00");
    app.settle().await;
    withdrawn(&late, Outcome::Transferred).await;
    set(&app, "04-02T09:00:00");
    app.settle().await;
    let unit = figures(&app, "by=unit", "U-1").await;
    for (figure, expected) in [
        ("sign", "0/1"),
        ("response", "0/1"),
        ("finish", "0/1"),
        ("accuracy", "200/2"),
    ] {
        assert_eq!(
            rate(&unit, figure),
            expected,
            "{figure}: only what was due before it left"
        );
    }
    let path = "/v1/figures?from=2026-03-01&to=2026-04-02&by=city";
    let city = app.http(Role::Leader).get(path).await.expect(200).body;
    let total = &city["groups"][0]["figures"]["total"];
    assert!(
        total.is_null() || total["of"] == 0,
        "nobody finished it, and its total limit was not due: {total}"
    );
}

#[tokio::test]
async fn as_of_a_moment_nothing_later_counts() {
    let app = start().await;
    let (first, later) = (Told::new(&app), Told::new(&app));
    first.under_way().await;
    first.signed(1).await;
    app.settle().await;
    // Due on Monday the 9th; on that day two working days more are granted.
    set(&app, "03-09T10:00:00");
    let asked = OrderExtensionRequestedV1 {
        extension_id: ExtensionId(Uuid::now_v7()),
        order_id: first.order_id,
        unit: first.unit.clone(),
        generation: 1,
        clock: ClockName::Finish,
        amount: 2,
        amount_unit: LimitUnit::WorkingDays,
        reason: "配件在途".to_owned(),
        basis: "采购合同".to_owned(),
        requested_at: first.now(),
    };
    first.tell(&asked).await;
    app.settle().await;
    set(&app, "03-09T18:00:00");
    app.settle().await;
    let review = format!("/v1/extensions/{}/review", asked.extension_id);
    let verdict = json!({ "verdict": "granted", "amount": 2, "reason": "配件在途" });
    app.http(Role::Supervisor)
        .post(&review, verdict)
        .await
        .expect(200);
    set(&app, "03-10T09:00:00");
    later.under_way().await;
    set(&app, "03-31T09:00:00");
    app.settle().await;
    let (before, between, now) = (
        as_of(&app, "03-09T17:30:00").await,
        as_of(&app, "03-09T19:00:00").await,
        as_of(&app, "03-31T09:00:00").await,
    );
    assert_eq!(rate(&before, "finish"), "0/1", "late at that moment");
    assert_eq!(rate(&between, "finish"), "0/0", "the new limit was not due");
    assert_eq!(rate(&now, "finish"), "0/2");
    assert_eq!(
        rate(&between, "accuracy"),
        "100/1",
        "the second was dispatched the day after"
    );
    let drilled = app
        .http(Role::Supervisor)
        .get("/v1/figures/accuracy/orders?from=2026-03-01&to=2026-03-31&as_of=2026-03-09T19:00:00%2B08:00")
        .await
        .expect(200);
    let items = drilled.body["items"].as_array().unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["order_id"], json!(first.order_id));
    app.clock.advance(TimeDelta::seconds(1));
}
