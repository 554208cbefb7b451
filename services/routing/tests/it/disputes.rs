//! Returns end somewhere: too many, in a circle, or nobody left – the order is disputed, and only a ruling helps.
use crate::harness::{assignment, city_with, order, queue, register, started};
use crate::replays::replayed;
use contracts::ids::{OrderId, ReturnId};
use contracts::intake::OrderRegisteredV1;
use contracts::routing::{OrderAssignedV1, OrderDisputedV1, OrderUndecidedV1, ReturnRejectedV1};
use contracts::unit_gateway::OrderReturnRequestedV1;
use serde_json::{Value, json};
use testkit::{Role, TestApp};
use uuid::Uuid;

/// A leaking pipe of the water company: it leads, then the works department, then urban management.
fn leak() -> OrderRegisteredV1 {
    let mut registered = order("M020103", "990102002");
    registered.facts.insert("权属".to_owned(), "供水".to_owned());
    registered
}

/// The lead returns the order, pointing at another unit; a dispatcher agrees. Answers the review.
async fn bounced(app: &TestApp, order_id: OrderId, suggested: Option<&str>) -> Value {
    let seen = assignment(app, order_id).await;
    let generation = i32::try_from(seen["generation"].as_i64().unwrap()).unwrap();
    let return_id = ask(
        app,
        order_id,
        seen["lead"]["code"].as_str().unwrap(),
        generation,
        suggested,
    )
    .await;
    let body = json!({ "verdict": "upheld", "reason": "经查属实" });
    let answer = app
        .http(Role::Dispatcher)
        .post(&format!("/v1/returns/{return_id}/review"), body)
        .await
        .expect(200);
    app.settle().await;
    answer.body
}

async fn ask(
    app: &TestApp,
    order_id: OrderId,
    unit: &str,
    generation: i32,
    suggested: Option<&str>,
) -> ReturnId {
    let return_id = ReturnId(Uuid::now_v7());
    let event = OrderReturnRequestedV1 {
        order_id,
        return_id,
        unit: unit.into(),
        generation,
        reason_code: "not_our_duty".to_owned(),
        basis: "三定规定".to_owned(),
        suggested_unit: suggested.map(Into::into),
    };
    app.publish(order_id.uuid(), i64::from(generation) * 100, &event)
        .await;
    app.settle().await;
    return_id
}

#[tokio::test]
async fn the_third_return_makes_an_order_disputed() {
    let app = started().await;
    let registered = leak();
    register(&app, &registered).await;
    for (lead, state) in [
        ("QY-WATER", "assigned"),
        ("SJ-MUNI", "assigned"),
        ("SJ-URBAN", "disputed"),
    ] {
        assert_eq!(assignment(&app, registered.order_id).await["lead"]["code"], lead);
        assert_eq!(bounced(&app, registered.order_id, None).await["state"], state);
    }
    let told = app.published::<OrderDisputedV1>().await;
    let disputed = &told[0].data;
    assert_eq!((disputed.reason.as_str(), disputed.returns), ("bounced", 3));
    let candidates: Vec<&str> = disputed
        .candidates
        .iter()
        .map(|unit| unit.code.as_str())
        .collect();
    assert_eq!(candidates, ["QY-WATER", "SJ-MUNI", "SJ-URBAN"]);
    let seen = assignment(&app, registered.order_id).await;
    assert_eq!(
        (&seen["state"], &seen["reason"], &seen["lead"], &seen["returns"]),
        (&json!("disputed"), &json!("bounced"), &json!(null), &json!(3))
    );
    let waiting = queue(&app).await;
    assert_eq!(
        (
            &waiting[0]["state"],
            &waiting[0]["reason"],
            &waiting[0]["returns"]
        ),
        (&json!("disputed"), &json!("bounced"), &json!(3))
    );
    // No unit can pass it on, and a dispatcher alone cannot end it.
    ask(&app, registered.order_id, "SJ-URBAN", 3, None).await;
    let path = format!("/v1/manual-queue/{}/decision", registered.order_id);
    let refused = app
        .http(Role::Dispatcher)
        .post(&path, json!({ "lead": "SJ-EPB", "reason": "试试" }))
        .await
        .expect(409);
    assert_eq!(refused.body["code"], "ruling_needed", "{}", refused.body);
    assert_eq!(app.published::<OrderAssignedV1>().await.len(), 3);
    let again = replayed(&app, registered.order_id).await;
    assert_eq!(again[0].0, "assigned");
    assert_eq!(again.iter().filter(|(state, _)| state == "disputed").count(), 1);
    assert!(again.iter().all(|(_, result)| result[0] == "same"), "{again:?}");
}

