//! Hold-back: a failing event holds its own line, in order, and nobody else's.
use crate::effects::{Counted, Effects, Marked, Prepared, Trouble};
use crate::rig::{Rig, keys, settle};
use bus::Fact;
use uuid::Uuid;

/// Effects of one line, in the order in which they happened.
async fn effects_of(rig: &Rig, key: Uuid) -> Vec<i64> {
    rig.effects()
        .await
        .into_iter()
        .filter(|(line, _)| *line == key)
        .map(|(_, sequence)| sequence)
        .collect()
}

/// The third of ten events of one line among twenty has the trouble; the others must not notice.
async fn one_line_waits_and_the_others_pass(trouble: Trouble) {
    let rig = Rig::start().await;
    let host = rig.host("a");
    let lines = keys(20);
    let sick = lines[7];
    rig.troubles.give(sick, 3, trouble);
    for _ in 0..10 {
        rig.append(&lines).await;
    }
    settle(&host).await;
    assert_eq!(effects_of(&rig, sick).await, [1, 2], "{trouble:?}");
    assert_eq!(rig.count("select count(*) from effects").await, 19 * 10 + 2);
    assert_eq!(
        rig.count("select count(*) from held_messages where attempts > 0 and reason is not null")
            .await,
        1
    );
    assert_eq!(
        rig.count("select count(*) from held_messages where attempts = 0")
            .await,
        7
    );

    // New facts of the line wait as well, though they come in a batch of their own.
    rig.append(&[sick, lines[0]]).await;
    settle(&host).await;
    assert_eq!(effects_of(&rig, sick).await, [1, 2]);
    assert_eq!(effects_of(&rig, lines[0]).await.len(), 11);

    rig.troubles.remove(sick, 3);
    settle(&host).await;
    assert_eq!(rig.count("select count(*) from held_messages").await, 0);
    rig.assert_every_fact_once_and_in_order().await;
}

#[tokio::test]
async fn an_event_that_comes_too_early_holds_its_line() {
    one_line_waits_and_the_others_pass(Trouble::Retry).await;
}

#[tokio::test]
async fn a_violated_constraint_is_confined_to_its_event() {
    one_line_waits_and_the_others_pass(Trouble::Violation).await;
}

#[tokio::test]
async fn a_panic_is_confined_to_its_event() {
    one_line_waits_and_the_others_pass(Trouble::Panic).await;
}

#[tokio::test]
async fn a_row_that_somebody_keeps_locked_holds_only_the_line_that_wants_it() {
    let rig = Rig::start().await;
    let host = rig.host("a");
    let lines = keys(10);
    rig.troubles.give(lines[4], 1, Trouble::Locked);
    let mut somebody = rig.pool().begin().await.unwrap();
    sqlx::query("update once set id = id where id = 1")
        .execute(&mut *somebody)
        .await
        .unwrap();
    rig.append(&lines).await;
    settle(&host).await;
    assert_eq!(rig.count("select count(*) from effects").await, 9);
    somebody.rollback().await.unwrap();
    settle(&host).await;
    rig.assert_every_fact_once_and_in_order().await;
}

#[tokio::test]
async fn what_a_failed_event_waits_for_may_stand_behind_it_when_another_publishes_it() {
    let rig = Rig::start().await;
    let host = rig.host("a");
    let key = Uuid::now_v7();
    rig.troubles.give(key, 1, Trouble::Retry);
    rig.append(&[key; 2]).await;
    settle(&host).await;
    rig.publish(&rig.envelope(key, 71, &Prepared {})).await;
    rig.publish(&rig.envelope(key, 72, &Prepared {})).await;
    settle(&host).await;
    assert_eq!(
        effects_of(&rig, key).await,
        [71, 72],
        "its own publisher's second fact still waits"
    );
    rig.troubles.remove(key, 1);
    settle(&host).await;
    assert_eq!(effects_of(&rig, key).await, [71, 72, 1, 2]);
}

#[tokio::test]
async fn a_parked_event_stops_its_whole_line() {
    let rig = Rig::start().await;
    let host = rig.host("a");
    let key = Uuid::now_v7();
    rig.troubles.give(key, 1, Trouble::Dead);
    rig.append(&[key]).await;
    settle(&host).await;
    rig.publish(&rig.envelope(key, 71, &Prepared {})).await;
    settle(&host).await;
    assert!(effects_of(&rig, key).await.is_empty());
}

#[tokio::test]
async fn an_event_parked_while_its_line_is_tried_stops_the_other_publishers_too() {
    let rig = Rig::start().await;
    let host = rig.host("a");
    let key = Uuid::now_v7();
    rig.troubles.give(key, 1, Trouble::Retry);
    rig.append(&[key]).await;
    settle(&host).await;
    rig.troubles.give(key, 71, Trouble::Retry);
    rig.publish(&rig.envelope(key, 71, &Prepared {})).await;
    settle(&host).await;
    rig.troubles.give(key, 1, Trouble::Dead);
    rig.troubles.remove(key, 71);
    settle(&host).await;
    assert!(effects_of(&rig, key).await.is_empty());
    assert_eq!(rig.count("select count(*) from dead_letters").await, 1);
}

