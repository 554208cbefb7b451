//! Who joined an order is sent its result.
use crate::harness::Told;
use crate::intake_door::{FakeIntake, YES, citizen, html, start_with, submit};
use contracts::intake::{OrderFollowerAddedV1, OrderWithdrawnV1};
use contracts::words::Outcome;
use uuid::Uuid;

/// A complaint joins the order.
async fn join(told: &Told<'_>, complaint: u128, caller: Option<u128>) {
    let joined = OrderFollowerAddedV1 {
        order_id: told.order_id,
        complaint_id: Uuid::from_u128(complaint).into(),
        complaint_number: format!("260302000{complaint}"),
        caller: caller.map(Uuid::from_u128),
        due_by: None,
    };
    let version = i64::try_from(complaint).expect("small");
    told.app.publish(told.order_id.uuid(), version, &joined).await;
    told.app.settle().await;
}

#[tokio::test]
async fn whoever_joins_after_the_end_gets_the_result_once() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let told = Told::new(&app);
    let _ = told.due_with(|_| {}).await;
    let _ = submit(&app, &intake.link(0), YES).await.expect(200);
    app.settle().await;
    assert_eq!(intake.calls().len(), 1, "nobody has joined");
    join(&told, 21, Some(31)).await;
    join(&told, 22, Some(32)).await;
    let calls = intake.calls();
    let to: Vec<&str> = calls[1..].iter().map(|call| call.0.as_str()).collect();
    assert_eq!(to, [21, 22].map(|id| Uuid::from_u128(id).to_string()));
    assert!(calls[2].2.contains("已解决"), "{}", calls[2].2);
}

#[tokio::test]
async fn nobody_is_told_that_an_order_was_handled_which_was_taken_back() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let told = Told::new(&app);
    let _ = told.due_with(|_| {}).await;
    join(&told, 21, Some(31)).await;
    let withdrawn = OrderWithdrawnV1 {
        order_id: told.order_id,
        complaint_id: told.registration(None).complaint_id,
        outcome: Outcome::Withdrawn,
        transfer_id: None,
        reason: "问题已自行解决".into(),
        withdrawn_at: app.clock.now(),
    };
    app.publish(told.order_id.uuid(), 22, &withdrawn).await;
    app.settle().await;
    let text = &intake.calls()[1].2;
    assert!(
        text.contains("撤诉") && !text.contains("已办结") && !text.contains("已答复"),
        "{text}"
    );
}

#[tokio::test]
async fn a_confidential_order_has_no_title_and_whoever_joined_gets_the_result() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let told = Told::new(&app);
    let _ = told.due_with(|registered| registered.confidential = true).await;
    assert!(!intake.calls()[0].2.contains("路灯不亮"));
    let page = html(&citizen(&app, "zh-CN").get(&intake.link(0)).await.expect(200));
    assert!(
        !page.contains("路灯不亮") && page.contains("26030200001-1"),
        "{page}"
    );
    join(&told, 21, Some(31)).await;
    join(&told, 22, None).await;
    let _ = submit(&app, &intake.link(0), YES).await.expect(200);
    app.settle().await;
    let calls = intake.calls();
    assert_eq!(
        calls.len(),
        2,
        "nobody is written to who left no number: {calls:?}"
    );
    assert_eq!(calls[1].0, Uuid::from_u128(21).to_string());
    assert!(
        calls[1].2.contains("26030200021") && calls[1].2.contains("已解决"),
        "{}",
        calls[1].2
    );
}
