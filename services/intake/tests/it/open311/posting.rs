//! What an app posts: registered like any other complaint, once, and within its limits.
use super::*;

#[tokio::test]
async fn a_request_of_an_app_is_a_complaint_like_any_other() {
    let (app, key) = ready().await;
    let number = posted(&app, form(&key, &[])).await;
    let events = app.published::<OrderRegisteredV1>().await;
    let order = &events[0].data;
    assert_eq!(order.order_number, number);
    assert_eq!(json!(order.matter), "M0201");
    assert_eq!(json!(order.channel), "app");
    let mut event = assigned(&app, order.order_id, 1, "市政处");
    event.terms.city_calendar = "city".to_owned();
    event.terms.total.amount = 1;
    event.terms.total.unit = LimitUnit::WorkingDays;
    event.terms.total.start = StartRule::Acceptance;
    app.publish(order.order_id.uuid(), 1, &event).await;
    app.settle().await;
    let shown = app
        .anonymous()
        .get(&format!("/open311/v2/requests/{number}.json"))
        .await
        .expect(200);
    assert_eq!(shown.text("/0/service_name"), "路灯");
    assert_eq!(shown.text("/0/status"), "open");
    assert_eq!(shown.text("/0/agency_responsible"), "市政处");
    let expected = shown.text("/0/expected_datetime");
    assert!(expected.ends_with("T17:00:00+08:00"), "{expected}");
    let before = shown.text("/0/updated_datetime");
    app.clock.advance(TimeDelta::hours(1));
    app.publish(
        order.order_id.uuid(),
        2,
        &replied(&app, order.order_id, 0, "已更换灯泡"),
    )
    .await;
    app.publish(
        order.order_id.uuid(),
        3,
        &closed(&app, order.order_id, Outcome::Solved),
    )
    .await;
    app.settle().await;
    let own = app
        .http_as(&key)
        .header("accept-language", "zh")
        .get(&format!("/open311/v2/requests/{number}.json"))
        .await
        .expect(200);
    assert_eq!(own.text("/0/status"), "closed");
    assert!(own.text("/0/status_notes").contains("已更换灯泡"), "{}", own.body);
    assert!(own.text("/0/updated_datetime") > before);
}

#[tokio::test]
async fn a_post_that_breaks_a_rule_is_refused_in_the_shape_of_the_standard_and_leaves_nothing() {
    let (app, key) = ready().await;
    for (changed, status, named) in [
        (("api_key", "ak_wrong"), 403, "api_key"),
        (("api_key", ""), 403, "api_key"),
        (("service_code", ""), 400, "service_code"),
        (("service_code", "M9"), 404, "service_code"),
        (("lat", "north"), 400, "lat"),
        (("lat", "91"), 400, "place.latitude"),
        (("long", ""), 400, "place.longitude"),
        (("address_id", "nowhere"), 400, "place.division"),
        (("phone", "12"), 400, "caller.phone"),
        (("attribute[kind]", "rant"), 400, "attribute[kind]"),
    ] {
        let answer = post(&app, form(&key, &[changed])).await.expect(status);
        assert_eq!(answer.body[0]["code"], status);
        assert!(
            answer.text("/0/description").contains(named),
            "{changed:?}: {}",
            answer.body
        );
    }
    app.settle().await;
    assert!(app.published::<OrderRegisteredV1>().await.is_empty());
    assert!(listed(&app, "").await.is_empty());
}

