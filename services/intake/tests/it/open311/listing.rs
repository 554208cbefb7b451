//! What is shown of requests, and to whom.
use super::*;

#[tokio::test]
async fn everybody_sees_how_it_stands_and_nobody_what_was_written_or_where_somebody_lives() {
    let (app, key) = ready().await;
    let number = posted(&app, form(&key, &[])).await;
    let another = app_key(&app, "another", 10).await;
    let path = format!("/open311/v2/requests/{number}");
    for viewer in [app.anonymous(), app.http_as(&another)] {
        let shown = viewer.get(&path).await.expect(200).body.to_string();
        for hidden in [PHONE, "402", "家门口", "34.754", "113.621", "文渊街1号"] {
            assert!(!shown.contains(hidden), "{hidden} in {shown}");
        }
        assert!(
            shown.contains("映霞区文渊街道") && shown.contains("113.62"),
            "{shown}"
        );
    }
    let own = app.http_as(&key).get(&path).await.expect(200);
    assert_eq!(own.text("/0/address"), ADDRESS);
    assert_eq!(own.body[0]["lat"], 34.754_321);
    assert!(!own.body.to_string().contains(PHONE), "{}", own.body);
}

#[tokio::test]
async fn what_is_confidential_or_came_by_another_door_is_never_listed() {
    let (app, key) = ready().await;
    let secret = posted(&app, form(&key, &[("attribute[confidential]", "yes")])).await;
    let report = posted(&app, form(&key, &[("attribute[kind]", "report")])).await;
    let open = posted(&app, form(&key, &[])).await;
    let by_phone = register(&app, crate::harness::complaint_with(json!({ "matter": "M0201" }))).await;
    app.settle().await;
    let numbers: Vec<Value> = listed(&app, "")
        .await
        .into_iter()
        .map(|r| r["service_request_id"].clone())
        .collect();
    assert_eq!(numbers, [json!(open)]);
    let phone = by_phone["orders"][0]["order_number"].as_str().unwrap();
    for hidden in [secret.as_str(), report.as_str(), phone] {
        let path = format!("/open311/v2/requests/{hidden}.json");
        let answer = app.anonymous().get(&path).await.expect(404);
        assert_eq!(answer.body[0]["code"], 404);
        let own = app.http_as(&key).get(&path).await;
        assert_eq!(own.status.as_u16(), if hidden == phone { 404 } else { 200 });
    }
}

#[tokio::test]
async fn requests_are_found_by_what_the_standard_names() {
    let (app, key) = ready().await;
    let light = posted(&app, form(&key, &[])).await;
    let first = app.clock.now();
    app.clock.advance(TimeDelta::days(2));
    let water = posted(&app, form(&key, &[("service_code", "M0202")])).await;
    let id: OrderId = app.published::<OrderRegisteredV1>().await[0].data.order_id;
    app.publish(id.uuid(), 1, &closed(&app, id, Outcome::Solved))
        .await;
    app.settle().await;
    let between = (first + TimeDelta::days(1)).format("%Y-%m-%dT%H:%M:%SZ");
    for (query, expected) in [
        (String::new(), vec![&water, &light]),
        ("?service_code=M0201".to_owned(), vec![&light]),
        ("?service_code=M0201,M0202&page_size=1".to_owned(), vec![&water]),
        ("?page_size=1&page=2".to_owned(), vec![&light]),
        ("?status=closed".to_owned(), vec![&light]),
        ("?status=open".to_owned(), vec![&water]),
        ("?status=open,closed&service_code=M0202".to_owned(), vec![&water]),
        (format!("?end_date={between}"), vec![&light]),
        (format!("?start_date={between}"), vec![&water]),
        (format!("?updated_after={between}"), vec![&water, &light]),
        (format!("?updated_before={between}"), vec![]),
        (
            format!("?service_request_id={light},{water}&status=open"),
            vec![&water, &light],
        ),
        (format!("?service_request_id={light}"), vec![&light]),
    ] {
        let found = listed(&app, &query).await;
        let numbers: Vec<&str> = found
            .iter()
            .map(|r| r["service_request_id"].as_str().unwrap())
            .collect();
        assert_eq!(numbers, expected, "{query}");
    }
    for wrong in [
        "?status=lost",
        "?start_date=yesterday",
        "?page_size=0",
        "?start_date=2026-01-01T00:00:00Z&end_date=2026-06-01T00:00:00Z",
        "?service_code=%00",
    ] {
        let answer = app
            .anonymous()
            .get(&format!("/open311/v2/requests{wrong}"))
            .await
            .expect(400);
        assert_eq!(answer.body[0]["code"], 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_city_may_list_nothing_and_have_a_name_of_its_own() {
    let settings = [
        ("service.open311.public_listing", "false".to_owned()),
        ("service.open311.jurisdiction_id", "city.example".to_owned()),
    ];
    let app = start_with(&settings).await;
    publishes(&app).await;
    let key = app_key(&app, "city-app", 10).await;
    let number = posted(&app, form(&key, &[("jurisdiction_id", "city.example")])).await;
    for path in ["/open311/v2/requests", &format!("/open311/v2/requests/{number}")] {
        let _ = app.anonymous().get(path).await.expect(403);
        let own = app.http_as(&key).get(path).await.expect(200);
        assert_eq!(own.text("/0/service_request_id"), number);
    }
    let elsewhere = app
        .anonymous()
        .get("/open311/v2/services?jurisdiction_id=other.example")
        .await;
    assert_eq!(elsewhere.expect(404).body[0]["code"], 404);
    let wrong = form(&key, &[("jurisdiction_id", "other.example")]);
    let _ = post(&app, wrong).await.expect(404);
}
