//! Months that are closed and corrected, exclusions and judgements, deductions with their rules.
use crate::harness::{Told, start};
use crate::told_figures::{figures, person, rate, three};
use chrono::TimeDelta;
use contracts::callback::JudgementMadeV1;
use contracts::ids::JudgementId;
use contracts::supervision::{ExclusionGrantedV1, ScoreChangedV1};
use contracts::words::{Finding, Satisfaction};
use serde_json::{Value, json};
use testkit::{Role, TestApp};
use uuid::Uuid;

const MARCH: &str = "from=2026-03-01&to=2026-03-31";

/// The only unit of a month.
fn line(scores: &Value) -> Value {
    scores["groups"][0]["units"][0].clone()
}

/// An auditor asks, and takes it back; of what somebody else asked for they say nothing.
async fn taken_back(app: &TestApp, form: &Value) {
    let (one, auditor) = (
        person(app, "one", Role::Supervisor),
        person(app, "three", Role::Auditor),
    );
    let no = json!({ "verdict": "denied", "note": "填错了单" });
    let own = auditor.post("/v1/exclusions", form.clone()).await.expect(201);
    let own = format!("/v1/exclusions/{}/review", own.text("/exclusion_id"));
    assert_eq!(
        auditor.post(&own, no.clone()).await.expect(200).text("/state"),
        "denied"
    );
    let other = one.post("/v1/exclusions", form.clone()).await.expect(201);
    let other = format!("/v1/exclusions/{}/review", other.text("/exclusion_id"));
    assert_eq!(
        auditor.post(&other, no.clone()).await.expect(403).text("/code"),
        "not_reviewer"
    );
    assert_eq!(one.post(&other, no).await.expect(200).text("/state"), "denied");
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
    taken_back(&app, &form).await;
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
