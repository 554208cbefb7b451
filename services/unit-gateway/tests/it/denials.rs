//! Who is refused on NATS is counted; strangers cannot fill the table.
use crate::harness::{LEAD, Order, key, start_with};
use crate::unit_system::UnitSystem;
use chrono::TimeDelta;
use serde_json::{Value, json};
use testkit::{Role, TestApp};

async fn denials(app: &TestApp) -> Vec<Value> {
    let answer = app
        .http(Role::Supervisor)
        .get("/v1/unit-denials")
        .await
        .expect(200);
    answer.body["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_counted_together_and_refusals_are_forgotten() {
    let app = start_with(&[("service.delivery.keep_days", "30")]).await;
    let (_, mine) = key(&app, LEAD).await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    let sign = json!({ "order_id": order.id, "generation": 1 });
    for unit in ["U-NOBODY-1", "U-NOBODY-2", "U-NOBODY-3", LEAD] {
        let asker = UnitSystem::connect(&app, unit).await;
        let refused = asker.command(unit, "sign", Some("uk_wrong"), &sign).await;
        assert_eq!(refused["code"], "token_invalid");
    }
    let asker = UnitSystem::connect(&app, "U-NOBODY-1").await;
    asker.command("U-NOBODY-1", "sign", Some(&mine), &sign).await;
    let seen = denials(&app).await;
    let counted = |unit: &str, code: &str| {
        let row = seen.iter().find(|row| row["unit"] == unit && row["code"] == code);
        row.map(|row| row["times"].as_i64().unwrap())
    };
    assert_eq!(
        [
            counted("?", "token_invalid"),
            counted("?", "wrong_unit"),
            counted(LEAD, "token_invalid")
        ],
        [Some(3), Some(1), Some(1)]
    );
    assert_eq!(seen.len(), 3, "{seen:?}");

    app.clock.advance(TimeDelta::days(31));
    let asker = UnitSystem::connect(&app, LEAD).await;
    asker.command(LEAD, "sign", Some("uk_wrong"), &sign).await;
    app.settle().await;
    let kept = denials(&app).await;
    assert_eq!((kept.len(), &kept[0]["unit"]), (1, &json!(LEAD)));
}
