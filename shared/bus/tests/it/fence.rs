//! The fence: a holder whose lease has gone changes nothing, whenever it wakes up.
use crate::effects::{Counted, Effects};
use crate::rig::{Rig, eventually, key_on};
use bus::apply::{self, Applied, Bench};
use bus::handler::Handlers;
use bus::lease::{self, Leases};
use bus::{BusConfig, Incoming};
use contracts::shard::Shard;
use db::{Db, DbError};
use std::collections::BTreeMap;
use std::time::Duration;
use uuid::Uuid;

const LONG: Duration = Duration::from_secs(600);

fn incoming(rig: &Rig, key: Uuid, sequence: i64) -> Incoming {
    let body = serde_json::to_vec(&rig.envelope(key, sequence, &Counted {})).unwrap();
    Incoming::read(Shard::of(key), &body).unwrap()
}

/// What a lane does with a batch, owned so that it can run beside the test.
struct Batch {
    db: Db,
    handlers: Handlers,
    config: BusConfig,
    replica: String,
    leases: BTreeMap<Shard, i64>,
}

impl Batch {
    fn of(rig: &Rig, leases: &Leases) -> Self {
        Self {
            db: rig.db.clone(),
            handlers: Handlers::new("test", vec![Box::new(Effects::everything(&rig.troubles))]).unwrap(),
            config: rig.config.clone(),
            replica: leases.replica().to_owned(),
            leases: leases.held(),
        }
    }

    async fn apply(self, events: Vec<Incoming>) -> Result<(Applied, Vec<Shard>), DbError> {
        let bench = Bench {
            db: &self.db,
            handlers: &self.handlers,
            config: &self.config,
            replica: &self.replica,
        };
        apply::batch(&bench, &self.leases, &events).await
    }
}

async fn expire(rig: &Rig) {
    rig.execute(
        "update shard_leases set expires_at = '-infinity'; update replicas set expires_at = '-infinity'",
    )
    .await;
}

#[tokio::test]
async fn an_old_epoch_is_refused_while_the_new_holder_works() {
    let rig = Rig::start().await;
    let [a, b] = ["a", "b"].map(Leases::new);
    a.tick(rig.pool(), LONG).await.unwrap();
    let event = incoming(&rig, Uuid::now_v7(), 1);
    let shard = event.shard;
    expire(&rig).await;
    b.tick(rig.pool(), LONG).await.unwrap();

    let mut tx = lease::begin_fenced(rig.pool(), &[shard]).await.unwrap();
    let (old, epoch) = (a.held()[&shard], b.held()[&shard]);
    assert!(lease::holds(&mut tx, "b", shard, epoch).await.unwrap());
    assert!(!lease::holds(&mut tx, "a", shard, old).await.unwrap());
    // Neither a stranger with the right epoch, nor the holder with a wrong one.
    assert!(!lease::holds(&mut tx, "c", shard, epoch).await.unwrap());
    assert!(!lease::holds(&mut tx, "b", shard, epoch + 1).await.unwrap());
    tx.rollback().await.unwrap();

    let key = event.key();
    let (applied, fenced) = Batch::of(&rig, &a).apply(vec![event]).await.unwrap();
    assert_eq!((applied, fenced), (Applied::default(), vec![shard]));
    assert!(rig.effects().await.is_empty());
    assert_eq!(
        rig.count("select count(*) from inbox").await,
        0,
        "the new holder finds it untouched"
    );
    let (applied, fenced) = Batch::of(&rig, &b)
        .apply(vec![incoming(&rig, key, 1)])
        .await
        .unwrap();
    assert_eq!((applied.done, fenced), (1, vec![]));
}

