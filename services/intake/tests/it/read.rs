//! Reading complaints: one, and pages of them.
use crate::harness::{complaint_with, register, start};
use serde_json::{Value, json};
use testkit::Role;

#[tokio::test]
async fn one_complaint_shows_everything_but_the_identity() {
    let app = start().await;
    let registered = register(&app, complaint_with(json!({ "source_number": "X-1" }))).await;
    let path = format!("/v1/complaints/{}", registered["complaint_id"].as_str().unwrap());
    let view = app.http(Role::Auditor).get(&path).await.expect(200).body;
    assert_eq!(
        view["summary"]["complaint_number"],
        registered["complaint_number"]
    );
    assert_eq!(view["summary"]["accepted_at"], "2026-03-02T09:00:00+08:00");
    assert_eq!(
        (&view["phone_masked"], &view["accepted_by"]),
        (&json!("199****7037"), &json!("agent:test-agent"))
    );
    assert_eq!(
        view["place"],
        json!({ "division": "990102002", "address": "文渊街中段" })
    );
    assert_eq!(
        (&view["orders"][0]["state"], &view["orders"][0]["generation"]),
        (&json!("registered"), &json!(0))
    );

    let report = register(&app, complaint_with(json!({ "kind": "report" }))).await;
    let path = format!("/v1/complaints/{}", report["complaint_id"].as_str().unwrap());
    let view = app.http(Role::Supervisor).get(&path).await.expect(200).body;
    assert_eq!(view.get("phone_masked"), None, "confidential");
    let _ = app
        .http(Role::Agent)
        .get("/v1/complaints/018f4e9a-0000-7000-8000-000000000001")
        .await
        .expect(404);
    let _ = app.http(Role::Agent).get("/v1/complaints/7").await.expect(400);
    app.settle().await;
}

#[tokio::test]
async fn the_list_goes_backwards_in_pages_and_filters() {
    let app = start().await;
    let mut numbers = Vec::new();
    for n in 0..5 {
        let (channel, kind) = if n % 2 == 0 {
            ("wechat", "help")
        } else {
            ("web", "grievance")
        };
        let registered = register(&app, complaint_with(json!({ "channel": channel, "kind": kind }))).await;
        numbers.push(registered["complaint_number"].clone());
    }
    numbers.reverse();
    let agent = app.http(Role::Agent);
    let seen = |page: &Value| -> Vec<Value> {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["complaint_number"].clone())
            .collect()
    };
    let first = agent.get("/v1/complaints?limit=3").await.expect(200);
    let second = agent
        .get(&format!("/v1/complaints?limit=3&after={}", first.text("/next")))
        .await
        .expect(200);
    assert_eq!([seen(&first.body), seen(&second.body)].concat(), numbers);
    assert_eq!(second.body.get("next"), None);
    let web = agent
        .get("/v1/complaints?channel=web&kind=grievance")
        .await
        .expect(200);
    assert_eq!(seen(&web.body), [numbers[1].clone(), numbers[3].clone()]);
    for (query, field) in [
        ("limit=0", "limit"),
        ("after=x", "after"),
        ("kind=gossip", "kind"),
        ("colour=red", "colour"),
    ] {
        let refused = agent.get(&format!("/v1/complaints?{query}")).await.expect(400);
        assert_eq!(refused.text("/field"), field);
    }
    app.settle().await;
}

/// Story 14: the province knows its own number and nothing else.
#[tokio::test]
async fn a_complaint_is_found_by_the_number_of_the_sending_system() {
    let app = start().await;
    let sent =
        |channel: &str| complaint_with(json!({ "channel": channel, "source_number": "SZ-2026-000317" }));
    let province = register(&app, sent("province")).await;
    register(&app, sent("web")).await;
    let agent = app.http(Role::Agent);
    let find = "/v1/complaints?source_number=SZ-2026-000317";
    let found = agent.get(&format!("{find}&channel=province")).await.expect(200);
    let items = found.body["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{}", found.body);
    assert_eq!(items[0]["complaint_number"], province["complaint_number"]);
    for (query, many) in [
        (format!("{find}&channel=phone"), 0),
        (format!("{find}9&channel=province"), 0),
        (format!("{find}&channel=province&kind=report"), 0),
        (format!("{find}&channel=web"), 1),
    ] {
        let page = agent.get(&query).await.expect(200).body;
        assert_eq!(page["items"].as_array().unwrap().len(), many, "{query}");
    }
    assert_eq!(agent.get(find).await.expect(400).text("/field"), "channel");
    let nul = "/v1/complaints?channel=web&source_number=%00";
    assert_eq!(agent.get(nul).await.expect(400).text("/field"), "source_number");
    let nul = agent.get("/v1/complaints/%00/progress").await.expect(400);
    assert_eq!(nul.text("/field"), "number");
    app.settle().await;
}
