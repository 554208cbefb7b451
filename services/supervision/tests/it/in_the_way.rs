//! A unit asks that its order rest while a supervisor's proposal waits: it hears what is in its way, and when that is over.
use crate::harness::{Told, second, start};
use crate::suspensions::{asks, request, requests, review, signed, time};
use chrono::{DateTime, Utc};
use contracts::ids::SuspensionId;
use contracts::supervision::SuspensionDeniedV1;
use serde_json::{Value, json};
use testkit::{Role, TestApp};

/// What the newest denial says of others: since when one waits that is in its way, and whether it was itself in the way.
async fn beside(app: &TestApp) -> (SuspensionId, Option<(SuspensionId, DateTime<Utc>)>, bool) {
    app.settle().await;
    let event = app.published::<SuspensionDeniedV1>().await.pop().unwrap().data;
    let pending = event
        .pending
        .map(|pending| (pending.suspension_id, pending.since));
    (event.suspension_id, pending, event.was_in_the_way)
}

#[tokio::test]
async fn a_unit_hears_that_a_proposal_is_in_its_way_and_when_that_is_over() {
    let app = start().await;
    let told = Told::new(&app);
    signed(&told).await;
    let (one, two) = (app.http(Role::Supervisor), second(&app));
    let path = format!("/v1/orders/{}/suspension", told.order_id);
    let form = json!({ "reason_code": "weather", "reason": "连日降雨", "until": time("03-05T12:00") });
    let no = json!({ "verdict": "denied", "reason": "再等等" });
    // By another person, by whoever proposed it, and by time.
    for ends in ["denied", "taken back", "lapsed"] {
        let since = told.now();
        let proposed = one.post(&path, form.clone()).await.expect(201);
        let proposed: SuspensionId = proposed.text("/suspension_id").parse().unwrap();
        let asked = request(&told, "03-06T12:00");
        asks(&told, &asked).await;
        let expected = (asked.suspension_id, Some((proposed, since)), false);
        assert_eq!(beside(&app).await, expected, "{ends}");
        match ends {
            "denied" => two.post(&review(proposed), no.clone()).await.expect(200),
            "taken back" => one.post(&review(proposed), no.clone()).await.expect(200),
            _ => {
                app.clock.set(time("03-05T12:00"));
                app.settle().await;
                one.get("/v1/suspension-requests?state=lapsed").await.expect(200)
            }
        };
        assert_eq!(beside(&app).await, (proposed, None, true), "{ends}");
    }
    // A proposal that was in nobody's way concerns no unit, whatever was asked before it.
    let mut later = form.clone();
    later["until"] = json!(time("03-09T12:00"));
    let quiet = one.post(&path, later).await.expect(201);
    two.post(&review(quiet.text("/suspension_id")), no)
        .await
        .expect(200);
    let (_, pending, in_the_way) = beside(&app).await;
    assert_eq!((pending, in_the_way), (None, false));
    asks(&told, &request(&told, "03-06T12:00")).await;
    assert_eq!(
        requests(&told).await.last(),
        Some(&(json!("requested"), Value::Null))
    );
}
