//! Records of before, into which a case that only joined an order was written: migration 0167 mends them.
use super::*;

const MIGRATION: &str = include_str!("../../../migrations/0167_ownerships_of_joined_cases.sql");

/// As the releases of before left the record of an order which a case from 110 had joined: with the end of that, and with its
/// beginning when there was no record before.
async fn damage(ours: &Hotline, (order, joined): (&Value, &Value), had_record: bool) {
    let written = "insert into ownerships (order_id, case_number, owned_from, gained_from, owned_until)
         select o.order_id, t.case_number, t.decided_at, t.peer, t.completed_at
         from orders o join transfers t on t.order_id = o.order_id
         where o.order_id = $1::uuid and t.transfer_id = $2::uuid
         on conflict (order_id) do update set case_number = case when $3 then ownerships.case_number else excluded.case_number end,
             owned_from = case when $3 then ownerships.owned_from else excluded.owned_from end,
             gained_from = case when $3 then ownerships.gained_from else excluded.gained_from end, owned_until = excluded.owned_until, lost_to = null";
    let done = sqlx::query(written)
        .bind(order.as_str().unwrap())
        .bind(joined["transfer_id"].as_str().unwrap())
        .bind(had_record)
        .execute(ours.app.db())
        .await
        .unwrap();
    assert_eq!(done.rows_affected(), 1);
}

/// Every record, in the order of its orders.
async fn records(ours: &Hotline) -> Vec<String> {
    sqlx::query_scalar("select to_jsonb(w)::text from ownerships w order by order_id")
        .fetch_all(ours.app.db())
        .await
        .unwrap()
}

/// A case from 110 that joins the order of another caller, and ends.
async fn joins(ours: &Hotline, police: &Scripted, order: &Value, number: &str) -> Value {
    let case = format!("110/{number}");
    let by_voice = json!({ "channel": "hotline", "source_number": case, "caller": null, "joins": order });
    ours.registers(by_voice).await;
    let joined = with(
        offer(ours, json!({})),
        json!({ "case_number": case, "number": number }),
    );
    police.says(ours, &joined).await.expect(200);
    ours.decides(&joined, "acceptance", json!({})).await;
    settle(&[ours]).await;
    ours.app.clock.advance(chrono::TimeDelta::minutes(1));
    let result = json!({ "outcome": "solved", "result": "已劝离" });
    ours.decides(&joined, "result", result).await;
    settle(&[ours]).await;
    joined
}

#[tokio::test]
async fn a_record_into_which_a_joined_case_was_written_is_that_of_its_own_case_again() {
    let (ours, police) = ours_and_police().await;
    let register = async || ours.registers(json!({})).await["orders"][0]["order_id"].clone();
    let (open, lost, never) = (register().await, register().await, register().await);
    ours.app.clock.advance(chrono::TimeDelta::hours(1));
    let of_open = joins(&ours, &police, &open, "110-81").await;
    let of_lost = joins(&ours, &police, &lost, "110-82").await;
    let of_never = joins(&ours, &police, &never, "110-83").await;
    ours.offers(&open, "110", json!({})).await;
    let handed = ours.offers(&lost, "110", json!({})).await;
    ours.app.clock.advance(chrono::TimeDelta::minutes(1));
    let yes = json!({ "type": "acceptance", "transfer_id": handed["transfer_id"], "number": "JQ-1" });
    police.says(&ours, &yes).await.expect(200);
    settle(&[&ours]).await;
    let sound = records(&ours).await;
    assert_eq!(sound.len(), 2, "the third order was never offered: {sound:?}");
    assert!(
        sound.iter().any(|record| record.contains(r#""lost_to": "110""#)),
        "{sound:?}"
    );

    damage(&ours, (&open, &of_open), false).await;
    damage(&ours, (&lost, &of_lost), true).await;
    damage(&ours, (&never, &of_never), false).await;
    assert_eq!(records(&ours).await.len(), 3);
    sqlx::raw_sql(MIGRATION).execute(ours.app.db()).await.unwrap();
    assert_eq!(records(&ours).await, sound);

    // What is sound is left alone.
    sqlx::raw_sql(MIGRATION).execute(ours.app.db()).await.unwrap();
    assert_eq!(records(&ours).await, sound);
}
