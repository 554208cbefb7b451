//! Messages and the citizen's page: sent once, answered once, telling nothing beyond number and title.
use crate::harness::{Told, publish};
use crate::intake_door::{FakeIntake, NO, YES, citizen, html, start_with, submit};
use chrono::TimeDelta;
use contracts::callback::{CallbackAttemptedV1, CallbackRecordedV1, OrderClosedV1};
use contracts::words::CallbackWay;
use http::StatusCode;
use serde_json::Value;
use testkit::Role;
use uuid::Uuid;

#[tokio::test]
async fn a_caller_answers_by_the_link_once() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let _ = Told::new(&app).due().await;
    let calls = intake.calls();
    assert_eq!(calls.len(), 1, "one message per attempt");
    assert_eq!(
        calls[0].0,
        Uuid::from_u128(7).to_string(),
        "by the complaint, no number"
    );
    assert!(calls[0].2.contains("https://12345.example/v1/surveys/") && calls[0].2.contains("路灯不亮"));
    assert!(
        app.http(Role::CallbackAgent)
            .post("/v1/callbacks/claims", Value::Null)
            .await
            .expect(200)
            .body["items"]
            .as_array()
            .expect("items")
            .is_empty(),
        "not in the queue of the phone"
    );

    let link = intake.link(0);
    let again = submit(&app, &link, "contacted=yes&solved=perhaps")
        .await
        .expect(422);
    assert!(html(&again).contains("请回答全部四个问题"));
    let thanks = submit(&app, &link, YES).await.expect(200);
    assert!(html(&thanks).contains("感谢"));
    app.settle().await;
    let recorded = app.published::<CallbackRecordedV1>().await;
    assert_eq!(recorded.len(), 1);
    assert_eq!(
        (recorded[0].actor.as_str(), recorded[0].data.way),
        ("citizen", Some(CallbackWay::Sms))
    );
    assert!(recorded[0].data.solved && recorded[0].data.contacted);
    assert_eq!(recorded[0].data.attitude.as_str(), "basically_satisfied");
    assert_eq!(app.published::<OrderClosedV1>().await.len(), 1);
    let remark: String = sqlx::query_scalar("select remark from answers")
        .fetch_one(app.db())
        .await
        .expect("one");
    assert_eq!(remark, "多谢 ***");

    // The form sent twice is thanked for twice; a minute later the link is of no use.
    let twice = html(&submit(&app, &link, NO).await.expect(200));
    assert!(twice.contains("感谢"), "{twice}");
    app.clock.advance(TimeDelta::minutes(2));
    let _ = submit(&app, &link, NO).await.expect(404);
    let _ = citizen(&app, "zh-CN").get(&link).await.expect(404);
    app.settle().await;
    assert_eq!(app.published::<CallbackRecordedV1>().await.len(), 1, "used once");
}

#[tokio::test]
async fn the_page_shows_number_and_title_in_both_languages_and_nothing_else() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let told = Told::new(&app);
    let id = told.due().await;
    let link = intake.link(0);
    let zh = citizen(&app, "zh-CN").get(&link).await.expect(200);
    assert_eq!(zh.headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(zh.headers["cache-control"], "no-store");
    assert!(
        zh.headers["content-security-policy"]
            .to_str()
            .expect("text")
            .contains("default-src 'none'")
    );
    let page = html(&zh);
    assert!(
        page.contains("26030200001-1") && page.contains("路灯不亮") && page.contains("是否解决"),
        "{page}"
    );
    assert!(
        !page.contains("<script") && !page.contains("http"),
        "no scripts, nothing from elsewhere"
    );
    for hidden in [
        "U-1",
        "路灯已修复",
        "中山路",
        &told.order_id.to_string(),
        &id,
        "城市管理局",
    ] {
        assert!(!page.contains(hidden), "{hidden} is shown: {page}");
    }
    assert!(html(&citizen(&app, "en").get(&link).await.expect(200)).contains("Is your matter solved?"));
}

#[tokio::test]
async fn a_link_that_is_of_no_use_tells_nothing_of_why() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let (used, superseded, expired) = (Told::new(&app), Told::new(&app), Told::new(&app));
    let _ = used.due_of(1, "M1").await;
    let _ = superseded.due_of(2, "M1").await;
    let _ = expired.due_of(3, "M1").await;
    let links: Vec<String> = (0..3).map(|n| intake.link(n)).collect();
    let _ = submit(&app, &links[0], YES).await.expect(200);
    superseded.assigned(2).await;
    app.settle().await;
    app.clock.advance(TimeDelta::minutes(2));
    let mut forged = links[2].clone();
    let last = forged.pop().expect("a character");
    forged.push(if last == 'A' { 'B' } else { 'A' });
    let guessed = "/v1/surveys/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned();
    let mut pages = Vec::new();
    for link in [
        &links[0],
        &links[1],
        &forged,
        &guessed,
        &"/v1/surveys/x".to_owned(),
    ] {
        pages.push(html(&citizen(&app, "zh-CN").get(link).await.expect(404)));
        pages.push(html(&submit(&app, link, YES).await.expect(404)));
    }
    app.clock.advance(TimeDelta::days(4));
    pages.push(html(&citizen(&app, "zh-CN").get(&links[2]).await.expect(404)));
    pages.push(html(&submit(&app, &links[2], YES).await.expect(404)));
    pages.dedup();
    assert_eq!(pages.len(), 1, "one page for all: {pages:?}");
    assert!(!pages[0].contains("2603"), "{}", pages[0]);
    app.settle().await;
    assert_eq!(app.published::<CallbackRecordedV1>().await.len(), 1);
}

