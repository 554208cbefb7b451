//! Two hotlines without any shared secret: each signs with a private key, the other has its public half; and changes it without a
//! gap.
use chrono::TimeDelta;
use serde_json::{Value, json};
use system_tests::hotlines::{Hotline, pass, settle};
use system_tests::people::{complaint, text};
use testkit::{Role, World};

/// `one` makes a private key, and `two` believes what is signed with it.
async fn trusts(two: &Hotline, one: &Hotline) -> Value {
    let path = format!("/v1/peers/{}/signing-keys", two.code);
    let made = one
        .app()
        .http(Role::Admin)
        .post(&path, json!({}))
        .await
        .expect(201);
    let path = format!("/v1/peers/{}/keys", one.code);
    let public = json!({ "public_key": made.text("/public_key") });
    two.app()
        .http(Role::Admin)
        .post(&path, public)
        .await
        .expect(201)
        .body
}

async fn offered(from: &Hotline, to: &Hotline) -> Value {
    let registered = from.registers(complaint("M020101", "990102002")).await;
    from.offers(&registered, &to.code, json!({})).await
}

#[tokio::test]
async fn a_case_goes_over_and_comes_back_with_nothing_but_public_keys_exchanged() {
    let world = World::new();
    let (city, law) = (
        Hotline::start(&world, "12345").await,
        Hotline::start(&world, "12348").await,
    );
    city.meets("12348", &law.link.url, &["M09"]).await;
    law.meets("12345", &city.link.url, &[]).await;
    let for_city = trusts(&law, &city).await;
    let for_law = trusts(&city, &law).await;
    assert_eq!(for_city.get("secret"), None);
    city.keeps("12348", for_city).await;
    law.keeps("12345", for_law).await;

    let transfer = offered(&city, &law).await;
    settle(&[&city, &law]).await;
    assert!(city.sees(&transfer).await["receipt_at"].is_string());
    law.decides(&transfer, "acceptance", json!({})).await;
    settle(&[&city, &law]).await;
    assert_eq!(text(&city.sees(&transfer).await, "state"), "accepted");
    assert_eq!(text(&law.sees(&transfer).await, "state"), "accepted");
}

#[tokio::test]
async fn the_key_before_signs_beside_the_new_one_until_its_time_is_over() {
    let world = World::new();
    let (city, law) = (
        Hotline::start(&world, "12345").await,
        Hotline::start(&world, "12348").await,
    );
    city.meets("12348", &law.link.url, &["M09"]).await;
    law.meets("12345", &city.link.url, &[]).await;
    let access = trusts(&law, &city).await;
    city.keeps("12348", access).await;
    // The city changes its key, and 12348 has not heard of it.
    let path = "/v1/peers/12348/signing-keys";
    let made = city
        .app()
        .http(Role::Admin)
        .post(path, json!({}))
        .await
        .expect(201);
    let during = offered(&city, &law).await;
    settle(&[&city, &law]).await;
    assert!(
        city.sees(&during).await["receipt_at"].is_string(),
        "still believed"
    );

    pass(&[&city, &law], TimeDelta::days(8)).await;
    let after = offered(&city, &law).await;
    settle(&[&city, &law]).await;
    assert_eq!(
        city.sees(&after).await.get("receipt_at"),
        None,
        "no longer believed"
    );

    let public = json!({ "public_key": made.text("/public_key") });
    let keys = law
        .app()
        .http(Role::Admin)
        .post("/v1/peers/12345/keys", public)
        .await
        .expect(201);
    city.keeps("12348", keys.body).await;
    pass(&[&city, &law], TimeDelta::minutes(6)).await;
    assert!(
        city.sees(&after).await["receipt_at"].is_string(),
        "believed again"
    );
}
