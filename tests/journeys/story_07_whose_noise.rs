//! Story 7, 谁家的噪声: night construction noise. City duty says urban management; one district gave it to its
//! environment branch; a functional zone handles its own; a site supervised by the construction committee goes
//! there. Four calls, same words, four right units, and each explanation names its rule.
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::people::complaint;
use testkit::Role;

struct Call {
    where_: &'static str,
    division: &'static str,
    /// A point of the same place.
    point: (f64, f64),
    site: Option<&'static str>,
    unit: &'static str,
    duty: &'static str,
}

const CALLS: [Call; 4] = [
    Call {
        where_: "city rule",
        division: "990102003",
        point: (125.175, 30.125),
        site: None,
        unit: "QX-990102-URBAN",
        duty: "PD0047",
    },
    Call {
        where_: "district override",
        division: "990103001",
        point: (125.05, 30.17),
        site: None,
        unit: "QX-990103-EPB",
        duty: "PD0051",
    },
    Call {
        where_: "functional zone",
        division: "990104003",
        point: (125.27, 30.16),
        site: None,
        unit: "QX-990191-CONST",
        duty: "PD0052",
    },
    Call {
        where_: "construction committee",
        division: "990102002",
        point: (125.125, 30.125),
        site: Some("住建"),
        unit: "SJ-CONSTRUCTION",
        duty: "PD0048",
    },
];

fn noise(call: &Call, place: &Value) -> Value {
    let mut body = complaint("M040101", call.division);
    body["kind"] = json!("grievance");
    body["urgency"] = json!("urgent");
    body["title"] = json!("工地半夜施工");
    body["text"] = json!("工地夜里一直打桩，吵得睡不着，请派人管一管。");
    body["place"] = place.clone();
    body["facts"] = json!({ "发生时刻": "23:30" });
    if let Some(site) = call.site {
        body["facts"]["工地监管"] = json!(site);
    }
    body
}

/// The place by its code, then by a point on the map.
fn places(call: &Call) -> [Value; 2] {
    let (longitude, latitude) = call.point;
    [
        json!({ "division": call.division }),
        json!({ "longitude": longitude, "latitude": latitude }),
    ]
}

#[tokio::test]
async fn four_calls_with_the_same_words_reach_four_units_and_each_says_why() {
    let platform = Platform::start().await;
    for call in &CALLS {
        for place in places(call) {
            let registered = platform.register(noise(call, &place)).await;
            let assignment = platform.assignment(registered.order()).await;
            assert_eq!(
                assignment["lead"]["code"], call.unit,
                "{} at {place}: {assignment}",
                call.where_
            );
            let why = assignment["explanation"].to_string();
            assert!(
                why.contains(call.duty),
                "{} at {place} does not name {}: {why}",
                call.where_,
                call.duty
            );
            // The unit reads the reason too.
            let document = platform.document(call.unit, registered.order()).await;
            assert!(
                document["data"]["why"].to_string().contains(call.duty),
                "{document}"
            );
        }
    }
}

#[tokio::test]
async fn the_decision_can_be_asked_for_without_registering_anything() {
    let platform = Platform::start().await;
    let dispatcher = platform.routing.http(Role::Dispatcher);
    for call in &CALLS {
        let body = noise(call, &json!({ "division": call.division }));
        let question = json!({ "matter": body["matter"], "place": body["place"], "facts": body["facts"], "kind": body["kind"], "urgency": body["urgency"] });
        let decision = dispatcher.post("/v1/decisions", question).await.expect(200).body;
        assert_eq!(decision["lead"]["code"], call.unit, "{}: {decision}", call.where_);
        assert!(
            decision["explanation"].to_string().contains(call.duty),
            "{decision}"
        );
    }
    assert!(
        platform
            .routing
            .published::<contracts::routing::OrderAssignedV1>()
            .await
            .is_empty()
    );
}
