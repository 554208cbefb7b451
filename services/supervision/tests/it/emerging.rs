//! Matters that stand out, and the balance.
use crate::harness::{Told, start};
use chrono::TimeDelta;
use contracts::ids::ComplaintId;
use contracts::intake::{ComplaintAnsweredV1, ComplaintReceivedV1, OrderFollowerAddedV1};
use contracts::supervision::MatterEmergedV1;
use contracts::words::{Channel, Disposition, Kind, Urgency};
use serde_json::{Value, json};
use testkit::{Role, TestApp};
use uuid::Uuid;

#[tokio::test]
async fn a_matter_that_stands_out_is_told_within_the_hour_with_its_orders() {
    let app = start().await;
    let leader = app.http(Role::Leader);
    for _ in 0..8 {
        Told::new(&app).under_way().await;
    }
    app.settle().await;
    let early = leader.get("/v1/emerging").await.expect(200);
    assert_eq!(
        early.body["items"],
        json!([]),
        "without a history nothing is judged"
    );
    // One order a day at this hour for a month, then twelve.
    for _ in 0..30 {
        app.clock.advance(TimeDelta::days(1));
        Told::new(&app).under_way().await;
    }
    app.settle().await;
    assert_eq!(
        leader.get("/v1/emerging").await.expect(200).body["items"],
        json!([])
    );
    app.clock.advance(TimeDelta::days(1));
    let mut surge = Vec::new();
    for waits in 0..12 {
        let told = Told::new(&app);
        if waits < 4 {
            // Dispatch lags: no unit has it yet.
            let mut registration = told.registration();
            registration.matter = Some("M0203".into());
            registration.place.division = Some("990102003".into());
            told.tell(&registration).await;
        } else {
            told.under_way().await;
        }
        surge.push(told.order_id.to_string());
    }
    app.settle().await;
    let alerts = leader.get("/v1/emerging").await.expect(200);
    let city = alerts.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|a| a.get("area").is_none())
        .unwrap();
    assert_eq!(
        (&city["matter"], &city["orders"], &city["share_percent"]),
        (&json!("M0203"), &json!(12), &json!(100.0))
    );
    assert!(city["growth"].as_f64().unwrap() > 5.0, "{city}");
    let path = format!("/v1/emerging/{}/orders", city["alert_id"].as_str().unwrap());
    let listed = app.http(Role::Supervisor).get(&path).await.expect(200);
    let mut ids: Vec<&str> = listed.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|o| o["order_id"].as_str().unwrap())
        .collect();
    ids.sort_unstable();
    surge.sort_unstable();
    assert_eq!(ids, surge);
    goes_on(&app).await;
}

/// It goes on, and is not told again.
async fn goes_on(app: &TestApp) {
    let leader = app.http(Role::Leader);
    let told = app.published::<MatterEmergedV1>().await.len();
    app.clock.advance(TimeDelta::minutes(20));
    for _ in 0..5 {
        Told::new(app).under_way().await;
    }
    app.settle().await;
    assert_eq!(app.published::<MatterEmergedV1>().await.len(), told);
    let alerts = leader.get("/v1/emerging").await.expect(200);
    assert!(
        alerts.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|alert| alert["orders"] == 17)
    );
    app.http(Role::Supervisor)
        .get(&format!("/v1/emerging/{}/orders", Uuid::now_v7()))
        .await
        .expect(404);
}

fn received(app: &TestApp, complaint_id: ComplaintId, disposition: Disposition) -> ComplaintReceivedV1 {
    ComplaintReceivedV1 {
        complaint_id,
        complaint_number: "26030200009".to_owned(),
        channel: Channel::Web,
        kind: Kind::Consultation,
        urgency: Urgency::Ordinary,
        disposition,
        confidential: false,
        accepted_at: app.clock.now(),
        source_number: None,
        orders: Vec::new(),
        caller: None,
    }
}

async fn balance(app: &TestApp) -> (Value, Vec<String>) {
    let auditor = app.http(Role::Auditor);
    let days = "from=2026-03-02&to=2026-03-02";
    let mut terms = auditor.get(&format!("/v1/balance?{days}")).await.expect(200).body;
    terms.as_object_mut().unwrap().remove("as_of");
    let differences = auditor
        .get(&format!("/v1/balance/differences?{days}"))
        .await
        .expect(200);
    let items = differences.body["items"].as_array().unwrap().iter();
    (
        terms,
        items
            .map(|item| item["what"].as_str().unwrap().to_owned())
            .collect(),
    )
}

#[tokio::test]
async fn every_contact_is_in_one_term_and_what_does_not_add_up_is_listed() {
    let app = start().await;
    let (open, closed) = (Told::new(&app), Told::new(&app));
    open.under_way().await;
    closed.under_way().await;
    closed.closed().await;
    let id = || ComplaintId(Uuid::now_v7());
    let (answered, joined, lost) = (id(), id(), id());
    app.publish(
        answered.uuid(),
        1,
        &received(&app, answered, Disposition::Answered),
    )
    .await;
    app.publish(joined.uuid(), 1, &received(&app, joined, Disposition::Accepted))
        .await;
    open.tell(&OrderFollowerAddedV1 {
        order_id: open.order_id,
        complaint_id: joined,
        complaint_number: "26030200009".to_owned(),
        caller: None,
        due_by: None,
    })
    .await;
    app.settle().await;
    let (terms, differences) = balance(&app).await;
    assert_eq!(differences, ["answer_not_heard"]);
    let expected = json!({ "received": 4, "answered": 1, "declined": 0, "transferred": 0, "joined": 1, "open": 1,
        "closed": 1, "nothing": 0, "orders": 2 });
    assert_eq!(terms, expected);
    let answer = ComplaintAnsweredV1 {
        complaint_id: answered,
        answer: "工作日九点至五点".to_owned(),
    };
    app.publish(answered.uuid(), 2, &answer).await;
    app.publish(lost.uuid(), 1, &received(&app, lost, Disposition::Accepted))
        .await;
    let mut promised = received(&app, id(), Disposition::Accepted);
    promised.orders = vec![contracts::ids::OrderId(Uuid::now_v7())];
    app.publish(promised.complaint_id.uuid(), 1, &promised).await;
    app.settle().await;
    let (terms, mut differences) = balance(&app).await;
    differences.sort();
    assert_eq!(differences, ["nothing_came_of_it", "order_not_heard"]);
    assert_eq!((&terms["received"], &terms["nothing"]), (&json!(6), &json!(2)));
}
