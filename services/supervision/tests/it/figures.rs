//! Events in; rates, drill-downs, exclusions and closed months out.
use crate::harness::{Told, start};
use crate::told_figures::{figures, rate, three};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use testkit::Role;
use uuid::Uuid;

const MARCH: &str = "from=2026-03-01&to=2026-03-31";

#[tokio::test]
async fn rates_are_counted_from_what_services_told() {
    let app = start().await;
    let _ = three(&app).await;
    let unit = figures(&app, "by=unit", "U-1").await;
    for (figure, expected) in [
        ("response", "200/3"),
        ("sign", "200/3"),
        // Replied at once twice; the third never; and the rework round is late too.
        ("finish", "200/4"),
        ("resolution", "100/2"),
        ("satisfaction", "100/2"),
        ("attitude", "200/2"),
        ("one_time", "100/2"),
        ("rework", "100/2"),
        ("contradicted", "100/2"),
        ("accuracy", "300/3"),
        ("return", "0/3"),
    ] {
        assert_eq!(rate(&unit, figure), expected, "{figure}");
    }
    let district = figures(&app, "by=district", "990102").await;
    assert_eq!(rate(&district, "accuracy"), "300/3");
    let kind = figures(&app, "by=kind", "help").await;
    assert_eq!(rate(&kind, "resolution"), "100/2");
    assert_eq!(figures(&app, "by=unit&matter=M9", "U-1").await, Value::Null);
}

#[tokio::test]
async fn behind_every_figure_are_exactly_its_orders() {
    let app = start().await;
    let [good, bad, late] = three(&app).await;
    let supervisor = app.http(Role::Supervisor);
    let ids = |body: &Value| {
        let items = body["items"].as_array().unwrap().iter();
        let mut ids: Vec<String> = items
            .map(|i| i["order_id"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    };
    for (path, mut expected) in [
        ("response/orders", vec![good, bad, late]),
        ("response/orders?part=less", vec![late]),
        ("finish/orders?part=less", vec![bad, late]),
        ("contradicted/orders?part=full", vec![bad]),
        ("resolution/orders?part=full&unit=U-1", vec![good]),
        ("resolution/orders?unit=U-2", vec![]),
    ] {
        let (path, rest) = path.split_once('?').unwrap_or((path, ""));
        let found = supervisor
            .get(&format!("/v1/figures/{path}?{MARCH}&{rest}"))
            .await
            .expect(200);
        expected.sort();
        assert_eq!(
            ids(&found.body),
            expected.iter().map(Uuid::to_string).collect::<Vec<_>>(),
            "{path} {rest}"
        );
    }
    let first = supervisor
        .get(&format!("/v1/figures/sign/orders?{MARCH}&limit=2"))
        .await
        .expect(200);
    let after = first.text("/next");
    let second = supervisor
        .get(&format!("/v1/figures/sign/orders?{MARCH}&limit=2&after={after}"))
        .await
        .expect(200);
    assert_eq!(
        (
            first.body["items"].as_array().unwrap().len(),
            second.body["items"].as_array().unwrap().len()
        ),
        (2, 1)
    );
}

#[tokio::test]
async fn questions_that_cannot_be_answered_name_their_field_and_leaders_see_no_single_orders() {
    let app = start().await;
    let supervisor = app.http(Role::Supervisor);
    let bad = supervisor
        .post("/v1/scores/2026-3/closing", json!({ "reason": "x" }))
        .await
        .expect(400);
    assert_eq!(bad.text("/field"), "period");
    for (path, status, field) in [
        (
            "/v1/figures/joy/orders?from=2026-03-01&to=2026-03-31",
            404,
            Value::Null,
        ),
        ("/v1/figures?from=2026-03-02&to=2026-03-01", 400, json!("to")),
        (
            "/v1/figures?from=2026-03-01&to=2026-03-31&by=colour",
            400,
            json!("by"),
        ),
        ("/v1/figures?from=x&to=2026-03-31", 400, json!("from")),
        (
            "/v1/figures/sign/orders?from=2026-03-01&to=2026-03-31&part=some",
            400,
            json!("part"),
        ),
    ] {
        assert_eq!(
            supervisor.get(path).await.expect(status).body["field"],
            field,
            "{path}"
        );
    }
    app.http(Role::Leader)
        .get(&format!("/v1/figures/sign/orders?{MARCH}"))
        .await
        .expect(403);
}

#[tokio::test]
async fn as_of_an_earlier_moment_figures_are_what_they_were() {
    let app = start().await;
    let begun: DateTime<Utc> = app.clock.now();
    let _ = three(&app).await;
    let moment = (begun + TimeDelta::hours(4)).to_rfc3339().replace('+', "%2B");
    let then = figures(&app, &format!("by=unit&as_of={moment}"), "U-1").await;
    assert_eq!(rate(&then, "sign"), "200/3", "the sign limits had passed");
    assert_eq!(rate(&then, "finish"), "200/2", "the others were not due");
}

#[tokio::test]
async fn a_return_that_is_upheld_is_the_dispatch_s_mistake_and_a_rejected_one_the_unit_s() {
    let app = start().await;
    let (right, wrong) = (Told::new(&app), Told::new(&app));
    right.under_way().await;
    wrong.under_way().await;
    let upheld = right.return_requested(1).await;
    right.return_upheld(1, upheld).await;
    let rejected = wrong.return_requested(1).await;
    wrong.return_rejected(1, rejected).await;
    app.clock.advance(TimeDelta::days(1));
    app.settle().await;
    let unit = figures(&app, "by=unit", "U-1").await;
    assert_eq!(rate(&unit, "accuracy"), "100/2");
    assert_eq!(rate(&unit, "return"), "200/2");
    assert_eq!(rate(&unit, "wrong_return"), "100/2");
    assert_eq!(
        rate(&unit, "sign"),
        "0/1",
        "of the order that is not its own nothing counts"
    );
}
