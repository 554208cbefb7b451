//! What ends a round while facts come in batches: replies beside their reworks, suspensions whose order goes on.
use crate::harness::{Told, limit, start};
use chrono::{DateTime, Utc};
use contracts::routing::ReturnUpheldV1;
use contracts::supervision::{ClockBreachedV1, ClockWarnedV1, OrderResumedV1};
use contracts::terms::{LimitUnit, StartRule};
use contracts::words::ClockName;
use testkit::{Role, TestApp};

fn set(app: &TestApp, local: &str) {
    app.clock
        .set(format!("2026-{local}+08:00").parse::<DateTime<Utc>>().unwrap());
}

async fn suspended(told: &Told<'_>, until: &str) {
    told.suspended(&format!("2026-{until}+08:00")).await;
}

async fn clock_rows(told: &Told<'_>) -> Vec<(i32, i32, String)> {
    sqlx::query_as(
        "select generation, rework, state from clocks where order_id = $1 and clock = 'finish' order by 1, 2",
    )
    .bind(told.order_id.uuid())
    .fetch_all(told.app.db())
    .await
    .unwrap()
}

#[tokio::test]
async fn a_batch_does_what_its_facts_do_alone() {
    let app = start().await;
    let (alone, batch) = (Told::new(&app), Told::new(&app));
    for told in [&alone, &batch] {
        told.under_way().await;
    }
    set(&app, "03-02T10:00:00");
    for told in [&alone, &batch] {
        let settles = std::ptr::eq(told, &raw const alone);
        for round in 0..3 {
            told.replied(1, round).await;
            if settles {
                app.settle().await;
            }
            told.reworked(1, round + 1).await;
            if settles {
                app.settle().await;
            }
        }
        app.settle().await;
    }
    let seen = clock_rows(&batch).await;
    let row = |rework, state: &str| (1, rework, state.to_owned());
    assert_eq!(
        seen,
        [row(0, "met"), row(1, "met"), row(2, "met"), row(3, "running")],
        "every reply met its clock"
    );
    assert_eq!(seen, clock_rows(&alone).await);
    assert_eq!(batch.clocks().await, alone.clocks().await);
}

#[tokio::test]
async fn a_suspension_is_over_when_its_order_closes_or_its_unit_replies() {
    let app = start().await;
    let (closed, replied) = (Told::new(&app), Told::new(&app));
    for told in [&closed, &replied] {
        told.under_way().await;
        suspended(told, "03-10T09:00:00").await;
    }
    set(&app, "03-03T10:00:00");
    closed.closed().await;
    replied.replied(1, 0).await;
    app.settle().await;
    let listed = app
        .http(Role::Auditor)
        .get("/v1/suspensions")
        .await
        .expect(200)
        .body;
    let items = listed["items"].as_array().unwrap();
    let mut ended: Vec<_> = items
        .iter()
        .map(|item| {
            (
                item["resume_reason"].as_str().unwrap(),
                item["resumed_at"].as_str().unwrap(),
            )
        })
        .collect();
    ended.sort_unstable();
    assert_eq!(ended.len(), 2);
    assert_eq!([ended[0].0, ended[1].0], ["单位已反馈办结", "工单已办结"]);
    assert!(
        ended.iter().all(|(_, at)| at.starts_with("2026-03-03T10:00:00")),
        "{ended:?}"
    );
    set(&app, "03-10T09:00:00");
    app.settle().await;
    let resumed = app.published::<OrderResumedV1>().await;
    assert_eq!(
        resumed.len(),
        2,
        "told once, and not again when its time would have been up"
    );
    assert!(resumed.iter().all(|event| event.data.due_at.is_none()));
}

#[tokio::test]
async fn the_next_unit_does_not_inherit_a_suspension_and_may_get_its_own() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    suspended(&told, "03-10T09:00:00").await;
    set(&app, "03-03T10:00:00");
    let (return_id, unit) = (contracts::ids::ReturnId(uuid::Uuid::now_v7()), told.unit.clone());
    told.tell(&ReturnUpheldV1 {
        order_id: told.order_id,
        return_id,
        unit,
        generation: 1,
        reason: "职责不符".to_owned(),
    })
    .await;
    told.assigned(2).await;
    app.settle().await;
    let resumed = app.published::<OrderResumedV1>().await;
    assert_eq!(resumed[0].data.reason.as_deref(), Some("该单位不再承办"));
    suspended(&told, "03-06T09:00:00").await;
    app.settle().await;
    let mut late = told.clocks().await;
    late.retain(|clock| clock.starts_with("finish") && clock.contains("running"));
    assert_eq!(
        late,
        ["finish: running 2026-03-13T17:00:00+08:00"],
        "five days from Friday, when its sign limit ends"
    );
}

#[tokio::test]
async fn nobody_is_warned_while_the_order_stands_still() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    told.signed(1).await;
    told.responded(1).await;
    app.settle().await;
    let of_finish = |events: Vec<contracts::envelope::Envelope<ClockWarnedV1>>| {
        events
            .into_iter()
            .filter(|e| e.data.clock == ClockName::Finish)
            .count()
    };
    // Finish: yellow on Friday at 17:00, red on Monday. Warned, then suspended: not warned again.
    set(&app, "03-06T17:00:00");
    app.settle().await;
    assert_eq!(of_finish(app.published().await), 1);
    set(&app, "03-09T09:00:00");
    suspended(&told, "03-12T09:00:00").await;
    for at in ["03-09T09:00:01", "03-11T17:00:00", "03-12T08:59:00"] {
        set(&app, at);
        app.settle().await;
        assert_eq!(of_finish(app.published().await), 1, "at {at} it stands still");
    }
    // Thursday does not count either: red on Friday.
    set(&app, "03-12T17:00:00");
    app.settle().await;
    assert_eq!(of_finish(app.published().await), 2, "the new limit comes near");
    set(&app, "03-13T17:00:00");
    app.settle().await;
    let late = app.published::<ClockBreachedV1>().await;
    assert_eq!(
        late.iter().filter(|e| e.data.clock == ClockName::Finish).count(),
        1
    );
}

#[tokio::test]
async fn a_round_has_the_time_that_callback_gave_it() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    told.replied(1, 0).await;
    app.settle().await;
    set(&app, "03-04T10:00:00");
    let own = limit(1, LimitUnit::WorkingDays, StartRule::Dispatch);
    told.reworked_within(1, 1, Some(own)).await;
    app.settle().await;
    let due = "finish: running 2026-03-05T17:00:00+08:00".to_owned();
    assert!(told.clocks().await.contains(&due), "{:?}", told.clocks().await);
    // Facts that come later find the limit where it was written.
    told.signed(1).await;
    app.settle().await;
    assert!(told.clocks().await.contains(&due), "{:?}", told.clocks().await);
    set(&app, "03-05T17:00:00");
    app.settle().await;
    let late = app.published::<ClockBreachedV1>().await;
    assert!(late.iter().any(|event| event.data.clock == ClockName::Finish));
}
