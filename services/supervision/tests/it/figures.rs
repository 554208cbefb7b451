//! Events in; rates, drill-downs, exclusions and closed months out.
use crate::harness::{Told, start};
use crate::told_figures::{figures, rate};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::callback::JudgementMadeV1;
use contracts::ids::JudgementId;
use contracts::supervision::{ExclusionGrantedV1, ScoreChangedV1};
use contracts::words::{Finding, Satisfaction};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Client, Role, TestApp};
use uuid::Uuid;

const MARCH: &str = "from=2026-03-01&to=2026-03-31";

fn person(app: &TestApp, name: &str, role: Role) -> Client {
    let life = Duration::from_secs(3_600);
    app.http_as(&app.world.issuer.mint_roles(&[role], None, name, life))
}

/// The only unit of a month.
fn line(scores: &Value) -> Value {
    scores["groups"][0]["units"][0].clone()
}

/// One well done; one denied and reworked; one never replied and late by the end.
async fn three(app: &TestApp) -> [Uuid; 3] {
    let (good, bad, late) = (Told::new(app), Told::new(app), Told::new(app));
    good.done(true, Satisfaction::Satisfied).await;
    let denied = bad.done(false, Satisfaction::NotSatisfied).await;
    bad.contradicted(denied).await;
    bad.reworked(1, 1).await;
    late.under_way().await;
    app.clock.advance(TimeDelta::days(10));
    app.settle().await;
    [good, bad, late].map(|told| told.order_id.uuid())
}

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

#[tokio::test]
async fn an_exclusion_needs_a_second_person_and_stays_listed() {
    let app = start().await;
    let [_, bad, _] = three(&app).await;
    let (one, two) = (
        person(&app, "one", Role::Supervisor),
        person(&app, "two", Role::Supervisor),
    );
    let form = json!({ "order_id": bad, "figures": ["resolution", "one_time"], "reason": "impossible", "note": "管线已废弃" });
    let asked = one.post("/v1/exclusions", form.clone()).await.expect(201);
    let path = format!("/v1/exclusions/{}/review", asked.text("/exclusion_id"));
    let verdict = json!({ "verdict": "granted", "note": "属实" });
    assert_eq!(
        rate(&figures(&app, "by=unit", "U-1").await, "resolution"),
        "100/2"
    );
    assert_eq!(
        one.post(&path, verdict.clone()).await.expect(409).text("/code"),
        "second_person_needed"
    );
    two.post(&path, verdict.clone()).await.expect(200);
    assert_eq!(
        two.post(&path, verdict).await.expect(409).text("/code"),
        "exclusion_decided"
    );
    app.settle().await;
    let unit = figures(&app, "by=unit", "U-1").await;
    assert_eq!(
        (rate(&unit, "resolution"), rate(&unit, "satisfaction")),
        ("100/1".to_owned(), "100/2".to_owned())
    );
    let out = one
        .get(&format!("/v1/figures/resolution/orders?{MARCH}&part=excluded"))
        .await
        .expect(200);
    assert_eq!(out.text("/items/0/exclusion_id"), asked.text("/exclusion_id"));
    let listed = one
        .get(&format!("/v1/exclusions?state=granted&order_id={bad}"))
        .await
        .expect(200);
    assert_eq!(
        (
            listed.text("/items/0/requested_by"),
            listed.text("/items/0/reviewed_by")
        ),
        ("agent:one".to_owned(), "agent:two".to_owned())
    );
    assert_eq!(app.published::<ExclusionGrantedV1>().await.len(), 1);
    let gone = sqlx::query("delete from exclusions").execute(app.db()).await;
    assert!(gone.unwrap_err().to_string().contains("append-only"));
    let with = |field: &str, value: Value| {
        let mut form = form.clone();
        form[field] = value;
        form
    };
    for (form, status, field) in [
        (with("reason", json!("mood")), 400, json!("reason")),
        (with("figures", json!(["joy"])), 400, json!("figures")),
        (with("note", json!(" ")), 400, json!("note")),
        (with("order_id", json!(Uuid::now_v7())), 404, Value::Null),
        (with("generation", json!(7)), 404, Value::Null),
    ] {
        assert_eq!(
            one.post("/v1/exclusions", form).await.expect(status).body["field"],
            field
        );
    }
}

#[tokio::test]
async fn an_answer_that_two_people_judged_counts_in_no_figure() {
    let app = start().await;
    let told = Told::new(&app);
    let answer = told.done(false, Satisfaction::NotSatisfied).await;
    let judged = JudgementMadeV1 {
        judgement_id: JudgementId(Uuid::now_v7()),
        order_id: told.order_id,
        callback_ids: vec![answer],
        unit: told.unit.clone(),
        generation: 1,
        finding: Finding::Impossible,
        reason: "超出法定职责".to_owned(),
    };
    told.tell(&judged).await;
    app.settle().await;
    let unit = figures(&app, "by=unit", "U-1").await;
    assert_eq!(
        (rate(&unit, "resolution"), rate(&unit, "accuracy")),
        ("0/0".to_owned(), "100/1".to_owned())
    );
}