#[tokio::test]
async fn the_key_of_an_app_is_counted_replaced_and_switched_off() {
    let (app, first) = ready().await;
    let key = app_key(&app, "city-app", 2).await;
    let _ = post(&app, form(&first, &[])).await.expect(403);
    for status in [201, 201, 429] {
        let answer = post(&app, form(&key, &[])).await.expect(status);
        assert_eq!(answer.body.as_array().unwrap().len(), 1);
    }
    app.clock.advance(TimeDelta::hours(1));
    let _ = post(&app, form(&key, &[])).await.expect(201);
    let off = json!({ "name": "掌上城市", "contact": "x", "posts_per_hour_max": 2, "active": false });
    let _ = app
        .http(Role::Admin)
        .put("/v1/apps/city-app", off)
        .await
        .expect(200);
    let _ = post(&app, form(&key, &[])).await.expect(403);
    let _ = app.http_as(&key).get("/open311/v2/requests").await.expect(403);
    let apps = app.http(Role::Auditor).get("/v1/apps").await.expect(200);
    assert!(!apps.body.to_string().contains("ak_"), "{}", apps.body);
    let unknown = app
        .http(Role::Admin)
        .post("/v1/apps/nobody/keys", json!({}))
        .await
        .expect(404);
    assert_eq!(unknown.text("/code"), "app_unknown");
    app.settle().await;
}

#[tokio::test]
async fn a_lost_answer_is_found_again_by_the_token() {
    let (app, key) = ready().await;
    let door = app.anonymous().header("idempotency-key", "9d2f-1");
    let send = || door.post_bytes("/open311/v2/requests.json", FORM, form(&key, &[]));
    let number = send().await.expect(201).text("/0/service_request_id");
    assert_eq!(send().await.expect(201).text("/0/service_request_id"), number);
    app.settle().await;
    let path = "/open311/v2/tokens/9d2f-1.json";
    let found = app.http_as(&key).get(path).await.expect(200);
    assert_eq!(found.text("/0/service_request_id"), number);
    let _ = app.anonymous().get(path).await.expect(403);
    let another = app_key(&app, "another", 10).await;
    let _ = app.http_as(&another).get(path).await.expect(404);
    let other = form(&key, &[("description", "别的")]);
    let reused = door
        .post_bytes("/open311/v2/requests.json", FORM, other)
        .await
        .expect(422);
    assert_eq!(reused.body[0]["code"], 422);
}

/// The port's own refusals have the standard's shape, in the format asked for; so has what is no form.
#[tokio::test]
async fn what_the_port_refuses_is_told_in_the_shape_of_the_standard() {
    let app = start_with(&[("http.rate_per_second_max", "1".to_owned())]).await;
    let nobody = app.anonymous();
    let unknown = nobody.get("/open311/v2/nothing.json").await.expect(404);
    assert_eq!(
        unknown.body,
        json!([{ "code": 404, "description": "see /v1/openapi.json" }])
    );
    let mut refused = None;
    for _ in 0..20 {
        let answer = nobody.get("/open311/v2/services.xml").await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("more than one in a second");
    assert_eq!(refused.headers["content-type"], "text/xml; charset=utf-8");
    assert!(refused.headers.contains_key("retry-after"));
    let told = refused.body.as_str().expect("XML");
    assert!(
        told.contains("<errors><error><code>429</code><description>too many requests"),
        "{told}"
    );

    let (app, _) = ready().await;
    let files = app
        .anonymous()
        .post_bytes(
            "/open311/v2/requests.json",
            "multipart/form-data; boundary=x",
            b"--x--".to_vec(),
        )
        .await
        .expect(415);
    assert_eq!(files.body[0]["code"], 415);
    assert!(
        files.body[0]["description"].to_string().contains("media_url"),
        "{}",
        files.body
    );
}

/// The directory may change between a post and its repeat.
#[tokio::test]
async fn a_repeat_gets_its_number_although_its_service_is_gone() {
    let (app, key) = ready().await;
    let sent = |attempt: &'static str| {
        let client = app.anonymous().header("idempotency-key", attempt);
        let form = form(&key, &[]);
        async move { client.post_bytes("/open311/v2/requests.json", FORM, form).await }
    };
    let first = sent("t1").await.expect(201);
    publishes_version(&app, 2, vec![entry("M0202", "供水", None)]).await;
    let again = sent("t1").await.expect(201);
    assert_eq!(
        again.text("/0/service_request_id"),
        first.text("/0/service_request_id")
    );
    let other = sent("t2").await.expect(404);
    assert!(
        other.text("/0/description").contains("service_code"),
        "{}",
        other.body
    );
}
