//! Dead letters: what no retry helps waits for a person, who sees what it holds back.
use crate::effects::{Counted, Trouble};
use crate::rig::{Rig, key_on, settle};
use bus::{BusError, dead_letters as letters};
use contracts::shard::Shard;
use uuid::Uuid;

#[tokio::test]
async fn a_dead_event_is_parked_at_once_and_its_line_waits() {
    let rig = Rig::start().await;
    let host = rig.host("a");
    let (sick, fine) = (Uuid::now_v7(), Uuid::now_v7());
    rig.troubles.give(sick, 2, Trouble::Dead);
    rig.append(&[sick, fine, sick, fine, sick, sick]).await;
    settle(&host).await;
    let parked = letters::list(rig.pool()).await.unwrap();
    assert_eq!(parked.len(), 1);
    let letter = &parked[0];
    assert_eq!(
        (letter.attempts, letter.holds_back, letter.key),
        (1, 2, Some(sick))
    );
    assert_eq!(
        (letter.reason.as_str(), letter.state.as_str()),
        ("never", "parked")
    );
    assert_eq!(letter.subject, "test.order.counted.v1");
    assert_eq!(rig.count("select count(*) from effects").await, 3);

    // Still sick: it is parked again, and the line still waits.
    letters::replay(rig.pool(), letter.dead_letter_id, "a person")
        .await
        .unwrap();
    settle(&host).await;
    assert_eq!(
        letters::show(rig.pool(), letter.dead_letter_id)
            .await
            .unwrap()
            .state,
        "replayed"
    );
    let parked = letters::list(rig.pool()).await.unwrap();
    assert_eq!((parked.len(), parked[0].holds_back), (1, 2));
    assert_eq!(rig.count("select count(*) from effects").await, 3);

    // Healed: it takes effect, then its followers in order.
    rig.troubles.remove(sick, 2);
    letters::replay(rig.pool(), parked[0].dead_letter_id, "a person")
        .await
        .unwrap();
    settle(&host).await;
    assert!(letters::list(rig.pool()).await.unwrap().is_empty());
    rig.assert_every_fact_once_and_in_order().await;
}

#[tokio::test]
async fn after_the_last_try_an_event_is_parked() {
    let mut rig = Rig::start().await;
    rig.config.attempts_max = 4;
    let host = rig.host("a");
    let key = Uuid::now_v7();
    rig.troubles.give(key, 1, Trouble::Violation);
    rig.append(&[key, key]).await;
    let mut held = Vec::new();
    for _ in 0..5 {
        host.step().await.unwrap();
        held.push(
            rig.count("select coalesce(max(attempts), 0)::bigint from held_messages")
                .await,
        );
    }
    assert_eq!(held, [2, 3, 0, 0, 0]);
    let parked = letters::list(rig.pool()).await.unwrap();
    assert_eq!(
        (parked.len(), parked[0].attempts, parked[0].holds_back),
        (1, 4, 1)
    );
    assert!(parked[0].reason.contains("once_pkey"), "{}", parked[0].reason);
}

#[tokio::test]
async fn one_try_means_no_second() {
    let mut rig = Rig::start().await;
    rig.config.attempts_max = 1;
    let host = rig.host("a");
    let key = Uuid::now_v7();
    rig.troubles.give(key, 1, Trouble::Retry);
    rig.append(&[key]).await;
    settle(&host).await;
    let parked = letters::list(rig.pool()).await.unwrap();
    assert_eq!((parked.len(), parked[0].attempts), (1, 1));
    assert_eq!(
        parked[0].reason, "not\u{fffd} yet",
        "a character that no table holds is replaced"
    );
}

#[tokio::test]
async fn a_skipped_event_never_happens_and_its_line_goes_on() {
    let rig = Rig::start().await;
    let host = rig.host("a");
    let key = Uuid::now_v7();
    rig.troubles.give(key, 1, Trouble::Dead);
    rig.append(&[key, key, key]).await;
    settle(&host).await;
    let id = letters::list(rig.pool()).await.unwrap()[0].dead_letter_id;
    letters::skip(rig.pool(), id, "a person", "the order was entered twice")
        .await
        .unwrap();
    settle(&host).await;
    assert_eq!(rig.effects().await, [(key, 2), (key, 3)]);
    let letter = letters::show(rig.pool(), id).await.unwrap();
    assert_eq!((letter.state.as_str(), letter.holds_back), ("skipped", 0));

    // Neither twice, nor back again, nor one that is not there.
    for refused in [
        letters::skip(rig.pool(), id, "a person", "").await,
        letters::replay(rig.pool(), id, "a person").await,
        letters::replay(rig.pool(), Uuid::now_v7(), "a person").await,
        letters::show(rig.pool(), Uuid::now_v7()).await.map(drop),
    ] {
        assert!(matches!(refused, Err(BusError::NotFound(_))), "{refused:?}");
    }
}

#[tokio::test]
async fn letters_of_several_lines_are_replayed_together() {
    let rig = Rig::start().await;
    let host = rig.host("a");
    let lines: Vec<Uuid> = (0..8).map(|_| Uuid::now_v7()).collect();
    for key in &lines {
        rig.troubles.give(*key, 1, Trouble::Dead);
        rig.append(&[*key, *key]).await;
    }
    settle(&host).await;
    let parked = letters::list(rig.pool()).await.unwrap();
    assert_eq!(parked.len(), 8);
    for key in &lines {
        rig.troubles.remove(*key, 1);
    }
    let replays = parked
        .iter()
        .map(|letter| letters::replay(rig.pool(), letter.dead_letter_id, "a person"));
    futures::future::try_join_all(replays).await.unwrap();
    settle(&host).await;
    rig.assert_every_fact_once_and_in_order().await;
}

#[tokio::test]
async fn an_unreadable_message_is_parked_once_and_blocks_nobody() {
    let rig = Rig::start().await;
    let host = rig.host("a");
    let shard = Shard::all().nth(5).unwrap();
    let key = key_on(shard);
    let subject = rig.bus.namespace().event(shard, "test.order.counted.v1");
    let no_type = serde_json::to_vec(&serde_json::json!({"id": Uuid::now_v7(), "key": key})).unwrap();
    let mut forged = rig.envelope(key, 1, &Counted {});
    forged.event_type = "test.order.\0".to_owned();
    let broken: [&[u8]; 4] = [
        b"no json",
        b"\xff\x00\xfe",
        &no_type,
        &serde_json::to_vec(&forged).unwrap(),
    ];
    rig.append(&[key]).await;
    settle(&host).await;
    for body in broken {
        for _ in 0..2 {
            rig.publish_raw(subject.clone(), body.to_vec()).await;
        }
        rig.append(&[key]).await;
        settle(&host).await;
    }
    rig.assert_every_fact_once_and_in_order().await;
    let parked = letters::list(rig.pool()).await.unwrap();
    assert_eq!(parked.len(), 4, "{parked:#?}");
    assert!(
        parked
            .iter()
            .all(|letter| letter.key.is_none() && letter.holds_back == 0)
    );
    // Acknowledged: another replica that begins from the floor finds nothing.
    let calls = rig.troubles.calls();
    settle(&rig.host("a")).await;
    assert_eq!(rig.troubles.calls(), calls);
    assert_eq!(letters::list(rig.pool()).await.unwrap().len(), 4);
    let unreadable = letters::replay(rig.pool(), parked[0].dead_letter_id, "a person").await;
    assert!(matches!(unreadable, Err(BusError::NotFound(_))), "{unreadable:?}");
    letters::skip(rig.pool(), parked[0].dead_letter_id, "a person", "rubbish")
        .await
        .unwrap();
}
