//! The relay: in order within a line, nothing lost when NATS is away, harmless when it repeats itself.
use crate::effects::Counted;
use crate::rig::{Rig, Running, eventually, keys, settle};
use async_nats::jetstream::consumer::{DeliverPolicy, pull};
use contracts::envelope::Envelope;
use contracts::event::Event;
use contracts::shard::Shard;
use contracts::streams;
use futures::StreamExt;
use runtime::embedded::{Binaries, Nats, NatsOptions, ThrowAway};
use std::collections::HashMap;
use testkit::servers::workspace;
use uuid::Uuid;

/// A server that a test may kill.
pub async fn own_nats(label: &str) -> (Nats, ThrowAway) {
    let folder = ThrowAway::new(label).unwrap();
    let options = NatsOptions {
        store_dir: folder.path().join("nats"),
        port: None,
        config: String::new(),
        sync_always: false,
    };
    let binaries = Binaries::find(&workspace().join(".run")).unwrap();
    (Nats::start(&binaries, options).await.unwrap(), folder)
}

fn all_shards() -> Vec<i16> {
    Shard::all().map(Shard::number).collect()
}

/// Every message of the stream: its envelope and its message id.
async fn stored(rig: &Rig) -> Vec<(Envelope<serde_json::Value>, String)> {
    let stream = rig
        .bus
        .jetstream()
        .get_stream(streams::events(rig.bus.namespace()).name)
        .await
        .unwrap();
    let count = usize::try_from(stream.cached_info().state.messages).unwrap();
    let all = pull::Config {
        deliver_policy: DeliverPolicy::All,
        ..pull::Config::default()
    };
    let consumer = stream.create_consumer(all).await.unwrap();
    let mut messages = consumer
        .batch()
        .max_messages(count.max(1))
        .messages()
        .await
        .unwrap();
    let mut found = Vec::with_capacity(count);
    while found.len() < count {
        let message = messages.next().await.unwrap().unwrap();
        let envelope = serde_json::from_slice(&message.payload).unwrap();
        let id = message
            .headers
            .as_ref()
            .unwrap()
            .get("Nats-Msg-Id")
            .unwrap()
            .to_string();
        found.push((envelope, id));
    }
    found
}

fn assert_each_line_in_order(messages: &[(Envelope<serde_json::Value>, String)]) {
    let mut last: HashMap<Uuid, i64> = HashMap::new();
    for (envelope, id) in messages {
        assert_eq!(envelope.id.to_string(), *id);
        let before = last.insert(envelope.key, envelope.sequence).unwrap_or(0);
        assert_eq!(envelope.sequence, before + 1, "line {}", envelope.key);
    }
}

#[tokio::test]
async fn facts_are_published_in_order_per_line_and_leave_the_outbox() {
    let rig = Rig::start().await;
    let lines = keys(30);
    for _ in 0..10 {
        rig.append(&lines).await;
    }
    let mut published = 0;
    while published < 300 {
        published += rig.relay.pass(&all_shards(), 70).await.unwrap().published;
    }
    assert_eq!(rig.count("select count(*) from outbox").await, 0);
    let messages = stored(&rig).await;
    assert_eq!(messages.len(), 300);
    assert_each_line_in_order(&messages);
    assert_eq!(messages[0].0.event_type, Counted::TYPE.to_string());
}

#[tokio::test]
async fn only_the_facts_of_the_given_shards_go_out() {
    let rig = Rig::start().await;
    rig.append(&keys(64)).await;
    let shard = Shard::all().next().unwrap().number();
    let wanted: i64 = sqlx::query_scalar("select count(*) from outbox where shard = $1")
        .bind(shard)
        .fetch_one(rig.pool())
        .await
        .unwrap();
    let published = rig.relay.pass(&[shard], 1_000).await.unwrap().published;
    assert_eq!(i64::try_from(published).unwrap(), wanted);
    assert_eq!(rig.count("select count(*) from outbox where shard = 0").await, 0);
}

#[tokio::test]
async fn a_server_that_is_away_costs_nothing_but_time() {
    let (mut nats, _folder) = own_nats("relay").await;
    let rig = Rig::on(&nats, "").await;
    rig.provision().await;
    let lines = keys(8);
    rig.append(&lines).await;
    assert_eq!(rig.relay.pass(&all_shards(), 1_000).await.unwrap().published, 8);

    nats.kill().await.unwrap();
    rig.append(&lines).await;
    rig.append(&lines).await;
    eventually("the client notices", || async { !rig.bus.is_connected() }).await;
    assert_eq!(rig.relay.pass(&all_shards(), 1_000).await.unwrap().published, 0);
    assert_eq!(rig.count("select count(*) from outbox").await, 16);

    nats.restart().await.unwrap();
    eventually("everything is out", || async {
        rig.relay.pass(&all_shards(), 1_000).await.unwrap();
        rig.count("select count(*) from outbox").await == 0
    })
    .await;
    let messages = stored(&rig).await;
    assert_eq!(messages.len(), 24);
    assert_each_line_in_order(&messages);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_again_and_again_under_a_running_relay_loses_nothing() {
    let (mut nats, _folder) = own_nats("relay-kills").await;
    let rig = Rig::on(&nats, "").await;
    rig.provision().await;
    let mut running = Running::default();
    running.add(rig.replica("a").await);
    let lines = keys(40);
    for _ in 0..3 {
        for _ in 0..5 {
            rig.append(&lines).await;
        }
        eventually("some are out", || async {
            rig.count("select count(*) from outbox").await < 150
        })
        .await;
        nats.kill().await.unwrap();
        rig.append(&lines).await;
        nats.restart().await.unwrap();
    }
    eventually("all effects", || async {
        rig.count("select count(*) from effects").await >= 720
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
async fn a_relay_that_dies_between_ack_and_delete_repeats_itself_without_a_second_effect() {
    let rig = Rig::start().await;
    let host = rig.host("a");
    let lines = keys(10);
    for _ in 0..5 {
        rig.append(&lines).await;
    }
    // What such a death leaves behind: everything is in the stream, nothing was marked.
    rig.relay.pass(&all_shards(), 1_000).await.unwrap();
    rig.execute("insert into outbox (id, day, shard) select id, day, shard from journal")
        .await;
    settle(&host).await;
    assert_eq!(stored(&rig).await.len(), 50, "the server recognises message ids");
    // The same after the server has forgotten the message ids: the stream now holds everything twice.
    for (envelope, _) in stored(&rig).await {
        rig.publish(&envelope).await;
    }
    settle(&host).await;
    rig.assert_every_fact_once_and_in_order().await;
}

#[tokio::test]
async fn one_line_that_cannot_be_published_stops_no_other() {
    let rig = Rig::start().await;
    let (stuck, fine) = (Uuid::now_v7(), Uuid::now_v7());
    rig.append(&[stuck, fine, stuck, fine]).await;
    // Larger than the server takes.
    rig.execute(&format!(
        "update journal set data = to_json(repeat('x', 2 * 1024 * 1024)) where key = '{stuck}' and sequence = 1"
    ))
    .await;
    assert_eq!(rig.relay.pass(&all_shards(), 1_000).await.unwrap().published, 2);
    assert_eq!(
        rig.count("select count(*) from outbox").await,
        2,
        "and its own later facts wait behind it"
    );
    rig.execute("update journal set data = '{}'").await;
    assert_eq!(rig.relay.pass(&all_shards(), 1_000).await.unwrap().published, 2);
    assert_each_line_in_order(&stored(&rig).await);
}