#[tokio::test]
async fn an_expired_lease_is_refused_even_when_nobody_took_it() {
    let rig = Rig::start().await;
    let a = Leases::new("a");
    a.tick(rig.pool(), LONG).await.unwrap();
    expire(&rig).await;
    let event = incoming(&rig, Uuid::now_v7(), 1);
    let fenced = Batch::of(&rig, &a).apply(vec![event]).await.unwrap().1;
    assert_eq!(fenced.len(), 1);
    a.tick(rig.pool(), LONG).await.unwrap();
    let applied = Batch::of(&rig, &a)
        .apply(vec![incoming(&rig, Uuid::now_v7(), 1)])
        .await
        .unwrap()
        .0;
    assert_eq!(applied.done, 1);
}

#[tokio::test]
async fn a_batch_of_several_shards_loses_only_those_that_are_gone() {
    let rig = Rig::start().await;
    let a = Leases::new("a");
    a.tick(rig.pool(), LONG).await.unwrap();
    let shards: Vec<Shard> = Shard::all().collect();
    let batch = Batch::of(&rig, &a);
    rig.execute("update shard_leases set holder = 'b', epoch = epoch + 1 where shard in (3, 4)")
        .await;
    let events = shards
        .iter()
        .map(|shard| incoming(&rig, key_on(*shard), 1))
        .collect();
    let (applied, fenced) = batch.apply(events).await.unwrap();
    assert_eq!((applied.done, fenced), (14, vec![shards[3], shards[4]]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_holder_that_stands_still_inside_its_transaction_keeps_its_shard_until_it_ends_and_no_other() {
    let rig = Rig::start().await;
    let [a, b] = ["a", "b"].map(Leases::new);
    a.tick(rig.pool(), LONG).await.unwrap();
    let event = incoming(&rig, Uuid::now_v7(), 1);
    let (shard, key) = (event.shard, event.key());
    let copy = Incoming::read(shard, event.body.as_bytes()).unwrap();
    rig.troubles.close_gate();
    let paused = tokio::task::JoinSet::from_iter([Batch::of(&rig, &a).apply(vec![event])]);
    eventually("the handler stands", || async { rig.troubles.inside() == 1 }).await;

    expire(&rig).await;
    b.tick(rig.pool(), LONG).await.unwrap();
    assert_eq!(b.held().len(), 15, "the others are not kept waiting");
    assert!(!b.held().contains_key(&shard));
    // Without the lease the new replica cannot apply the copy it may have received.
    let refused = Batch::of(&rig, &b).apply(vec![copy]).await.unwrap().1;
    assert_eq!(refused, [shard]);

    rig.troubles.open_gate();
    let (applied, fenced) = paused.join_all().await.remove(0).unwrap();
    assert_eq!(
        (applied.done, fenced),
        (1, vec![]),
        "it was inside before the lease went, so its effect counts"
    );
    b.tick(rig.pool(), LONG).await.unwrap();
    assert_eq!(b.held()[&shard], a.held()[&shard] + 1);
    let late = Batch::of(&rig, &a)
        .apply(vec![incoming(&rig, key, 2)])
        .await
        .unwrap()
        .1;
    assert_eq!(late, [shard]);
    assert_eq!(rig.effects().await, [(key, 1)]);
}

#[tokio::test]
async fn a_held_line_is_not_retried_by_a_replica_that_lost_its_shard() {
    let rig = Rig::start().await;
    let [a, b] = ["a", "b"].map(Leases::new);
    a.tick(rig.pool(), LONG).await.unwrap();
    let event = incoming(&rig, Uuid::now_v7(), 1);
    let key = event.key();
    rig.troubles.give(key, 1, crate::effects::Trouble::Retry);
    Batch::of(&rig, &a).apply(vec![event]).await.unwrap();
    rig.troubles.remove(key, 1);
    expire(&rig).await;
    b.tick(rig.pool(), LONG).await.unwrap();
    for (leases, done) in [(&a, 0), (&b, 1)] {
        let Batch {
            db,
            handlers,
            config,
            replica,
            leases,
        } = Batch::of(&rig, leases);
        let retried = bus::held::retry(&db, &handlers, &config, &replica, &leases, true)
            .await
            .unwrap();
        assert_eq!(retried, done, "{replica}");
    }
    assert_eq!(rig.effects().await, [(key, 1)]);
}
