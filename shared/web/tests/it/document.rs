//! The OpenAPI document says what the router does.
use serde_json::json;

use crate::app::app;

#[tokio::test]
async fn roles_security_and_problems_are_in_the_served_document() {
    let app = app();
    let document = app.get("/v1/openapi.json", "").await.body;
    assert_eq!(document["info"]["title"], "notes");
    let write = &document["paths"]["/v1/notes"]["post"];
    assert_eq!(write["x-roles"], json!(["agent", "admin"]));
    assert_eq!(write["security"], json!([{ "bearer": [] }]));
    assert_eq!(write["parameters"][0]["name"], "Idempotency-Key");
    for status in ["400", "401", "403", "413", "415", "429", "500", "503", "504"] {
        let schema = &write["responses"][status]["content"]["application/problem+json"]["schema"]["$ref"];
        assert_eq!(schema, "#/components/schemas/Problem", "{status}");
    }
    assert_eq!(
        write["responses"]["201"]["content"]["application/json"]["schema"]["$ref"],
        "#/components/schemas/Note"
    );
    assert!(document["components"]["schemas"]["Problem"]["properties"]["code"].is_object());
    assert_eq!(
        document["components"]["securitySchemes"]["bearer"]["scheme"],
        "bearer"
    );
    let greet = &document["paths"]["/v1/greeting"]["get"];
    assert_eq!(
        (&greet["x-roles"], greet["x-public"].as_str()),
        (&json!([]), Some("a greeting is for everybody"))
    );
    assert_eq!(greet["security"], json!([]));
    assert!(greet["responses"].get("401").is_none());
}

#[tokio::test]
async fn public_routes_need_nothing() {
    let answer = app().get("/v1/greeting", "").await;
    assert_eq!((answer.status, answer.text.as_str()), (200, "hello"));
}
