//! One link for several orders of one person: what its page shows, and what its answer is for.
use crate::harness::{Told, publish};
use crate::intake_door::{FakeIntake, NO, SMS_FIRST, YES, citizen, html, start_with, submit};
use chrono::TimeDelta;
use contracts::callback::{CallbackRecordedV1, OrderClosedV1};

#[tokio::test]
async fn one_person_gets_one_link_about_one_matter_and_its_answer_is_for_all() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let _ = Told::new(&app).due_of(1, "M1").await;
    let _ = Told::new(&app).due_of(1, "M1").await;
    assert_eq!(intake.calls().len(), 1);
    let link = intake.link(0);
    let page = html(&citizen(&app, "zh-CN").get(&link).await.expect(200));
    assert_eq!(
        page.matches("<li>26030200001-1 路灯不亮</li>").count(),
        2,
        "{page}"
    );
    let too = page
        .split("name=\"too\" value=\"")
        .nth(1)
        .expect("the other task");
    let name = too.split('"').next().expect("its end").to_owned();
    let ids: Vec<uuid::Uuid> =
        sqlx::query_scalar("select callback_id from callbacks union select order_id from orders")
            .fetch_all(app.db())
            .await
            .expect("ids");
    assert!(
        ids.len() == 4 && ids.iter().all(|id| !page.contains(&id.to_string())),
        "{page}"
    );
    let form = format!("{YES}&too={name}");
    let _ = submit(&app, &link, &form).await.expect(200);
    app.settle().await;
    let recorded = app.published::<CallbackRecordedV1>().await;
    assert_eq!(recorded.len(), 2);
    assert_eq!(
        recorded
            .iter()
            .filter(|event| event.data.asked_with.is_some())
            .count(),
        1
    );
    assert_eq!(app.published::<OrderClosedV1>().await.len(), 2);
}

#[tokio::test]
async fn where_the_city_asks_about_each_order_a_link_answers_for_its_own_only() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let apart = format!("[calling]\ntogether = false\n{SMS_FIRST}");
    let _ = publish(&app, &apart).await.expect(200);
    let _ = Told::new(&app).due_of(1, "M1").await;
    let _ = Told::new(&app).due_of(1, "M1").await;
    assert_eq!(intake.calls().len(), 2, "a link for each");
    let page = html(&citizen(&app, "zh-CN").get(&intake.link(0)).await.expect(200));
    assert!(!page.contains("name=\"too\""), "{page}");
    let _ = submit(&app, &intake.link(0), NO).await.expect(200);
    app.settle().await;
    assert_eq!(app.published::<CallbackRecordedV1>().await.len(), 1);
    let _ = submit(&app, &intake.link(1), YES).await.expect(200);
    app.settle().await;
    assert_eq!(app.published::<CallbackRecordedV1>().await.len(), 2);
}

#[tokio::test]
async fn the_name_of_an_order_on_a_page_is_of_no_use_with_another_link() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let apart = format!("[calling]\ntogether = false\n{SMS_FIRST}");
    let _ = publish(&app, &apart).await.expect(200);
    for _ in 0..3 {
        let _ = Told::new(&app).due_of(1, "M1").await;
    }
    let _ = publish(&app, SMS_FIRST).await.expect(200);
    let first = html(&citizen(&app, "zh-CN").get(&intake.link(0)).await.expect(200));
    let names: Vec<&str> = first
        .split("name=\"too\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().expect("its end"))
        .collect();
    assert_eq!(names.len(), 2, "{first}");
    let form = format!("{YES}&too={}&too={}", names[0], names[1]);
    let _ = submit(&app, &intake.link(1), &form).await.expect(200);
    app.settle().await;
    assert_eq!(
        app.published::<CallbackRecordedV1>().await.len(),
        1,
        "its own order alone"
    );
}

#[tokio::test]
async fn an_order_that_the_page_did_not_show_is_not_answered() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let _ = Told::new(&app).due_of(1, "M1").await;
    // The citizen has the page open; another order of hers becomes due.
    let _ = Told::new(&app).due_of(1, "M1").await;
    let _ = submit(&app, &intake.link(0), YES).await.expect(200);
    app.settle().await;
    assert_eq!(app.published::<CallbackRecordedV1>().await.len(), 1);
}

#[tokio::test]
async fn an_old_link_whose_task_is_on_the_phone_does_not_keep_the_next_one_back() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let _ = Told::new(&app).due_of(1, "M1").await;
    app.clock.advance(TimeDelta::hours(10));
    app.settle().await;
    let _ = Told::new(&app).due_of(1, "M1").await;
    app.clock.advance(TimeDelta::hours(12));
    app.settle().await;
    assert_eq!(
        intake.calls().len(),
        2,
        "the first was not answered and is called; the second has its link"
    );
}