#[tokio::test]
async fn several_failures_of_one_line_in_one_call_count_once() {
    let rig = Rig::start().await;
    let host = rig.host("a");
    let key = Uuid::now_v7();
    for sequence in 2..=5 {
        rig.troubles.give(key, sequence, Trouble::Dead);
    }
    rig.append(&[key; 5]).await;
    settle(&host).await;
    assert_eq!(effects_of(&rig, key).await, [1]);
    assert_eq!(
        rig.count("select count(*) from dead_letters").await,
        1,
        "only the first is to blame"
    );
    assert_eq!(
        rig.count("select count(*) from held_messages where attempts = 0")
            .await,
        3
    );
}

#[tokio::test]
async fn handlers_that_take_turns_in_one_line_keep_its_order() {
    let rig = Rig::start().await;
    let host = rig.host_with(
        "a",
        vec![
            Effects::of::<Counted>("on_counted", &rig.troubles),
            Effects::of::<Marked>("on_marked", &rig.troubles),
        ],
    );
    let lines = keys(30);
    let turn = |key: Uuid, marked: bool| -> Fact {
        if marked {
            rig.fact(key, &Marked {})
        } else {
            rig.fact(key, &Counted {})
        }
    };
    // Line n changes the handler after every n % 4 + 1 events.
    let facts: Vec<Fact> = (0..12)
        .flat_map(|round| lines.iter().enumerate().map(move |(n, key)| (round, n, *key)))
        .map(|(round, n, key)| turn(key, (round / (n % 4 + 1)) % 2 == 1))
        .collect();
    rig.append_facts(&facts).await;
    settle(&host).await;
    rig.assert_every_fact_once_and_in_order().await;
    assert!(
        rig.troubles.calls() < 40,
        "{} calls for 360 events",
        rig.troubles.calls()
    );
}

#[tokio::test]
async fn a_failure_in_one_handler_holds_the_line_in_the_next() {
    let rig = Rig::start().await;
    let host = rig.host_with(
        "a",
        vec![
            Effects::of::<Counted>("on_counted", &rig.troubles),
            Effects::of::<Marked>("on_marked", &rig.troubles),
        ],
    );
    let (sick, fine) = (Uuid::now_v7(), Uuid::now_v7());
    rig.troubles.give(sick, 2, Trouble::Retry);
    for key in [sick, fine] {
        rig.append_facts(&[
            rig.fact(key, &Counted {}),
            rig.fact(key, &Marked {}),
            rig.fact(key, &Counted {}),
        ])
        .await;
    }
    settle(&host).await;
    assert_eq!(effects_of(&rig, sick).await, [1]);
    assert_eq!(effects_of(&rig, fine).await, [1, 2, 3]);
    rig.troubles.remove(sick, 2);
    settle(&host).await;
    rig.assert_every_fact_once_and_in_order().await;
}

#[tokio::test]
async fn what_nobody_hears_any_more_is_done_with() {
    let rig = Rig::start().await;
    let key = Uuid::now_v7();
    rig.append_facts(&[
        rig.fact(key, &Counted {}),
        rig.fact(key, &Marked {}),
        rig.fact(key, &Counted {}),
    ])
    .await;
    let wide = rig.host("a");
    settle(&wide).await;
    assert_eq!(rig.effects().await.len(), 3);
    // The same consumer with a narrower subscription: what is not heard is not even delivered.
    let narrow = rig.host_with("a", vec![Effects::of::<Marked>("on_marked", &rig.troubles)]);
    rig.append_facts(&[rig.fact(key, &Counted {}), rig.fact(key, &Marked {})])
        .await;
    settle(&narrow).await;
    assert_eq!(effects_of(&rig, key).await, [1, 2, 3, 5]);
}

#[tokio::test]
async fn a_held_line_waits_longer_after_every_try() {
    let mut rig = Rig::start().await;
    rig.config.retry_first_ms = 1_000;
    rig.config.retry_max_ms = 5_000;
    let host = rig.host("a");
    let key = Uuid::now_v7();
    rig.troubles.give(key, 1, Trouble::Retry);
    rig.append(&[key]).await;
    let mut waits = Vec::new();
    // The first step both tries and, because stepping does not wait, tries again; then once per step.
    for _ in 0..5 {
        host.step().await.unwrap();
        let wait: f64 = sqlx::query_scalar(
            "select extract(epoch from next_attempt_at - now())::float8 from held_messages",
        )
        .fetch_one(rig.pool())
        .await
        .unwrap();
        waits.push(wait.round());
    }
    assert_eq!(waits, [2.0, 4.0, 5.0, 5.0, 5.0]);
}
