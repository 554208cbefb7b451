//! Only the responsible unit acts, and only on the current generation; another unit learns nothing, not even
//! whether the order exists.
use serde_json::json;
use system_tests::Platform;
use system_tests::people::complaint;
use testkit::Role;

const UNIT: &str = "SJ-MUNI";
const STRANGER: &str = "SJ-EDU";

#[tokio::test]
async fn another_unit_neither_reads_nor_acts() {
    let platform = Platform::start().await;
    let order = platform
        .register(complaint("M020101", "990102002"))
        .await
        .order()
        .to_owned();
    assert!(
        platform.documents(STRANGER).await.is_empty(),
        "it has no orders of its own"
    );

    // In the name of the unit: the token says for whom somebody works.
    let stranger = platform.gateway.unit(STRANGER);
    stranger
        .get(&format!("/v1/units/{UNIT}/orders"))
        .await
        .expect(403);
    for (verb, body) in [
        ("sign", json!({ "generation": 1 })),
        ("respond", json!({ "generation": 1, "how": "called" })),
        ("progress", json!({ "generation": 1, "note": "在办" })),
        (
            "return-requests",
            json!({ "generation": 1, "reason_code": "wrong_place", "basis": "不在辖区" }),
        ),
        ("reply", system_tests::people::solved(1)),
    ] {
        let path = format!("/v1/units/{UNIT}/orders/{order}/{verb}");
        let refused = stranger.post(&path, body).await;
        assert_eq!(refused.status.as_u16(), 403, "{verb}: {}", refused.body);
    }
    // In its own name: it cannot tell this order from one that does not exist.
    let sign = json!({ "generation": 1 });
    let known = platform
        .act(STRANGER, &order, "sign", sign.clone())
        .await
        .expect(404);
    let unknown = platform
        .act(STRANGER, "01890a5d-ac96-774b-bcce-b302099a8057", "sign", sign)
        .await
        .expect(404);
    assert_eq!(known.body["code"], unknown.body["code"]);
    assert_eq!(platform.watched(&order).await["state"], "assigned");
    platform
        .acts(UNIT, &order, "sign", json!({ "generation": 1 }))
        .await;
}

#[tokio::test]
async fn a_generation_that_is_over_or_not_yet_is_refused() {
    let platform = Platform::start().await;
    let order = platform
        .register(complaint("M020101", "990102002"))
        .await
        .order()
        .to_owned();
    for (generation, status, code) in [(0, 422, "invalid_field"), (2, 409, "stale_generation")] {
        let refused = platform
            .act(UNIT, &order, "sign", json!({ "generation": generation }))
            .await
            .expect(status);
        assert_eq!(
            refused.body["code"], code,
            "generation {generation}: {}",
            refused.body
        );
    }
    assert_eq!(platform.watched(&order).await["state"], "assigned");
}

#[tokio::test]
async fn a_helper_reports_progress_and_nothing_more() {
    let platform = Platform::start().await;
    // Manhole covers: the city's works lead, the district's urban management helps.
    let order = platform
        .register(complaint("M020103", "990102002"))
        .await
        .order()
        .to_owned();
    const HELPER: &str = "QX-990102-URBAN";
    assert_eq!(platform.document(HELPER, &order).await["data"]["lead"], false);
    platform
        .acts(
            HELPER,
            &order,
            "progress",
            json!({ "generation": 1, "note": "已设围挡" }),
        )
        .await;
    for (verb, body) in [
        ("sign", json!({ "generation": 1 })),
        ("reply", system_tests::people::solved(1)),
    ] {
        let refused = platform.act(HELPER, &order, verb, body).await.expect(403);
        assert_eq!(
            refused.body["code"], "not_responsible",
            "{verb}: {}",
            refused.body
        );
    }
}

#[tokio::test]
async fn signing_twice_signs_once() {
    let platform = Platform::start().await;
    let order = platform
        .register(complaint("M020101", "990102002"))
        .await
        .order()
        .to_owned();
    for _ in 0..2 {
        platform
            .acts(UNIT, &order, "sign", json!({ "generation": 1 }))
            .await;
    }
    let happened = platform.happened(&order).await;
    assert_eq!(
        happened
            .iter()
            .filter(|kind| *kind == "unit-gateway.order.signed.v1")
            .count(),
        1,
        "{happened:?}"
    );
    platform
        .gateway
        .anonymous()
        .get(&format!("/v1/units/{UNIT}/orders"))
        .await
        .expect(401);
    platform
        .gateway
        .http(Role::Agent)
        .get(&format!("/v1/units/{UNIT}/orders"))
        .await
        .expect(403);
}