#[tokio::test]
async fn a_closed_month_stays_what_it_was_and_a_correction_is_a_new_revision() {
    let app = start().await;
    let [_, bad, _] = three(&app).await;
    let (one, two) = (
        person(&app, "one", Role::Supervisor),
        person(&app, "two", Role::Admin),
    );
    let reason = json!({ "reason": "月度考核" });
    assert_eq!(
        one.post("/v1/scores/2026-03/closing", reason.clone())
            .await
            .expect(409)
            .text("/code"),
        "period_open"
    );
    let open = one.get("/v1/scores/2026-03").await.expect(200);
    assert_eq!(open.body["closed"], false);
    app.clock.advance(TimeDelta::days(25));
    app.settle().await;
    assert_eq!(
        two.post("/v1/scores/2026-03/corrections", reason.clone())
            .await
            .expect(409)
            .text("/code"),
        "period_open"
    );
    one.post("/v1/scores/2026-03/closing", reason.clone())
        .await
        .expect(202);
    app.settle().await;
    let closed = one.get("/v1/scores/2026-03").await.expect(200);
    assert_eq!(
        (&closed.body["closed"], &closed.body["revision"]),
        (&json!(true), &json!(1))
    );
    let live = line(&open.body);
    assert_eq!(
        line(&closed.body)["score"],
        live["score"],
        "nothing of the month happened since"
    );
    assert_eq!(
        one.post("/v1/scores/2026-03/closing", reason.clone())
            .await
            .expect(409)
            .text("/code"),
        "period_closed"
    );
    // An exclusion after the closing changes nothing by itself.
    let form = json!({ "order_id": bad, "reason": "unreasonable", "note": "诉求超出政策" });
    let asked = one
        .post("/v1/exclusions", form)
        .await
        .expect(201)
        .text("/exclusion_id");
    two.post(
        &format!("/v1/exclusions/{asked}/review"),
        json!({ "verdict": "granted", "note": "同意" }),
    )
    .await
    .expect(200);
    app.clock.advance(TimeDelta::days(240));
    let december = one.get("/v1/scores/2026-03").await.expect(200);
    assert_eq!(line(&december.body), line(&closed.body));
    let check = one.get("/v1/scores/2026-03/check").await.expect(200);
    assert_eq!(check.body["differences"], json!([]));
    corrected(&app, &closed.body).await;
}

/// A correction is one more revision; the first stays.
async fn corrected(app: &TestApp, closed: &Value) {
    let (one, two) = (
        person(app, "one", Role::Supervisor),
        person(app, "two", Role::Admin),
    );
    two.post("/v1/scores/2026-03/corrections", json!({ "reason": "剔除一件" }))
        .await
        .expect(202);
    app.settle().await;
    let corrected = one.get("/v1/scores/2026-03").await.expect(200);
    assert_eq!(corrected.body["revision"], 2);
    assert!(line(&corrected.body)["score"].as_f64() > line(closed)["score"].as_f64());
    let first = one.get("/v1/scores/2026-03?revision=1").await.expect(200);
    assert_eq!(line(&first.body), line(closed));
    for revision in [1, 2] {
        let check = one
            .get(&format!("/v1/scores/2026-03/check?revision={revision}"))
            .await
            .expect(200);
        assert_eq!(check.body["differences"], json!([]), "revision {revision}");
    }
    let told = app.published::<ScoreChangedV1>().await;
    assert_eq!(told.iter().map(|e| e.data.revision).collect::<Vec<_>>(), [1, 2]);
    one.get("/v1/scores/2026-03?revision=3").await.expect(404);
    for statement in [
        "update score_lines set rank = 1",
        "delete from score_cases",
        "delete from score_revisions",
    ] {
        assert!(
            sqlx::query(statement).execute(app.db()).await.is_err(),
            "{statement}"
        );
    }
}

#[tokio::test]
async fn every_deduction_points_at_its_order_and_its_rule() {
    let app = start().await;
    let [good, bad, late] = three(&app).await;
    let supervisor = app.http(Role::Supervisor).header("accept-language", "zh-CN");
    let entries = supervisor
        .get("/v1/scores/2026-03/units/U-1/entries")
        .await
        .expect(200);
    let mut found: Vec<(String, String, f64)> = entries.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| {
            (
                e["name"].as_str().unwrap().to_owned(),
                e["order_id"].as_str().unwrap().to_owned(),
                e["points"].as_f64().unwrap(),
            )
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut expected = vec![
        ("超期办结".to_owned(), bad.to_string(), -0.2),
        ("超期办结".to_owned(), late.to_string(), -0.2),
        ("超期签收".to_owned(), late.to_string(), -0.05),
        ("虚假回复".to_owned(), bad.to_string(), -1.0),
        ("未一次办结".to_owned(), bad.to_string(), -0.1),
        ("满意件".to_owned(), good.to_string(), 0.01),
    ];
    expected.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.cmp(&b.1)));
    assert_eq!(found, expected);
}
