//! While a release is rolled out, newer replicas write words that this one does not know: whatever they stand in is left out or
//! left to who knows it, and everything else goes on.
use super::*;
use chrono::TimeDelta;

async fn runs(hotline: &Hotline, statements: &[&'static str]) {
    for sql in statements {
        sqlx::query(*sql).execute(hotline.app.db()).await.unwrap();
    }
}

#[tokio::test]
async fn a_transfer_that_cannot_be_read_keeps_no_other_from_its_end_or_its_list() {
    let (ours, police) = ours_and_police().await;
    let mut offered = Vec::new();
    for _ in 0..2 {
        let registered = ours.registers(json!({})).await;
        offered.push(
            ours.offers(&registered["orders"][0]["order_id"], "110", json!({}))
                .await,
        );
    }
    settle(&[&ours]).await;
    sqlx::query(
        r#"update transfers set offer = jsonb_set(offer, '{kind}', '"petition"') where transfer_id = $1"#,
    )
    .bind(text(&offered[0], "transfer_id").parse::<Uuid>().unwrap())
    .execute(ours.app.db())
    .await
    .unwrap();
    ours.app.clock.advance(TimeDelta::hours(3));
    settle(&[&ours]).await;
    assert_eq!(text(&ours.sees(&offered[1]).await, "state"), "lapsed");
    assert_eq!(police.heard("end").len(), 1);
    for page in ["/v1/transfers", "/v1/transfers?limit=1"] {
        let desk = ours.app.http(Role::Agent);
        let list = desk.get(page).await.expect(200);
        let items = list.body["items"].as_array().unwrap();
        assert_eq!(items.len(), 1, "{page}");
        assert_eq!(items[0]["transfer_id"], offered[1]["transfer_id"]);
    }
    runs(
        &ours,
        &[r#"update transfers set offer = jsonb_set(offer, '{kind}', '"help"')"#],
    )
    .await;
    settle(&[&ours]).await;
    assert_eq!(
        text(&ours.sees(&offered[0]).await, "state"),
        "lapsed",
        "who knows it goes on with it"
    );
}

#[tokio::test]
async fn a_peer_with_a_way_that_is_not_known_is_reached_by_those_that_are() {
    let (ours, police) = ours_and_police().await;
    runs(
        &ours,
        &[
            "alter table peers drop constraint peers_ways_check",
            "update peers set ways = array['pigeon', 'https']",
        ],
    )
    .await;
    let registered = ours.registers(json!({})).await;
    ours.offers(&registered["orders"][0]["order_id"], "110", json!({}))
        .await;
    settle(&[&ours]).await;
    assert_eq!(police.heard("offer").len(), 1);
    let listed = ours.app.http(Role::Agent).get("/v1/peers").await.expect(200);
    assert_eq!(listed.body["items"][0]["ways"], json!(["https"]));
}
