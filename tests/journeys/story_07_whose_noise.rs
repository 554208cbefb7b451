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
    /// A point of the same place, where the city's pack has borders.
    point: Option<(f64, f64)>,
    site: Option<&'static str>,
    unit: &'static str,
    duty: &'static str,
}

/// In the sample city, which has borders.
const SAMPLE: [Call; 4] = [
    Call {
        where_: "city rule",
        division: "990102003",
        point: Some((125.175, 30.125)),
        site: None,
        unit: "QX-990102-URBAN",
        duty: "PD0047",
    },
    Call {
        where_: "district override",
        division: "990103001",
        point: Some((125.05, 30.17)),
        site: None,
        unit: "QX-990103-EPB",
        duty: "PD0051",
    },
    Call {
        where_: "functional zone",
        division: "990104003",
        point: Some((125.27, 30.16)),
        site: None,
        unit: "QX-990191-CONST",
        duty: "PD0052",
    },
    Call {
        where_: "construction committee",
        division: "990102002",
        point: Some((125.125, 30.125)),
        site: Some("住建"),
        unit: "SJ-CONSTRUCTION",
        duty: "PD0048",
    },
];

/// In the city of the article: 金岭区 gave it to its environment branch, 郑东新城 handles its own.
const ZHENGZHOU: [Call; 4] = [
    Call {
        where_: "city rule",
        division: "992106001",
        point: None,
        site: None,
        unit: "QX-992106-URBAN",
        duty: "PD0009",
    },
    Call {
        where_: "district override",
        division: "992105001",
        point: None,
        site: None,
        unit: "QX-992105-EPB",
        duty: "PD0017",
    },
    Call {
        where_: "functional zone",
        division: "992106002",
        point: None,
        site: None,
        unit: "QX-992191-ENF",
        duty: "PD0018",
    },
    Call {
        where_: "construction committee",
        division: "992106001",
        point: None,
        site: Some("住建"),
        unit: "SJ-CONSTRUCTION",
        duty: "PD0019",
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
fn places(call: &Call) -> impl Iterator<Item = Value> {
    let point = call
        .point
        .map(|(longitude, latitude)| json!({ "longitude": longitude, "latitude": latitude }));
    std::iter::once(json!({ "division": call.division })).chain(point)
}

/// Each call reaches its unit, and everybody reads why.
async fn reach_their_units(platform: &Platform, calls: &[Call]) {
    for call in calls {
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
async fn four_calls_with_the_same_words_reach_four_units_and_each_says_why() {
    reach_their_units(&Platform::of_city("zhengzhou").await, &ZHENGZHOU).await;
}

#[tokio::test]
async fn a_point_on_the_map_says_as_much_as_a_code() {
    reach_their_units(&Platform::start().await, &SAMPLE).await;
}

#[tokio::test]
async fn the_decision_can_be_asked_for_without_registering_anything() {
    let platform = Platform::of_city("zhengzhou").await;
    let dispatcher = platform.routing.http(Role::Dispatcher);
    for call in &ZHENGZHOU {
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
