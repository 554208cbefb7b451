//! The storm and what must be true after it.
use crate::drain::{self, Databases};
use crate::invariants::{self, Aftermath, Checked};
use crate::report::Report;
use crate::scale::{self, Scale};
use crate::storm::{self, Blow};
use crate::{MACHINE, timers};
use chrono::{DateTime, Utc};
use std::time::{Duration, Instant};
use system_tests::cluster::{Cluster, Options};
use system_tests::generator::{Demand, Generator, Mixture, Pace, Record, Route};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_and_nothing_happens_twice() {
    let _machine = MACHINE.lock().await;
    let (began, scale) = (Instant::now(), scale::asked_for());
    let (mut cluster, demand) = start().await.unwrap();
    let databases = drain::databases(&cluster).await.unwrap();
    let since: DateTime<Utc> = sqlx::query_scalar("select now() - interval '1 minute'")
        .fetch_one(&databases["intake"])
        .await
        .unwrap();

    let storm = weather(&mut cluster, &databases, demand, scale, since)
        .await
        .unwrap();
    let calm = Instant::now();
    drain::everything_arrived(&cluster, &databases).await.unwrap();
    let drained = calm.elapsed();

    let records = storm.generator.history().records();
    let aftermath = Aftermath {
        cluster: &cluster,
        databases: &databases,
        records: &records,
        sleepers: &storm.sleepers,
    };
    let checked = invariants::check(&aftermath).await.unwrap();
    let facts = count_facts(&databases).await.unwrap();
    let report = Report {
        counts: counts(&records, &storm.sleepers, facts, drained),
        blows: storm.blows,
        latencies: storm.generator.figures().take(),
        checked: checked
            .iter()
            .map(|checked| (checked.name, checked.looked_at))
            .collect(),
        took: began.elapsed(),
    };
    println!("{}", report.text());
    let broken: Vec<&Checked> = checked
        .iter()
        .filter(|checked| !checked.broken.is_empty() || checked.looked_at == 0)
        .collect();
    assert!(broken.is_empty(), "{}", tell(&broken));
    cluster.stop().await.unwrap();
}

fn counts(records: &[Record], sleepers: &[Uuid], facts: i64, drained: Duration) -> Vec<(String, String)> {
    let commands = || records.iter().flat_map(|record| &record.acknowledged);
    let resent = commands().filter(|command| command.sent > 1).count();
    let closed = records.iter().filter(|record| record.stuck.is_none()).count();
    let counts = [
        ("lifecycles", records.len().to_string()),
        ("of them closed", closed.to_string()),
        ("with a rework", taken(records, |route| route.reworks > 0)),
        ("with a return request", taken(records, |route| route.returned)),
        ("with commands by NATS", taken(records, |route| route.by_nats)),
        (
            "orders nobody handled, for the clocks",
            sleepers.len().to_string(),
        ),
        ("commands acknowledged", commands().count().to_string()),
        ("of them sent more than once", resent.to_string()),
        ("facts in the journals", facts.to_string()),
        ("drained after", format!("{:.1} s", drained.as_secs_f64())),
    ];
    counts.map(|(name, figure)| (name.to_owned(), figure)).to_vec()
}

fn taken(records: &[Record], is_it: impl Fn(&Route) -> bool) -> String {
    let taken = records.iter().filter(|record| is_it(&record.route));
    taken.count().to_string()
}

struct Storm {
    generator: Generator,
    sleepers: Vec<Uuid>,
    blows: Vec<Blow>,
}

async fn start() -> anyhow::Result<(Cluster, Demand)> {
    let mut options = Options::new("chaos")
        // The storm rages at any hour; callers are called at any hour, too.
        .set("callback", "service.initial_policy", system_tests::ANY_HOUR);
    let demand = Demand::of_city(&options.city)?;
    options.nats_units = demand.units().into_iter().take(4).map(Into::into).collect();
    Ok((Cluster::start(options).await?, demand))
}

/// Load and blows at the same time.
async fn weather(
    cluster: &mut Cluster,
    databases: &Databases,
    demand: Demand,
    scale: Scale,
    since: DateTime<Utc>,
) -> anyhow::Result<Storm> {
    let pace = Pace {
        in_flight_max: scale.in_flight_max,
        // Seldom: in a debug build every look costs more than the rest of an order.
        pull_every: Duration::from_millis(400),
        callbacks_every: Duration::from_millis(100),
        patience: scale.patience,
        mixture: Mixture::Mixed,
    };
    let generator = Generator::new(cluster, demand.clone(), pace)?;
    let nats_units = cluster.nats_units().to_vec();
    let stop = CancellationToken::new();
    let desks = generator.open_desks(cluster, &nats_units, &stop)?;
    generator.open_lines(cluster, &nats_units).await?;
    let supervision = &databases["supervision"];
    let groups = storm::clock_groups(scale.rounds);
    let mut sleepers = timers::register(
        cluster,
        generator.api(),
        &demand,
        scale.sleepers,
        groups,
        supervision,
    )
    .await?;
    let (load, blows) = (
        generator.run(scale.orders),
        storm::rage(cluster, &generator, &mut sleepers, scale, since),
    );
    let ((), blows) = tokio::join!(load, blows);
    stop.cancel();
    desks.join_all().await;
    Ok(Storm {
        generator: generator.clone(),
        sleepers: sleepers.orders,
        blows: blows?,
    })
}

async fn count_facts(databases: &Databases) -> anyhow::Result<i64> {
    let mut facts = 0;
    for pool in databases.values() {
        facts += sqlx::query_scalar::<_, i64>("select count(*) from journal")
            .fetch_one(pool)
            .await?;
    }
    Ok(facts)
}

fn tell(broken: &[&Checked]) -> String {
    let tell_one = |checked: &&Checked| {
        let examples: Vec<&str> = checked.broken.iter().take(12).map(String::as_str).collect();
        format!(
            "NOT SO: {} ({} of {} broken)\n    {}",
            checked.name,
            checked.broken.len(),
            checked.looked_at,
            examples.join("\n    ")
        )
    };
    broken.iter().map(tell_one).collect::<Vec<_>>().join("\n")
}
