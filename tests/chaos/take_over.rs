//! Two replicas share the shards of a service; when one is killed, the other takes over within fifteen seconds
//! and no order stays where it was.
#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]
use crate::MACHINE;
use chrono::{DateTime, Utc};
use contracts::shard::SHARDS;
use sqlx::PgPool;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};
use system_tests::cluster::{Cluster, Options, until};
use system_tests::generator::{Api, Call, Demand};
use uuid::Uuid;
use web::auth::Role;

/// The promise of the architecture.
const TAKE_OVER_MAX: Duration = Duration::from_secs(15);
const DEADLINE: Duration = Duration::from_secs(40);
/// Until an order of that time is assigned: the take-over, and a moment for the feed to begin and the batch to commit.
const ASSIGNED_MAX: Duration = Duration::from_secs(17);
/// The same for orders whose shard the living replica had all the time: the death of the other is no matter of theirs.
const UNTOUCHED_MAX: Duration = Duration::from_secs(5);
/// Enough that every shard gets one, most of the time.
const ORDERS: usize = 64;

#[tokio::test(flavor = "multi_thread")]
async fn replicas_share_shards_and_take_over() {
    let _machine = MACHINE.lock().await;
    let mut options = Options::new("take-over");
    options.services = vec!["intake", "routing"];
    let demand = Demand::of_city(&options.city).unwrap();
    let mut cluster = Cluster::start(options).await.unwrap();
    cluster.add_replica("routing-2", "routing").await.unwrap();
    let routing = cluster.pool("routing").await.unwrap();
    let api = Api::new(&cluster, DEADLINE).unwrap();

    let half = usize::from(SHARDS) / 2;
    let shared = Instant::now();
    until("each replica holds half", DEADLINE, || async {
        Ok((shares(&routing).await? == [half, half]).then_some(()))
    })
    .await
    .unwrap();
    let shared = shared.elapsed();
    let before = register(&cluster, &api, &demand, 0..ORDERS).await;
    assigned(&routing, &before).await;
    let epochs = epochs(&routing).await;

    cluster.kill("routing").await.unwrap();
    let killed = Instant::now();
    let all = until("the other holds all", DEADLINE, || async {
        Ok((shares(&routing).await? == [usize::from(SHARDS)]).then_some(killed.elapsed()))
    });
    let (meanwhile, taken_over) = tokio::join!(register(&cluster, &api, &demand, ORDERS..2 * ORDERS), all);
    let taken_over = taken_over.unwrap();
    assigned(&routing, &meanwhile).await;
    let flowing = killed.elapsed();
    assert!(taken_over <= TAKE_OVER_MAX, "the take-over took {taken_over:?}");
    let moved = moved(&epochs, &self::epochs(&routing).await);
    assert_eq!(
        moved.len(),
        half,
        "every shard that changed hands has a new epoch, and no other"
    );
    let [taken, untouched] = longest_waits(&cluster, &routing, &meanwhile, &moved).await;
    assert!(taken <= ASSIGNED_MAX, "an order waited {taken:?}");
    assert!(
        untouched <= UNTOUCHED_MAX,
        "an order of a shard that nobody took away waited {untouched:?}"
    );

    cluster.restart("routing").await.unwrap();
    let returned = Instant::now();
    until("each replica holds half again", DEADLINE, || async {
        Ok((shares(&routing).await? == [half, half]).then_some(()))
    })
    .await
    .unwrap();
    let returned = returned.elapsed();
    let after = register(&cluster, &api, &demand, 2 * ORDERS..3 * ORDERS).await;
    assigned(&routing, &after).await;
    once_each(&routing, before.iter().chain(&meanwhile).chain(&after)).await;
    println!(
        "\ntake-over of routing: shared after {shared:.1?}, all {SHARDS} shards taken over {taken_over:.1?} after kill -9, \
         {ORDERS} orders of that time assigned after {flowing:.1?} (longest wait {taken:.1?}, in untouched shards \
         {untouched:.1?}), shared again {returned:.1?} after the return"
    );
    cluster.stop().await.unwrap();
}

/// How many shards each live holder has, fewest first; expired leases count for nobody.
async fn shares(routing: &PgPool) -> anyhow::Result<Vec<usize>> {
    let counts: Vec<i64> = sqlx::query_scalar(
        "select count(*) from shard_leases where holder is not null and expires_at > clock_timestamp()
         group by holder order by 1",
    )
    .fetch_all(routing)
    .await?;
    Ok(counts
        .into_iter()
        .filter_map(|count| usize::try_from(count).ok())
        .collect())
}