#[tokio::test]
async fn a_unit_that_points_back_at_one_that_returned_it_closes_the_circle() {
    let app = started().await;
    let registered = leak();
    register(&app, &registered).await;
    let first = bounced(&app, registered.order_id, Some("SJ-MUNI")).await;
    assert_eq!(first["lead"]["code"], "SJ-MUNI");
    let second = bounced(&app, registered.order_id, Some("QY-WATER")).await;
    assert_eq!(
        (&second["state"], &second["lead"]),
        (&json!("disputed"), &json!(null))
    );
    assert_eq!(app.published::<OrderDisputedV1>().await[0].data.reason, "loop");
    // The rules would have named somebody; the circle made it a dispute.
    let again = replayed(&app, registered.order_id).await;
    assert!(again.iter().all(|(_, result)| result[0] == "same"), "{again:?}");
    assert_eq!(again.len(), 3);
}

#[tokio::test]
async fn a_dispatcher_cannot_give_an_order_back_to_the_unit_that_returned_it() {
    let app = started().await;
    let mut registered = order("M020101", "990102002");
    registered.matter = None;
    register(&app, &registered).await;
    let path = format!("/v1/manual-queue/{}/decision", registered.order_id);
    let desk = app.http(Role::Dispatcher);
    desk.post(&path, json!({ "lead": "SJ-EPB", "reason": "核实" }))
        .await
        .expect(200);
    app.settle().await;
    // Without a matter nobody else can be named, and no duty was asked: a dispatcher names the next unit.
    assert_eq!(
        bounced(&app, registered.order_id, None).await["state"],
        "undecided"
    );
    assert_eq!(
        app.published::<OrderUndecidedV1>()
            .await
            .last()
            .unwrap()
            .data
            .reason,
        "no_matter"
    );
    let refused = desk
        .post(&path, json!({ "lead": "SJ-EPB", "reason": "再派" }))
        .await
        .expect(409)
        .body;
    assert_eq!(
        (&refused["code"], &refused["field"]),
        (&json!("unit_returned"), &json!("lead"))
    );
    desk.post(&path, json!({ "lead": "SJ-URBAN", "reason": "另派" }))
        .await
        .expect(200);
    app.settle().await;
}

#[tokio::test]
async fn a_city_may_count_otherwise_allow_fewer_returns_or_none() {
    let app = city_with("政策,取值,说明\n退单政策,限次,\n退单总次数上限,1,\n争议退单次数,2,\n").await;
    let registered = leak();
    register(&app, &registered).await;
    let may = app.published::<OrderAssignedV1>().await[0]
        .data
        .return_right
        .clone()
        .unwrap();
    assert!(may.times_max > 0 && may.refused.is_none(), "{may:?}");
    bounced(&app, registered.order_id, None).await;
    let told = app.published::<OrderAssignedV1>().await;
    let second = &told.last().unwrap().data;
    assert_eq!(
        second.return_right.clone().unwrap().refused.as_deref(),
        Some("limit_reached")
    );
    assert_eq!((second.return_until, second.terms.return_window), (None, None));
    // What comes in all the same is refused by the policy, without a reviewer.
    ask(&app, registered.order_id, "SJ-MUNI", 2, None).await;
    let rejected = app.published::<ReturnRejectedV1>().await;
    assert!(
        rejected[0].data.reason.contains("已达上限"),
        "{}",
        rejected[0].data.reason
    );
    assert_eq!(
        assignment(&app, registered.order_id).await["return_right"],
        json!({ "times_max": 0, "refused": "limit_reached" })
    );
    for generation in [1, 2] {
        let path = format!(
            "/v1/orders/{}/assignments/{generation}/replay",
            registered.order_id
        );
        let replayed = app.http(Role::Auditor).get(&path).await.expect(200).body;
        assert_eq!(replayed["result"], "same", "{generation}");
    }

    let app = city_with("政策,取值,说明\n退单政策,首接负责,大同样式\n").await;
    register(&app, &registered).await;
    let told = app.published::<OrderAssignedV1>().await;
    let right = told[0].data.return_right.clone().unwrap();
    assert_eq!(
        (right.times_max, right.refused.as_deref()),
        (0, Some("first_receiver"))
    );
}
