//! Feeds and lanes keep the order when a batch fails, the server dies, or another replica takes over.
use crate::relay::own_nats;
use crate::rig::{Rig, Running, eventually, keys};
use uuid::Uuid;

async fn append_rounds(rig: &Rig, lines: &[Uuid], rounds: usize) {
    for _ in 0..rounds {
        rig.append(lines).await;
    }
}

async fn eventually_all_took_effect(rig: &Rig) {
    eventually("every fact took effect", || async {
        rig.count("select (select count(*) from effects) - (select count(*) from journal)")
            .await
            >= 0
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_that_fails_for_a_while_is_not_overtaken() {
    let rig = Rig::start().await;
    let mut running = Running::default();
    running.add(rig.replica("a").await);
    let lines = keys(50);
    append_rounds(&rig, &lines, 4).await;
    eventually("some took effect", || async {
        rig.count("select count(*) from effects").await > 0
    })
    .await;
    rig.troubles.database_away(true);
    append_rounds(&rig, &lines, 8).await;
    let calls = rig.troubles.calls();
    eventually("the batch was tried again and again", || async {
        rig.troubles.calls() > calls + 4
    })
    .await;
    rig.troubles.database_away(false);
    eventually_all_took_effect(&rig).await;
    running.stop().await;
    rig.assert_every_fact_once_and_in_order().await;
    assert_eq!(
        rig.count("select count(*) from held_messages").await,
        0,
        "an absent database is nobody's fault"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_in_mid_stream_loses_nothing_and_turns_nothing_around() {
    let (mut nats, _folder) = own_nats("feed-kills").await;
    let rig = Rig::on(&nats, "").await;
    rig.provision().await;
    let mut running = Running::default();
    running.add(rig.replica("a").await);
    running.add(rig.replica("b").await);
    let lines = keys(60);
    for _ in 0..3 {
        append_rounds(&rig, &lines, 6).await;
        let before = rig.count("select count(*) from effects").await;
        eventually("it flows", || async {
            rig.count("select count(*) from effects").await > before
        })
        .await;
        nats.kill().await.unwrap();
        append_rounds(&rig, &lines, 1).await;
        nats.restart().await.unwrap();
    }
    eventually_all_took_effect(&rig).await;
    running.stop().await;
    rig.assert_every_fact_once_and_in_order().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_dies_with_unacknowledged_messages_is_followed_by_another_in_order() {
    let rig = Rig::start().await;
    let mut running = Running::default();
    let dying = running.add(rig.replica("a").await);
    let lines = keys(80);
    append_rounds(&rig, &lines, 3).await;
    eventually("some took effect", || async {
        rig.count("select count(*) from effects").await > 0
    })
    .await;
    // It dies inside a transaction, with more messages waiting behind the batch.
    rig.troubles.close_gate();
    append_rounds(&rig, &lines, 6).await;
    eventually("the handler stands", || async { rig.troubles.inside() == 1 }).await;
    dying.abort();
    rig.troubles.open_gate();
    running.add(rig.replica("b").await);
    append_rounds(&rig, &lines, 3).await;
    eventually_all_took_effect(&rig).await;
    running.stop().await;
    rig.assert_every_fact_once_and_in_order().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_that_join_and_leave_in_mid_stream_disturb_nothing() {
    let rig = Rig::start().await;
    let mut first = Running::default();
    first.add(rig.replica("a").await);
    let lines = keys(100);
    append_rounds(&rig, &lines, 5).await;
    let mut second = Running::default();
    second.add(rig.replica("b").await);
    append_rounds(&rig, &lines, 5).await;
    eventually("both hold their share", || async {
        rig.count("select count(distinct holder) from shard_leases where expires_at > now()")
            .await
            == 2
    })
    .await;
    append_rounds(&rig, &lines, 5).await;
    first.stop().await;
    append_rounds(&rig, &lines, 5).await;
    eventually_all_took_effect(&rig).await;
    second.stop().await;
    rig.assert_every_fact_once_and_in_order().await;
    assert_eq!(
        rig.count("select count(*) from shard_leases where holder is not null")
            .await,
        0,
        "given back"
    );
    assert_eq!(rig.count("select count(*) from replicas").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_that_an_administrator_deleted_is_made_again() {
    let rig = Rig::start().await;
    let mut running = Running::default();
    running.add(rig.replica("a").await);
    let lines = keys(40);
    append_rounds(&rig, &lines, 3).await;
    eventually_all_took_effect(&rig).await;
    let name = contracts::streams::events(rig.bus.namespace()).name;
    let stream = rig.bus.jetstream().get_stream(name).await.unwrap();
    for shard in contracts::shard::Shard::all() {
        let durable = contracts::subjects::Namespace::durable("test", shard);
        stream.delete_consumer(&durable).await.unwrap();
    }
    append_rounds(&rig, &lines, 3).await;
    eventually_all_took_effect(&rig).await;
    running.stop().await;
    rig.assert_every_fact_once_and_in_order().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_freed_line_catches_up_at_once() {
    let rig = Rig::start().await;
    let key = Uuid::now_v7();
    rig.troubles.give(key, 1, crate::effects::Trouble::Dead);
    let mut running = Running::default();
    running.add(rig.replica("a").await);
    rig.append(&[key; 400]).await;
    eventually("all wait", || async {
        rig.count("select count(*) from held_messages").await == 399
    })
    .await;
    rig.troubles.remove(key, 1);
    let letter = bus::dead_letters::list(rig.pool()).await.unwrap().remove(0);
    assert_eq!(letter.holds_back, 399);
    let began = std::time::Instant::now();
    bus::dead_letters::replay(rig.pool(), letter.dead_letter_id, "a person")
        .await
        .unwrap();
    eventually_all_took_effect(&rig).await;
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
    running.stop().await;
    rig.assert_every_fact_once_and_in_order().await;
}