#[tokio::test]
async fn two_answers_by_one_link_at_once_are_one() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let _ = Told::new(&app).due().await;
    let link = intake.link(0);
    let (yes, no) = tokio::join!(submit(&app, &link, YES), submit(&app, &link, NO));
    let mut statuses = [yes.status.as_u16(), no.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(
        statuses,
        [200, 200],
        "the citizen is thanked, whichever came first"
    );
    app.settle().await;
    assert_eq!(app.published::<CallbackRecordedV1>().await.len(), 1);
}

#[tokio::test]
async fn links_cannot_be_tried_at_any_rate() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[("http.rate_per_second_max", "3".to_owned())]).await;
    let mut refused = 0;
    for _ in 0..20 {
        let status = citizen(&app, "zh-CN").get("/v1/surveys/x").await.status;
        refused += usize::from(status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(refused > 5, "{refused} of 20");
}

#[tokio::test]
async fn an_unanswered_message_is_followed_by_a_call_and_the_link_stays_good_until_then() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let told = Told::new(&app);
    let _ = told.due().await;
    app.clock.advance(TimeDelta::hours(10));
    app.settle().await;
    let attempted = app.published::<CallbackAttemptedV1>().await;
    assert_eq!(
        (attempted.len(), attempted[0].data.way),
        (1, Some(CallbackWay::Sms))
    );
    let due = told.listed("due").await;
    assert_eq!(due.text("/items/0/way"), "phone");
    assert_eq!(due.text("/items/0/due_at"), "2026-03-02T19:00:00+08:00");
    assert_eq!(intake.calls().len(), 1);
    let _ = submit(&app, &intake.link(0), NO).await.expect(200);
    app.settle().await;
    assert_eq!(
        app.published::<CallbackRecordedV1>().await.len(),
        1,
        "late, and still an answer"
    );
}

#[tokio::test]
async fn what_could_not_be_sent_in_the_evening_is_not_sent_at_night() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let a_day = "[default]\nsteps = [{ way = 'sms', gap_mins = 1440 }, { way = 'phone', attempts = 1, gap_mins = 60 }]";
    let _ = publish(&app, a_day).await.expect(200);
    app.clock.advance(TimeDelta::hours(12) - TimeDelta::seconds(10));
    intake.answers(Some(StatusCode::SERVICE_UNAVAILABLE));
    let _ = Told::new(&app).due_of(1, "M1").await;
    assert_eq!(intake.calls().len(), 1, "tried just before nine in the evening");
    intake.answers(None);
    for _ in 0..10 {
        app.clock.advance(TimeDelta::hours(1));
        app.settle().await;
        assert_eq!(
            intake.calls().len(),
            1,
            "nobody is written to at {}",
            app.clock.now()
        );
    }
    app.clock.advance(TimeDelta::hours(1) + TimeDelta::seconds(10));
    app.settle().await;
    let calls = intake.calls();
    assert_eq!(
        (calls.len(), &calls[0].1),
        (2, &calls[1].1),
        "at eight, the same message"
    );
}

#[tokio::test]
async fn intake_away_means_later_and_never_means_a_call() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    intake.answers(Some(StatusCode::SERVICE_UNAVAILABLE));
    let told = Told::new(&app);
    let _ = told.due_of(1, "M1").await;
    assert_eq!(intake.calls().len(), 1);
    app.settle().await;
    assert_eq!(intake.calls().len(), 1, "not before its time");
    intake.answers(None);
    app.clock.advance(TimeDelta::seconds(15));
    app.settle().await;
    app.clock.advance(TimeDelta::hours(1));
    app.settle().await;
    let calls = intake.calls();
    assert_eq!((calls.len(), &calls[0].1), (2, &calls[1].1), "the same message");

    intake.answers(Some(StatusCode::NOT_FOUND));
    let other = Told::new(&app);
    let _ = other.due_of(2, "M1").await;
    let listed = other.listed("due").await;
    let id = other.order_id.to_string();
    let items = listed.body["items"].as_array().expect("items").clone();
    let mine = items
        .into_iter()
        .find(|task| task["order_id"] == id.as_str())
        .expect("due");
    assert_eq!(
        (mine["way"].as_str(), mine["attempts"].as_i64()),
        (Some("phone"), Some(1))
    );
}
