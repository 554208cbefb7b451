//! A lost store is rebuilt from the journal: what was missing happens, what had happened does not happen again.
use crate::relay::own_nats;
use crate::rig::{Rig, Running, eventually, keys, settle};
use bus::{BusError, replay};
use chrono::{DateTime, TimeDelta, Utc};

#[tokio::test]
async fn after_a_wipe_everything_is_published_again_and_nothing_happens_twice() {
    let (mut nats, _folder) = own_nats("wipe").await;
    let rig = Rig::on(&nats, "").await;
    rig.provision().await;
    let host = rig.host("a");
    let lines = keys(40);
    for _ in 0..4 {
        rig.append(&lines).await;
    }
    settle(&host).await;
    assert_eq!(rig.effects().await.len(), 160);
    // These get out but not in.
    for _ in 0..3 {
        rig.append(&lines).await;
    }
    let shards: Vec<i16> = (0..16).collect();
    assert_eq!(rig.relay.pass(&shards, 1_000).await.unwrap().published, 120);
    nats.stop().await.unwrap();
    nats.wipe_store().await.unwrap();
    nats.restart().await.unwrap();

    let since = sqlx::query_scalar("select min(recorded_at) from journal")
        .fetch_one(rig.pool())
        .await
        .unwrap();
    assert_eq!(replay::since(rig.pool(), since).await.unwrap(), 280);
    assert_eq!(
        replay::since(rig.pool(), since).await.unwrap(),
        0,
        "they are queued already"
    );
    eventually("connected again", || async { rig.bus.is_connected() }).await;
    rig.provision().await;
    let host = rig.host("a");
    settle(&host).await;
    rig.assert_every_fact_once_and_in_order().await;
}

#[tokio::test]
async fn replay_begins_where_it_is_told() {
    let rig = Rig::start().await;
    let host = rig.host("a");
    let lines = keys(5);
    rig.append(&lines).await;
    let (first,): (DateTime<Utc>,) = sqlx::query_as("select max(recorded_at) from journal")
        .fetch_one(rig.pool())
        .await
        .unwrap();
    rig.append(&lines).await;
    settle(&host).await;
    assert_eq!(
        replay::since(rig.pool(), first + TimeDelta::microseconds(1))
            .await
            .unwrap(),
        5
    );
    assert_eq!(
        replay::since(rig.pool(), first).await.unwrap(),
        5,
        "the other five"
    );
    settle(&host).await;
    rig.assert_every_fact_once_and_in_order().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_wiped_under_running_replicas_is_rebuilt_while_new_facts_come() {
    let (mut nats, _folder) = own_nats("wipe-live").await;
    let rig = Rig::on(&nats, "").await;
    rig.provision().await;
    let mut running = Running::default();
    running.add(rig.replica("a").await);
    running.add(rig.replica("b").await);
    let lines = keys(100);
    for _ in 0..10 {
        rig.append(&lines).await;
    }
    eventually("it flows", || async {
        rig.count("select count(*) from effects").await > 100
    })
    .await;
    nats.wipe_store().await.unwrap();
    for _ in 0..5 {
        rig.append(&lines).await;
    }
    eventually("connected again", || async { rig.bus.is_connected() }).await;
    rig.provision().await;
    let since = sqlx::query_scalar("select min(recorded_at) from journal")
        .fetch_one(rig.pool())
        .await
        .unwrap();
    replay::since(rig.pool(), since).await.unwrap();
    for _ in 0..5 {
        rig.append(&lines).await;
    }
    eventually("every fact took effect", || async {
        rig.count("select count(*) from effects").await >= 2_000
    })
    .await;
    eventually("an empty outbox", || async {
        rig.count("select count(*) from outbox").await == 0
    })
    .await;
    running.stop().await;
    rig.assert_every_fact_once_and_in_order().await;
}

#[tokio::test]
async fn nothing_new_is_published_into_a_new_stream_before_the_lost_facts_are_queued() {
    let (mut nats, _folder) = own_nats("wipe-guard").await;
    let rig = Rig::on(&nats, "").await;
    rig.provision().await;
    let key = uuid::Uuid::now_v7();
    rig.append(&[key, key]).await;
    let shards: Vec<i16> = (0..16).collect();
    assert_eq!(rig.relay.pass(&shards, 1_000).await.unwrap().published, 2);
    nats.wipe_store().await.unwrap();
    rig.append(&[key]).await;
    eventually("connected again", || async { rig.bus.is_connected() }).await;
    let without_stream = rig.relay.pass(&shards, 1_000).await;
    assert!(
        matches!(without_stream, Err(BusError::Nats { .. })),
        "{without_stream:?}"
    );
    rig.provision().await;
    for _ in 0..2 {
        let refused = rig.relay.pass(&shards, 1_000).await;
        assert!(matches!(&refused, Err(BusError::NewLife { .. })), "{refused:?}");
        assert!(refused.unwrap_err().to_string().contains("replay --since"));
    }
    assert_eq!(rig.count("select count(*) from outbox").await, 1);

    let since = sqlx::query_scalar("select min(recorded_at) from journal")
        .fetch_one(rig.pool())
        .await
        .unwrap();
    assert_eq!(replay::since(rig.pool(), since).await.unwrap(), 2);
    assert_eq!(rig.relay.pass(&shards, 1_000).await.unwrap().published, 3);
    settle(&rig.host("a")).await;
    rig.assert_every_fact_once_and_in_order().await;
}

#[tokio::test]
async fn a_replay_during_a_pass_of_the_relay_loses_nothing() {
    let rig = Rig::start().await;
    let lines = keys(20);
    rig.append(&lines).await;
    let shards: Vec<i16> = (0..16).collect();
    // The relay read and published these when the replay came; it must not mark them as published now.
    let mut replaying = rig.pool().begin().await.unwrap();
    sqlx::query("update stream_life set created_at = null")
        .execute(&mut *replaying)
        .await
        .unwrap();
    let (passed, ()) = tokio::join!(rig.relay.pass(&shards, 1_000), async {
        eventually("the relay waits for the replay", || async {
            rig.count("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'").await > 0
        })
        .await;
        replaying.commit().await.unwrap();
    });
    // Its look at the stream was what waited: it adopted the life after the replay, so these count.
    assert_eq!(passed.unwrap().published, 20);
    // Now the look is over and only the marking comes after the replay.
    rig.append(&lines).await;
    rig.execute("update stream_life set created_at = null").await;
    assert_eq!(
        rig.relay.pass(&shards, 1_000).await.unwrap().published,
        0,
        "published, but not marked"
    );
    assert_eq!(rig.relay.pass(&shards, 1_000).await.unwrap().published, 20);
    settle(&rig.host("a")).await;
    rig.assert_every_fact_once_and_in_order().await;
}
