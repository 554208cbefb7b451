//! Story 11, 月度通报: reply and implementation rate per unit for the month, the best and the worst named, as a spreadsheet; the
//! quarterly list of hard matters; and a unit that pushed away what was its own is proposed for discipline referral with
//! the evidence listed.
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::people::{complaint, content, text};
use testkit::Role;

/// Street lights.
const BEST: &str = "SJ-MUNI";
/// Kitchen fumes.
const WORST: &str = "SJ-EPB";
/// Who has fewer dispatches in a month is not named.
const SAMPLE: usize = 5;

fn unsolved() -> Value {
    json!({ "reached": true, "contacted": true, "solved": false, "result": "not_satisfied", "attitude": "satisfied",
            "remark": "油烟照旧" })
}

/// The unit says "not ours"; the hotline says: yours.
async fn pushes_away(platform: &Platform, unit: &str, order: &str) {
    let asked = json!({ "generation": 1, "reason_code": "not_our_duty", "basis": "应由城管办理" });
    platform.acts(unit, order, "return-requests", asked).await;
    let desk = platform.routing.http(Role::Dispatcher);
    let open = desk.get("/v1/returns").await.expect(200).body;
    let path = format!("/v1/returns/{}/review", text(&open["items"][0], "return_id"));
    let verdict = json!({ "verdict": "rejected", "reason": "餐饮油烟属生态环境职责" });
    desk.post(&path, verdict).await.expect(200);
    platform.settle().await;
}

/// The rows of a table of a notice or report.
fn rows(of: &Value, table: &str) -> Vec<Value> {
    let tables = of["tables"].as_array().expect("tables").iter();
    let found = tables.into_iter().find(|one| one["name"] == table);
    let found = found.unwrap_or_else(|| panic!("no {table} in {of}"));
    found["rows"].as_array().expect("rows").clone()
}

#[tokio::test]
async fn the_notice_names_the_best_and_the_worst_and_who_pushed_away_its_own() {
    let platform = Platform::of_city("zhengzhou").await;
    let mut pushed = String::new();
    for n in 0..SAMPLE {
        let lights = platform.register(complaint("M020101", "992105001")).await;
        platform.handled_by(BEST, lights.order()).await;
        platform.caller_says(lights.order(), content()).await;
        let fumes = platform.register(complaint("M040202", "992105001")).await;
        if n == 0 {
            pushes_away(&platform, WORST, fumes.order()).await;
            pushed = fumes.order().to_owned();
        }
        platform.handled_by(WORST, fumes.order()).await;
        platform.caller_says(fumes.order(), unsolved()).await;
    }
    let leader = platform.supervision.http(Role::Leader);
    let notice = leader.get("/v1/notices/2026-03").await.expect(200).body;
    let named = rows(&notice, "named");
    let places: Vec<_> = named
        .iter()
        .map(|row| (&row[0], &row[1], &row[2], &row[5]))
        .collect();
    assert_eq!(
        places,
        [
            (&json!("bureaus"), &json!("best"), &json!(BEST), &json!(100.0)),
            (&json!("bureaus"), &json!("worst"), &json!(WORST), &json!(0.0)),
        ],
        "{notice}"
    );
    let proposed = rows(&notice, "referrals");
    assert_eq!(proposed.len(), 1, "{proposed:?}");
    assert_eq!(
        (&proposed[0][0], &proposed[0][3]),
        (&json!(WORST), &json!(pushed))
    );
    let evidence = proposed[0].to_string();
    assert!(
        evidence.contains("not_our_duty") && evidence.contains("餐饮油烟属生态环境职责"),
        "{evidence}"
    );

    let sheet = leader.get("/v1/notices/2026-03?format=xlsx").await.expect(200);
    let kind = sheet.headers["content-type"].to_str().expect("text");
    assert!(kind.contains("spreadsheetml"), "{kind}");

    let quarter = "/v1/reports/quarter?date=2026-03-31&tables=hard_matters";
    let quarter = leader.get(quarter).await.expect(200).body;
    let hard = rows(&quarter, "hard_matters");
    assert_eq!(
        (hard.len(), &hard[0][0], &hard[0][2], &hard[0][3]),
        (1, &json!("M040202"), &json!(SAMPLE), &json!(SAMPLE)),
        "{hard:?}"
    );

    // Proposed, not done: a person refers, with the whole record.
    let form = json!({ "order_id": pushed, "unit": WORST, "to": "市纪委监委", "reason": "推诿本单位职责",
                       "number": "YS2026000011" });
    let supervisor = platform.supervision.http(Role::Supervisor);
    supervisor.post("/v1/referrals", form).await.expect(201);
    platform.settle().await;
}
