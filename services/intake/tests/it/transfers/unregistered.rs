//! A case that is ours by the sender's word and cannot be registered: it is seen, and is registered as soon as it can be.
use super::*;
use chrono::{DateTime, TimeDelta, Utc};

async fn runs(hotline: &Hotline, sql: &'static str) {
    sqlx::query(sql).execute(hotline.app.db()).await.unwrap();
}

async fn alarms(hotline: &Hotline) -> Value {
    let desk = hotline.app.http(Role::Supervisor);
    let list = desk.get("/v1/transfers?alarms=true").await.expect(200);
    list.body["items"].clone()
}

fn counted(hotline: &Hotline) -> String {
    let figures = hotline.app.metrics().render();
    let of_this = |line: &&str| line.starts_with("transfer_alarms{") && line.contains("unregistered");
    let line = figures.lines().find(of_this).unwrap_or_default();
    line.rsplit(' ').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_case_that_cannot_be_registered_is_an_alarm_and_is_tried_again() {
    let (ours, police) = ours_and_police().await;
    let offered = offer(&ours, json!({}));
    police.says(&ours, &offered).await.expect(200);
    runs(
        &ours,
        "alter table complaints add constraint nothing_from_hotlines check (channel <> 'hotline') not valid",
    )
    .await;
    let accepted_at = ours.app.clock.now();
    ours.decides(&offered, "acceptance", json!({})).await;
    settle(&[&ours]).await;
    let seen = ours.sees(&offered).await;
    assert_eq!(
        (text(&seen, "state"), &seen["ours"], &seen["order_id"]),
        ("accepting", &json!(true), &Value::Null)
    );
    assert!(
        text(&seen, "unregistered_why").contains("nothing_from_hotlines"),
        "{seen}"
    );
    assert_eq!(
        (
            seen["ownership"]["gained_from"].as_str(),
            &seen["ownership"]["owned_until"]
        ),
        (Some("110"), &Value::Null),
        "the sender has let it go"
    );
    assert_eq!(alarms(&ours).await[0]["transfer_id"], offered["transfer_id"]);
    assert_eq!(counted(&ours), "1");
    let since = seen["unregistered_since"].clone();
    ours.app.clock.advance(TimeDelta::minutes(2));
    settle(&[&ours]).await;
    assert_eq!(
        ours.sees(&offered).await["unregistered_since"],
        since,
        "since the first try"
    );
    let added = json!({ "type": "supplement", "transfer_id": offered["transfer_id"], "supplement": 1, "text": "又响了",
        "accepted_at": accepted_at });
    let not_yet = police.says(&ours, &added).await.expect(503);
    assert_eq!(not_yet.text("/code"), "case_unregistered", "not its last word");

    runs(
        &ours,
        "alter table complaints drop constraint nothing_from_hotlines",
    )
    .await;
    ours.app.clock.advance(TimeDelta::minutes(2));
    settle(&[&ours]).await;
    let seen = ours.sees(&offered).await;
    assert_eq!(
        (text(&seen, "state"), &seen["unregistered_since"]),
        ("accepted", &Value::Null)
    );
    assert!(seen["order_id"].is_string());
    let owned_from: DateTime<Utc> = text(&seen["ownership"], "owned_from").parse().unwrap();
    assert_eq!(
        owned_from, accepted_at,
        "since the instant at which it was let go"
    );
    assert_eq!((alarms(&ours).await, &*counted(&ours)), (json!([]), "0"));
    police.says(&ours, &added).await.expect(200);
    assert_eq!(police.heard("acceptance").len(), 1, "its sender was asked once");
    settle(&[&ours]).await;
}
