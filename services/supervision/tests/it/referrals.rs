//! Referrals to discipline inspection: the whole record of an order as one document that nobody changes.
use crate::harness::{Told, start};
use contracts::supervision::ReferralMadeV1;
use serde_json::{Value, json};
use testkit::{Role, TestApp};

fn form(told: &Told<'_>) -> Value {
    json!({ "order_id": told.order_id, "unit": "U-1", "to": "市纪委监委", "reason": "三次<b>督办</b>未办结，联系19900007037",
            "number": "YS2026000003" })
}

async fn record(app: &TestApp, referral: &Value) -> Value {
    let path = format!(
        "/v1/referrals/{}/record",
        referral["referral_id"].as_str().unwrap()
    );
    app.http(Role::Auditor).get(&path).await.expect(200).body
}

/// The page has the fingerprint, and shows texts as texts.
async fn printed(app: &TestApp, made: &Value) {
    let path = format!("/v1/referrals/{}/record", made["referral_id"].as_str().unwrap());
    let printed = app
        .http(Role::Auditor)
        .header("accept", "text/html")
        .get(&path)
        .await
        .expect(200);
    let page = printed.body.as_str().unwrap();
    let sha256 = made["record_sha256"].as_str().unwrap();
    assert!(
        page.contains("督办台账")
            && page.contains("限期办理")
            && page.contains(sha256)
            && page.contains("&lt;b&gt;督办")
            && !page.contains("<b>督办"),
        "{page}"
    );
}

/// The ladder's own tables: the climb, rung by rung.
fn climbed(kept: &Value) {
    let climb = &kept["supervision"][0];
    assert_eq!(
        (&climb["unit"], &climb["level"], &climb["state"]),
        (&json!("U-1"), &json!(2), &json!("open"))
    );
    let rung = &climb["steps"][0];
    assert_eq!(
        (&rung["kind"], &rung["trigger"]),
        (&json!("opened"), &json!("by_hand"))
    );
    assert!(rung["text"].as_str().unwrap().contains("限期办理"), "{rung}");
}

async fn stays_as_it_was(told: &Told<'_>, made: &Value, kept: &Value) {
    // Later facts change nothing of what was handed over; asking again gives the same.
    let (app, desk) = (told.app, told.app.http(Role::Supervisor));
    told.closed().await;
    app.settle().await;
    let again = desk.post("/v1/referrals", form(told)).await.expect(201);
    assert!(again.headers.contains_key("idempotency-replayed"));
    assert_eq!(again.body, *made);
    assert_eq!(record(app, made).await, *kept);
    assert_eq!(app.published::<ReferralMadeV1>().await.len(), 1);
    let same: bool = sqlx::query_scalar(
        "select encode(sha256(convert_to(record, 'UTF8')), 'hex') = record_sha256 from referrals",
    )
    .fetch_one(app.db())
    .await
    .unwrap();
    assert!(same, "the fingerprint is that of the bytes that are kept");
}

#[tokio::test]
async fn the_record_holds_all_that_happened_with_its_reasons_and_no_identity_and_stays_as_it_was() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    told.signed(1).await;
    app.settle().await;
    let asked =
        json!({ "clock": "finish", "amount": 2, "amount_unit": "working_days", "reason": "等待批复" });
    let desk = app.http(Role::Supervisor);
    let path = format!("/v1/orders/{}/extensions", told.order_id);
    desk.post(&path, asked).await.expect(201);
    let summons = json!({ "orders": [told.order_id], "units": ["U-1"], "question": "为何未办",
        "meets_at": "2026-03-04T09:00:00+08:00", "meets_where": "现场", "on_site": true });
    desk.post("/v1/consultations", summons).await.expect(201);
    told.replied(1, 0).await;
    app.settle().await;
    let form_of_supervision = json!({ "order_ids": [told.order_id], "level": "written", "text": "限期办理" });
    desk.post("/v1/supervision-orders", form_of_supervision)
        .await
        .expect(201);

    let made = desk.post("/v1/referrals", form(&told)).await.expect(201).body;
    app.settle().await;
    let kept = record(&app, &made).await;
    let has = |part: &str, event: &str| {
        let timeline = kept["timeline"].as_array().unwrap().iter();
        timeline
            .clone()
            .any(|entry| entry["part"] == part && entry["event"] == event)
    };
    for (part, event) in [
        ("contact", "intake.complaint.received.v1"),
        ("contact", "intake.order.registered.v1"),
        ("assignment", "routing.order.assigned.v1"),
        ("handling", "unit-gateway.order.replied.v1"),
        ("consultation", "supervision.consultation.opened.v1"),
    ] {
        assert!(has(part, event), "{event}: {kept}");
    }
    let finish = kept["clocks"].as_array().unwrap().iter();
    let finish = finish.clone().find(|clock| clock["clock"] == "finish").unwrap();
    assert!(!finish["explanation"].as_array().unwrap().is_empty(), "{finish}");
    assert_eq!(finish["due_at"], "2026-03-09T17:00:00+08:00");
    assert_eq!(kept["extensions"][0]["reason"], "等待批复");
    assert_eq!(kept["consultations"][0]["on_site"], true);
    climbed(&kept);
    let text = kept.to_string();
    assert!(
        !text.contains("\"caller\"") && !text.contains("19900007037"),
        "{text}"
    );

    let event = &app.published::<ReferralMadeV1>().await[0].data;
    assert_eq!(made["record_sha256"], event.record_sha256);
    assert_eq!((event.order_id, event.unit.as_str()), (told.order_id, "U-1"));

    stays_as_it_was(&told, &made, &kept).await;
    printed(&app, &made).await;
    let changed = sqlx::query("update referrals set reason = 'x'")
        .execute(app.db())
        .await;
    assert!(changed.is_err(), "append-only");
}

#[tokio::test]
async fn a_referral_that_is_wrong_is_none_and_a_number_is_used_once() {
    let app = start().await;
    let told = Told::new(&app);
    let desk = app.http(Role::Supervisor);
    desk.post("/v1/referrals", form(&told)).await.expect(404);
    told.under_way().await;
    for (field, value) in [
        ("unit", json!("U-7")),
        ("unit", json!("")),
        ("to", json!(" ")),
        ("reason", json!("")),
        ("number", json!("")),
        ("supervision_id", json!(uuid::Uuid::nil())),
    ] {
        let mut wrong = form(&told);
        wrong[field] = value;
        let refused = desk.post("/v1/referrals", wrong).await.expect(422).body;
        assert_eq!(refused["field"], field, "{refused}");
    }
    let made = desk.post("/v1/referrals", form(&told)).await.expect(201).body;
    let mut other = form(&told);
    other["unit"] = json!("U-9");
    let refused = desk.post("/v1/referrals", other).await.expect(409).body;
    assert_eq!(refused["code"], "number_taken");
    app.http(Role::Dispatcher)
        .post("/v1/referrals", form(&told))
        .await
        .expect(403);
    let list = app
        .http(Role::Auditor)
        .get("/v1/referrals?unit=U-1")
        .await
        .expect(200)
        .body;
    assert_eq!(list["items"], json!([made]));
    let one = format!("/v1/referrals/{}", made["referral_id"].as_str().unwrap());
    assert_eq!(app.http(Role::Admin).get(&one).await.expect(200).body, made);
    let nobody = "/v1/referrals/00000000-0000-7000-8000-000000000000/record";
    app.http(Role::Auditor).get(nobody).await.expect(404);
    app.settle().await;
}
