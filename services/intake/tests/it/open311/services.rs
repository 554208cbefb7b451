//! The services of the city, and its promise.
use super::*;

#[tokio::test]
async fn services_are_the_leaves_of_the_catalogue_and_xml_says_the_same() {
    let (app, _) = ready().await;
    let services = app
        .anonymous()
        .get("/open311/v2/services.json")
        .await
        .expect(200)
        .body;
    assert_eq!(services.as_array().unwrap().len(), 2);
    assert_eq!(
        (&services[0]["service_code"], &services[0]["group"]),
        (&json!("M0201"), &json!("市政"))
    );
    let definition = app
        .anonymous()
        .get("/open311/v2/services/M0201.json")
        .await
        .expect(200)
        .body;
    assert_eq!(definition["attributes"][0]["code"], "kind");
    let xml = app.anonymous().get("/open311/v2/services.xml").await.expect(200);
    assert_eq!(xml.headers["content-type"], "text/xml; charset=utf-8");
    let text = xml.body.as_str().unwrap().to_owned();
    assert!(
        text.contains("<services><service>") && text.contains("<service_code>M0202</service_code>"),
        "{text}"
    );
    let discovery = app
        .anonymous()
        .get("/open311/v2/discovery.json")
        .await
        .expect(200)
        .body;
    assert!(
        discovery["endpoints"][0]["url"]
            .as_str()
            .unwrap()
            .ends_with("/open311/v2")
    );
    let missing = app
        .anonymous()
        .get("/open311/v2/services/M9.xml")
        .await
        .expect(404);
    assert!(
        missing
            .body
            .as_str()
            .unwrap()
            .contains("<errors><error><code>404</code>"),
        "{}",
        missing.body
    );
}

/// A process that starts without NATS knows the calendars, too.
#[tokio::test]
async fn the_promise_is_known_after_a_start() {
    let world = World::new();
    let app = TestApp::start_with::<Intake>(&world, &keys()).await;
    publishes(&app).await;
    let key = app_key(&app, "city-app", 10).await;
    let number = posted(&app, form(&key, &[])).await;
    let id = app.published::<OrderRegisteredV1>().await[0].data.order_id;
    let mut event = assigned(&app, id, 1, "市政处");
    event.terms.city_calendar = "city".to_owned();
    app.publish(id.uuid(), 1, &event).await;
    app.settle().await;
    let again = TestApp::start_with::<Intake>(&world, &keys()).await;
    again.settle().await;
    let shown = again
        .anonymous()
        .get(&format!("/open311/v2/requests/{number}"))
        .await
        .expect(200);
    assert!(shown.body[0]["expected_datetime"].is_string(), "{}", shown.body);
}