async fn epochs(routing: &PgPool) -> BTreeMap<i16, i64> {
    let rows: Vec<(i16, i64)> = sqlx::query_as("select shard, epoch from shard_leases")
        .fetch_all(routing)
        .await
        .unwrap();
    rows.into_iter().collect()
}

/// Shards whose epoch was raised.
fn moved(before: &BTreeMap<i16, i64>, after: &BTreeMap<i16, i64>) -> BTreeSet<i16> {
    after
        .iter()
        .filter(|(shard, epoch)| before[shard] < **epoch)
        .map(|(shard, _)| *shard)
        .collect()
}

/// The longest time from registration to assignment, by the one database server: of orders whose shard changed hands,
/// and of the others.
async fn longest_waits(
    cluster: &Cluster,
    routing: &PgPool,
    orders: &BTreeSet<Uuid>,
    moved: &BTreeSet<i16>,
) -> [Duration; 2] {
    let ids: Vec<Uuid> = orders.iter().copied().collect();
    let intake = cluster.pool("intake").await.unwrap();
    let assigned: BTreeMap<Uuid, DateTime<Utc>> = recorded(routing, "routing.order.assigned.v1", &ids)
        .await
        .into_iter()
        .map(|(order, _, at)| (order, at))
        .collect();
    let registered = recorded(&intake, "intake.order.registered.v1", &ids).await;
    assert_eq!(registered.len(), ids.len());
    [true, false].map(|touched| {
        let orders = registered
            .iter()
            .filter(|(_, shard, _)| moved.contains(shard) == touched);
        let waits = orders.map(|(order, _, at)| (assigned[order] - at).to_std().unwrap_or_default());
        waits.max().expect("orders of both kinds of shards")
    })
}

/// When a fact about each order was recorded, with its shard.
async fn recorded(pool: &PgPool, event: &str, orders: &[Uuid]) -> Vec<(Uuid, i16, DateTime<Utc>)> {
    sqlx::query_as("select key, shard, recorded_at from journal where event_type = $1 and key = any($2)")
        .bind(event)
        .bind(orders)
        .fetch_all(pool)
        .await
        .unwrap()
}

async fn register(
    cluster: &Cluster,
    api: &Api,
    demand: &Demand,
    numbers: std::ops::Range<usize>,
) -> BTreeSet<Uuid> {
    let agent = cluster.token(Role::Agent, None);
    let mut orders = BTreeSet::new();
    for number in numbers {
        let wanted = demand.complaint(number);
        let call = Call {
            name: None,
            service: "intake",
            path: "/v1/complaints".to_owned(),
            token: &agent,
            key: Some(wanted.key),
            body: Some(wanted.body),
        };
        let answer = api.ask(&call).await.unwrap();
        assert!(answer.status.is_success(), "{answer:?}");
        orders.insert(
            answer.body["orders"][0]["order_id"]
                .as_str()
                .unwrap()
                .parse()
                .unwrap(),
        );
    }
    orders
}

/// Waits until routing has decided about all of them.
async fn assigned(routing: &PgPool, orders: &BTreeSet<Uuid>) {
    let ids: Vec<Uuid> = orders.iter().copied().collect();
    until("all orders are assigned", DEADLINE, || async {
        let count: i64 =
            sqlx::query_scalar("select count(distinct key) from journal where event_type = 'routing.order.assigned.v1' and key = any($1)")
                .bind(&ids)
                .fetch_one(routing)
                .await?;
        anyhow::ensure!(usize::try_from(count)? == ids.len(), "{count} of {}", ids.len());
        Ok(Some(()))
    })
    .await
    .unwrap();
}

/// No order was assigned by both.
async fn once_each(routing: &PgPool, orders: impl Iterator<Item = &Uuid>) {
    let ids: Vec<Uuid> = orders.copied().collect();
    let decisions: i64 = sqlx::query_scalar(
        "select count(*) from journal where event_type = 'routing.order.assigned.v1' and key = any($1)",
    )
    .bind(&ids)
    .fetch_one(routing)
    .await
    .unwrap();
    assert_eq!(usize::try_from(decisions).unwrap(), ids.len());
}
