//! Nobody can be named: two duties that are equal, no duty at all, no matter, a place that may be two. The order
//! waits visibly for a dispatcher, with reason and candidates; what the dispatcher decides is an assignment like
//! any other.
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::people::{complaint, content, text};
use testkit::Role;

async fn queue(platform: &Platform) -> Vec<Value> {
    let list = platform
        .routing
        .http(Role::Dispatcher)
        .get("/v1/manual-queue?limit=200")
        .await
        .expect(200)
        .body;
    list["items"].as_array().expect("items").clone()
}

#[tokio::test]
async fn a_light_that_two_units_could_own_waits_for_a_dispatcher() {
    let platform = Platform::start().await;
    let mut body = complaint("M020101", "990105002");
    body["facts"] = json!({ "权属": "无主" });
    let registered = platform.register(body).await;
    let order = registered.order().to_owned();

    let waiting = queue(&platform).await;
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    assert_eq!(text(&waiting[0], "order_id"), order);
    assert_eq!(waiting[0]["reason"], "tie");
    let candidates = waiting[0]["candidates"].to_string();
    assert!(
        candidates.contains("SJ-MUNI") && candidates.contains("QX-990105-URBAN"),
        "{candidates}"
    );
    let told = platform.progress(&registered.number).await;
    assert_eq!(told["orders"][0]["state"], "undecided", "{told}");
    assert_eq!(platform.watched(&order).await["state"], "undecided");

    let dispatcher = platform.routing.http(Role::Dispatcher);
    dispatcher
        .post(&format!("/v1/manual-queue/{order}/claim"), json!({}))
        .await
        .expect(200);
    let path = format!("/v1/manual-queue/{order}/decision");
    let decided = json!({ "lead": "SJ-MUNI", "co_handlers": ["QX-990105-URBAN"], "reason": "按设施接管办法由市政处牵头" });
    dispatcher.post(&path, decided).await.expect(200);
    platform.settle().await;
    assert!(queue(&platform).await.is_empty());
    let assignment = platform.assignment(&order).await;
    assert_eq!(
        (&assignment["lead"]["code"], &assignment["generation"]),
        (&json!("SJ-MUNI"), &json!(1))
    );
    assert!(
        assignment["explanation"].to_string().contains("按设施接管办法"),
        "{assignment}"
    );

    platform.handled_by("SJ-MUNI", &order).await;
    platform.caller_says(&order, content()).await;
    platform.follows_from_one_contact(&order).await;
    assert_eq!(platform.progress(&registered.number).await["state"], "closed");
}

#[tokio::test]
async fn every_reason_is_named_and_nothing_is_guessed() {
    let platform = Platform::start().await;
    let without_matter = {
        let mut body = complaint("M020101", "990102002");
        body.as_object_mut().expect("an object").remove("matter");
        body
    };
    let at = |address: &str, matter: &str| {
        let mut body = complaint(matter, "990102002");
        body["place"] = json!({ "address": address });
        body
    };
    for (body, reason) in [
        (complaint("M080101", "990102002"), "no_duty"),
        (without_matter, "no_matter"),
        (at("老纺织厂后门巷子", "M040202"), "place_unknown"),
        (at("锦橘家园", "M030101"), "place_ambiguous"),
    ] {
        let registered = platform.register(body).await;
        let order = registered.order();
        let waiting = queue(&platform).await;
        let mine = waiting
            .iter()
            .find(|item| item["order_id"] == order)
            .unwrap_or_else(|| panic!("{reason}: {waiting:?}"));
        assert_eq!(mine["reason"], reason, "{mine}");
        assert!(
            !mine["explanation"]["zh"]
                .as_array()
                .expect("sentences")
                .is_empty(),
            "{mine}"
        );
    }
}
