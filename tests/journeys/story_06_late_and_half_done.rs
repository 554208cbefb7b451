//! Story 6, 超期与一次办结: late handling and a low share of what is done at once reduce the unit's monthly score by the
//! published rules; the month recomputed in December, whatever has become known since, gives the same score.
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::time::Duration;
use system_tests::Platform;
use system_tests::people::{complaint, content, text};
use testkit::{Client, Role};

/// Street lights: five working days to finish.
const LATE: &str = "SJ-MUNI";
/// Kitchen fumes: the same.
const GOOD: &str = "SJ-EPB";

fn person(platform: &Platform, name: &str) -> Client {
    let issuer = &platform.world.issuer;
    let token = issuer.mint_roles(&[Role::Supervisor], None, name, Duration::from_secs(3_600));
    platform.supervision.http_as(&token)
}

async fn registered(platform: &Platform, matter: &str) -> String {
    let registered = platform.register(complaint(matter, "991102002")).await;
    registered.order().to_owned()
}

fn not_yet() -> Value {
    json!({ "reached": true, "contacted": true, "solved": false, "result": "not_satisfied", "attitude": "satisfied",
            "remark": "只修好一半" })
}

/// The line of a unit in the scores of March.
async fn line(of: &Client, unit: &str) -> Value {
    let scores = of.get("/v1/scores/2026-03").await.expect(200).body;
    let groups = scores["groups"].as_array().expect("groups").iter();
    let mut units = groups.flat_map(|group| group["units"].as_array().expect("units"));
    units
        .find(|line| line["unit"] == unit)
        .unwrap_or_else(|| panic!("no {unit} in {scores}"))
        .clone()
}

/// (rule, order) of every deduction of a unit in March.
async fn deductions(of: &Client, unit: &str) -> Vec<(String, String)> {
    let path = format!("/v1/scores/2026-03/units/{unit}/entries");
    let entries = of.get(&path).await.expect(200).body;
    let items = entries["items"].as_array().expect("items").iter();
    let costly = items.filter(|entry| entry["points"].as_f64().is_some_and(|points| points < 0.0));
    let mut found: Vec<_> = costly
        .map(|entry| (text(entry, "rule"), text(entry, "order_id")))
        .collect();
    found.sort();
    found
}

#[tokio::test]
async fn late_and_half_done_cost_points_and_december_gives_the_same() {
    let platform = Platform::of_city_at("jinan", "2026-03-02T09:00:00+08:00").await;
    // One unit does its order in time and at once; the other one late, and the caller says: only half.
    let good = registered(&platform, "M040202").await;
    let late = registered(&platform, "M020101").await;
    assert_eq!(platform.lead(&good).await, GOOD);
    assert_eq!(platform.lead(&late).await, LATE);
    platform.handled_by(GOOD, &good).await;
    platform.caller_says(&good, content()).await;
    platform
        .acts(LATE, &late, "sign", json!({ "generation": 1 }))
        .await;
    let first_contact = json!({ "generation": 1, "how": "called" });
    platform.acts(LATE, &late, "respond", first_contact).await;
    platform.pass(TimeDelta::days(9)).await;
    let done = json!({ "generation": 1, "solved": true, "contacted": true, "text": "已修复" });
    platform.acts(LATE, &late, "reply", done).await;
    platform.caller_says(&late, not_yet()).await;

    let (one, two) = (person(&platform, "one"), person(&platform, "two"));
    let costs = deductions(&one, LATE).await;
    for rule in ["D1", "D6"] {
        assert!(
            costs.contains(&(rule.to_owned(), late.clone())),
            "{rule} in {costs:?}"
        );
    }
    assert!(deductions(&one, GOOD).await.is_empty());
    let score = |line: &Value| line["score"].as_f64().expect("a score");
    let (of_late, of_good) = (line(&one, LATE).await, line(&one, GOOD).await);
    assert!(score(&of_late) < score(&of_good), "{of_late} {of_good}");
    assert!(of_late["deducted"].as_f64().expect("points") <= -0.3, "{of_late}");

    // April: the month is closed.
    platform.pass_until("2026-04-02T09:00:00+08:00").await;
    let reason = json!({ "reason": "月度考核" });
    one.post("/v1/scores/2026-03/closing", reason).await.expect(202);
    platform.settle().await;
    let closed = line(&one, LATE).await;
    let pointers = deductions(&one, LATE).await;

    // What becomes known since: the order is done at last, and excluded by two people.
    platform.handled_by(LATE, &late).await;
    platform.caller_says(&late, content()).await;
    let form = json!({ "order_id": late, "reason": "force_majeure", "note": "连日暴雨" });
    let asked = one
        .post("/v1/exclusions", form)
        .await
        .expect(201)
        .text("/exclusion_id");
    let yes = json!({ "verdict": "granted", "note": "同意" });
    two.post(&format!("/v1/exclusions/{asked}/review"), yes)
        .await
        .expect(200);
    platform.settle().await;
    let december = "2026-12-15T09:00:00+08:00".parse().expect("a time");
    platform.world.clock.set(december);
    assert_eq!(line(&one, LATE).await, closed, "December says what April said");
    assert_eq!(deductions(&one, LATE).await, pointers);
    let check = one.get("/v1/scores/2026-03/check").await.expect(200).body;
    assert_eq!(check["differences"], json!([]), "recomputed from what was frozen");
}
