//! Two replicas share the shards of a service; when one is killed, the other takes over within fifteen seconds
//! and no order stays where it was.
#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]
use crate::MACHINE;
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
    let raised = epochs_raised(&epochs, &self::epochs(&routing).await);
    assert_eq!(
        raised, half,
        "every shard that changed hands has a new epoch, and no other"
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
        "\ntake-over of routing: shared after {:.1} s, all {SHARDS} shards taken over {:.1} s after kill -9, {ORDERS} orders of \
         that time assigned after {:.1} s, shared again {:.1} s after the return",
        shared.as_secs_f64(),
        taken_over.as_secs_f64(),
        flowing.as_secs_f64(),
        returned.as_secs_f64()
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

fn epochs_raised(before: &BTreeMap<i16, i64>, after: &BTreeMap<i16, i64>) -> usize {
    after
        .iter()
        .filter(|(shard, epoch)| before[shard] < **epoch)
        .count()
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
