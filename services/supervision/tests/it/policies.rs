//! Policy documents: versions for good, bad ones refused with their field.
use serde_json::json;
use supervision::app::Supervision;
use testkit::{Role, TestApp};

#[tokio::test]
async fn a_policy_is_put_as_the_next_version_and_a_wrong_one_is_refused_with_its_field() {
    let app = TestApp::start::<Supervision>().await;
    let (admin, leader) = (app.http(Role::Admin), app.http(Role::Leader));
    let path = "/v1/policies/ladder";
    let built_in = leader.get(path).await.expect(200).body;
    assert_eq!(
        (&built_in["version"], &built_in["author"]),
        (&json!(0), &json!(null))
    );
    let text = built_in["document"].as_str().unwrap();
    let stricter = text.replacen("times_max = 2", "times_max = 1", 1);
    let body = json!({ "document": stricter, "note": "一次为限" });
    let put = admin.put(path, body.clone()).await.expect(200).body;
    assert_eq!((&put["version"], &put["note"]), (&json!(1), &json!("一次为限")));
    let again = admin.put(path, body.clone()).await.expect(200).body;
    assert_eq!(again, put, "what holds already is not put again");

    let wrong = stricter.replacen("level = \"urge\"", "level = \"shout\"", 1);
    let refused = admin
        .put(path, json!({ "document": wrong }))
        .await
        .expect(422)
        .body;
    assert_eq!(
        (&refused["code"], &refused["field"]),
        (&json!("policy_faulty"), &json!("triggers[0].level"))
    );
    admin.put("/v1/policies/weather", body.clone()).await.expect(404);
    leader.put(path, body.clone()).await.expect(403);

    admin.put(path, json!({ "document": text })).await.expect(200);
    assert_eq!(leader.get(path).await.expect(200).body["version"], 2);
    let first = leader.get("/v1/policies/ladder?version=1").await.expect(200).body;
    assert_eq!(first["document"], json!(stricter), "a version is for good");
    leader.get("/v1/policies/ladder?version=9").await.expect(404);
}
