//! Leases: shared evenly, moved when a replica is gone, never held by two.
use crate::rig::{Rig, eventually, shipped};
use bus::lease::Leases;
use contracts::shard::SHARDS;
use std::collections::BTreeSet;
use std::time::Duration;

const LONG: Duration = Duration::from_secs(600);
/// The acceptance of the whole: a dead replica's shards have moved after this.
const TAKEN_OVER_MS: u64 = 15_000;

/// Ticks everybody a few times, as time would.
async fn rounds(rig: &Rig, replicas: &[&Leases], ttl: Duration) -> Vec<usize> {
    for _ in 0..4 {
        for replica in replicas {
            replica.tick(rig.pool(), ttl).await.unwrap();
        }
    }
    assert_nobody_shares(replicas);
    replicas.iter().map(|replica| replica.held().len()).collect()
}

fn assert_nobody_shares(replicas: &[&Leases]) {
    let all: Vec<i16> = replicas.iter().flat_map(|replica| replica.shards()).collect();
    assert_eq!(
        all.iter().collect::<BTreeSet<_>>().len(),
        all.len(),
        "a shard is held twice: {all:?}"
    );
}

/// What the passing of time does to a replica that no longer ticks.
async fn time_passes_for(rig: &Rig, replica: &str, millis: u64) {
    for table in ["shard_leases", "replicas"] {
        let column = if table == "replicas" { "replica" } else { "holder" };
        rig.execute(&format!(
            "update {table} set expires_at = expires_at - interval '{millis} ms' where {column} = '{replica}'"
        ))
        .await;
    }
}

#[tokio::test]
async fn replicas_share_the_shards_evenly_as_they_come_and_go() {
    let rig = Rig::start().await;
    let [a, b, c] = ["a", "b", "c"].map(Leases::new);
    assert_eq!(rounds(&rig, &[&a], LONG).await, [16]);
    let before = a.held();
    assert_eq!(rounds(&rig, &[&a, &b], LONG).await, [8, 8]);
    assert!(
        a.held().iter().all(|(shard, epoch)| before[shard] == *epoch),
        "what stays keeps its epoch"
    );
    assert!(
        b.held().iter().all(|(shard, epoch)| before[shard] < *epoch),
        "what moves gets a higher one"
    );
    assert_eq!(rounds(&rig, &[&a, &b, &c], LONG).await, [6, 5, 5]);
    b.release(rig.pool()).await.unwrap();
    assert!(b.held().is_empty());
    assert_eq!(rounds(&rig, &[&a, &c], LONG).await, [8, 8]);
    let many: Vec<Leases> = (0..20).map(|n| Leases::new(&format!("more-{n:02}"))).collect();
    let all: Vec<&Leases> = [&a, &c].into_iter().chain(&many).collect();
    let shares = rounds(&rig, &all, LONG).await;
    assert_eq!(shares.iter().sum::<usize>(), usize::from(SHARDS));
    assert!(shares.iter().all(|share| *share <= 1), "{shares:?}");
}

#[tokio::test]
async fn as_shipped_a_dead_replica_is_replaced_within_the_promised_time() {
    let rig = Rig::start().await;
    let config = shipped().bus;
    let ttl = Duration::from_millis(config.lease_ttl_ms);
    let [a, b] = ["a", "b"].map(Leases::new);
    assert_eq!(rounds(&rig, &[&a, &b], ttl).await, [8, 8]);
    let epochs = a.held();
    // One tick before the end the dead replica still counts …
    time_passes_for(&rig, "a", config.lease_ttl_ms - config.lease_tick_ms).await;
    b.tick(rig.pool(), ttl).await.unwrap();
    assert_eq!(b.held().len(), 8);
    // … and after the end the next tick takes everything.
    time_passes_for(&rig, "a", config.lease_tick_ms).await;
    b.tick(rig.pool(), ttl).await.unwrap();
    assert_eq!(b.held().len(), 16);
    assert!(epochs.iter().all(|(shard, epoch)| b.held()[shard] == epoch + 1));
    // Worst case: the dead one renewed just before, the other ticked just before the expiry, and a transaction
    // in flight cost it one more tick.
    assert!(config.lease_ttl_ms + 2 * config.lease_tick_ms < TAKEN_OVER_MS);
    // A holder that stands still must have no pull request left by then, and must not lose its lease by chance.
    assert!(config.lease_tick_ms * 3 <= config.lease_ttl_ms);
}

#[tokio::test]
async fn a_dead_replica_is_replaced_in_real_time() {
    let rig = Rig::start().await;
    let ttl = Duration::from_millis(400);
    let [a, b, c] = ["a", "b", "c"].map(Leases::new);
    assert_eq!(rounds(&rig, &[&a, &b, &c], ttl).await.iter().sum::<usize>(), 16);
    let began = std::time::Instant::now();
    eventually("the others hold everything", || async {
        b.tick(rig.pool(), ttl).await.unwrap();
        c.tick(rig.pool(), ttl).await.unwrap();
        assert_nobody_shares(&[&b, &c]);
        b.held().len() + c.held().len() == 16
    })
    .await;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test]
async fn replicas_that_start_at_the_same_moment_come_to_an_even_share() {
    let rig = Rig::start().await;
    let replicas: Vec<Leases> = (0..4).map(|n| Leases::new(&format!("r{n}"))).collect();
    eventually("four each", || async {
        let ticks = replicas.iter().map(|replica| replica.tick(rig.pool(), LONG));
        futures::future::try_join_all(ticks).await.unwrap();
        replicas.iter().all(|replica| replica.held().len() == 4)
    })
    .await;
    assert_nobody_shares(&replicas.iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn a_replica_that_forgot_or_came_back_late_goes_on_with_a_valid_lease() {
    let rig = Rig::start().await;
    let a = Leases::new("a");
    assert_eq!(a.age(), None);
    a.tick(rig.pool(), LONG).await.unwrap();
    let before = a.held();
    assert!(a.age().unwrap() < LONG);
    a.forget();
    assert!(a.held().is_empty() && a.age().is_none());
    // Expired, but nobody else wanted it.
    time_passes_for(&rig, "a", 700_000).await;
    a.tick(rig.pool(), LONG).await.unwrap();
    assert_eq!(a.held(), before);
}
