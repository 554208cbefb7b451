//! Asking without recording.
use crate::harness::{night_noise, started};
use contracts::routing::OrderAssignedV1;
use serde_json::json;
use testkit::Role;

#[tokio::test]
async fn one_question_has_one_answer_with_its_reasons() {
    let app = started().await;
    let agent = app.http(Role::Agent);
    let one = agent
        .post("/v1/decisions", night_noise("990103001"))
        .await
        .expect(200)
        .body;
    assert_eq!(
        (&one["outcome"], &one["lead"]["code"], &one["division"]),
        (&json!("assigned"), &json!("QX-990103-EPB"), &json!("990103001"))
    );
    assert_eq!(
        (&one["co_handlers"][0]["code"], &one["duties"]),
        (&json!("QX-990103-POLICE"), &json!(["PD0051"]))
    );
    assert_eq!(
        (
            &one["matter"]["code"],
            &one["matter"]["confidence"],
            &one["directory_version"]
        ),
        (&json!("M040101"), &json!(1.0), &json!(1))
    );
    assert_eq!(
        (&one["terms"]["rule"], &one["terms"]["calendar"]),
        (&json!("SX007"), &json!("分段"))
    );
    assert!(
        one["explanation"]["en"]
            .as_array()
            .unwrap()
            .last()
            .unwrap()
            .as_str()
            .unwrap()
            .contains("PD0051"),
        "{one}"
    );
    let lost = one["explanation"]["data"]["data"]["considered"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|duty| duty["verdict"] == "lost")
        .count();
    assert!(lost >= 5, "{one}");
}

#[tokio::test]
async fn an_array_of_questions_has_an_array_of_answers() {
    let app = started().await;
    let agent = app.http(Role::Agent);
    let batch = json!([night_noise("990102003"), { "matter": "M080101", "place": { "division": "990102002" } },
        { "matter": "M010201", "place": { "address": "澜江大道" } }, { "place": { "division": "990102" } },
        { "matter": "M040101", "place": { "division": "990100" } }]);
    let answers = agent.post("/v1/decisions", batch).await.expect(200).body;
    let outcomes: Vec<(&str, Option<&str>)> = answers
        .as_array()
        .unwrap()
        .iter()
        .map(|answer| (answer["outcome"].as_str().unwrap(), answer["reason"].as_str()))
        .collect();
    assert_eq!(
        outcomes,
        [
            ("assigned", None),
            ("consultation", Some("no_duty")),
            ("needs_information", Some("place_ambiguous")),
            ("manual", Some("no_matter")),
            ("needs_information", Some("place_too_coarse")),
        ]
    );
    assert_eq!(
        answers[2]["places"],
        json!(["990102002", "990103002", "990103003"])
    );
    assert_eq!(
        agent.post("/v1/decisions", json!([])).await.expect(200).body,
        json!([])
    );
    assert!(app.published::<OrderAssignedV1>().await.is_empty());
}

#[tokio::test]
async fn the_day_of_acceptance_decides() {
    let app = started().await;
    let on = |day: &str| json!({ "accepted_at": format!("{day}T10:00:00+08:00"), "matter": "M010202", "place": { "division": "990104004" } });
    let answers = app
        .http(Role::Dispatcher)
        .post("/v1/decisions", json!([on("2025-06-30"), on("2025-07-01")]))
        .await
        .expect(200)
        .body;
    assert_eq!(
        (&answers[0]["lead"]["code"], &answers[1]["lead"]["code"]),
        (&json!("QX-990104-URBAN"), &json!("QX-990191-ENF"))
    );
}

#[tokio::test]
async fn bad_questions_are_refused_by_name() {
    let app = started().await;
    let agent = app.http(Role::Agent);
    for (body, status, code, field) in [
        (json!({ "matters": "M01" }), 400, "unknown_field", Some("matters")),
        (json!({ "kind": "投诉" }), 400, "invalid_field", Some("kind")),
        (
            json!({ "place": { "longitude": 125.1 } }),
            422,
            "place_invalid",
            Some("place.latitude"),
        ),
        (
            json!({ "place": { "longitude": 125.1, "latitude": 91 } }),
            422,
            "place_invalid",
            Some("place.latitude"),
        ),
        (
            json!([{}, { "place": { "latitude": 30 } }]),
            422,
            "place_invalid",
            Some("[1].place.longitude"),
        ),
        (
            json!([{}, { "place": { "address": "a\0" } }]),
            400,
            "invalid_field",
            Some("[1].place.address"),
        ),
        (json!([{}, 5]), 400, "invalid_field", Some("[1]")),
        (json!("M01"), 400, "invalid_field", None),
    ] {
        let refused = agent
            .post("/v1/decisions", body.clone())
            .await
            .expect(status)
            .body;
        assert_eq!(
            (refused["code"].as_str(), refused["field"].as_str()),
            (Some(code), field),
            "{body}: {refused}"
        );
    }
}

/// Questions and packs come in bulk; everything else is small.
#[tokio::test]
async fn only_bulk_data_may_be_large() {
    let app = started().await;
    let long = "长".repeat(100_000);
    let question = json!({ "matter": "M040101", "text": long });
    let asked = app.http(Role::Agent).post("/v1/decisions", question).await;
    assert_eq!(asked.status.as_u16(), 200, "{}", asked.body);
    let order = uuid::Uuid::now_v7();
    let decision = json!({ "lead": "SJ-URBAN", "reason": long });
    let refused = app
        .http(Role::Dispatcher)
        .post(&format!("/v1/manual-queue/{order}/decision"), decision)
        .await
        .expect(413);
    assert_eq!(refused.body["code"], "body_too_large");
}
