//! The storm: kills every process in turn while orders flow, then loses the whole transport.
use crate::scale::Scale;
use crate::timers::Sleepers;
use chrono::{DateTime, Utc};
use serde_json::json;
use std::time::{Duration, Instant};
use system_tests::cluster::{Cluster, pause, until};
use system_tests::generator::{Call, Generator};
use web::auth::Role;

/// One thing that was taken away.
#[derive(Clone, Debug)]
pub struct Blow {
    /// What was hit.
    pub victim: String,
    /// Lifecycles that had ended by then.
    pub at_order: usize,
    /// Until it was ready again after its start.
    pub ready_after: Duration,
    /// From the kill until the next lifecycle ended.
    pub flowing_after: Duration,
}

/// The processes, in the order in which they are killed.
const VICTIMS: [&str; 7] = [
    "intake",
    "routing",
    "nats-server",
    "unit-gateway",
    "callback",
    "PostgreSQL",
    "supervision",
];
/// Without these no clock fires.
const FIRES_CLOCKS: [&str; 2] = ["PostgreSQL", "supervision"];
/// How long a victim stays dead.
const DOWN: Duration = Duration::from_millis(700);
/// Until orders must flow again: a lease that a dead replica held runs out first.
const FLOWING_DEADLINE: Duration = Duration::from_secs(60);

/// How often clocks run out in a storm of so many rounds.
pub const fn clock_groups(rounds: usize) -> usize {
    FIRES_CLOCKS.len() * rounds
}

/// Kills everything in turn, evenly over the run, and wipes the transport near its end.
pub async fn rage(
    cluster: &mut Cluster,
    generator: &Generator,
    sleepers: &mut Sleepers,
    scale: Scale,
    since: DateTime<Utc>,
) -> anyhow::Result<Vec<Blow>> {
    let mut blows = Vec::new();
    let hits = VICTIMS.len() * scale.rounds + 1;
    let apart = scale.orders / (hits + 2);
    for hit in 1..=hits {
        let wanted = (apart * hit).min(scale.orders.saturating_sub(1));
        reached(generator, wanted).await?;
        let at_order = generator.finished();
        let victim = VICTIMS[(hit - 1) % VICTIMS.len()];
        if FIRES_CLOCKS.contains(&victim) && hit < hits {
            sleepers.next_group_runs_out().await?;
        }
        let began = Instant::now();
        let (victim, ready_after) = if hit == hits {
            (
                "JetStream store".to_owned(),
                lose_the_transport(cluster, since).await?,
            )
        } else {
            (victim.to_owned(), strike(cluster, generator, victim).await?)
        };
        // The last blows may fall on the last orders: then there is no next one to wait for.
        let next = (at_order + 1).min(scale.orders);
        reached(generator, next).await?;
        blows.push(Blow {
            victim,
            at_order,
            ready_after,
            flowing_after: began.elapsed(),
        });
    }
    Ok(blows)
}

async fn reached(generator: &Generator, orders: usize) -> anyhow::Result<()> {
    let what = format!("{orders} lifecycles ended (now {})", generator.finished());
    until(&what, FLOWING_DEADLINE, || async {
        Ok((generator.finished() >= orders).then_some(()))
    })
    .await
}

/// Kills one process and starts it again a moment later; answers how long it took to be ready.
async fn strike(cluster: &mut Cluster, generator: &Generator, victim: &str) -> anyhow::Result<Duration> {
    match victim {
        "PostgreSQL" => {
            cluster.postgres.kill().await?;
            refuses_politely(cluster, generator).await?;
            let began = Instant::now();
            cluster.postgres.restart().await?;
            Ok(began.elapsed())
        }
        "nats-server" => {
            cluster.nats.kill().await?;
            registers_all_the_same(cluster, generator).await?;
            let began = Instant::now();
            cluster.nats.restart().await?;
            Ok(began.elapsed())
        }
        service => {
            cluster.kill(service).await?;
            pause(DOWN).await;
            let began = Instant::now();
            cluster.restart(service).await?;
            Ok(began.elapsed())
        }
    }
}

/// Without the transport, a complaint is registered as always: that needs no NATS. It is an answered one, so that
/// no order comes of it.
async fn registers_all_the_same(cluster: &Cluster, generator: &Generator) -> anyhow::Result<()> {
    let agent = cluster.token(Role::Agent, None);
    let body = json!({
        "channel": "phone", "kind": "consultation", "urgency": "ordinary", "title": "几点下班", "text": "窗口几点下班",
        "place": {}, "disposition": "answered", "answer": "下午五点",
    });
    let call = Call {
        name: None,
        service: "intake",
        path: "/v1/complaints".to_owned(),
        token: &agent,
        key: Some(uuid::Uuid::new_v4().to_string()),
        body: Some(body),
    };
    let answer = generator.api().ask(&call).await?;
    anyhow::ensure!(
        answer.status.is_success() && answer.sent == 1,
        "without NATS: {answer:?}"
    );
    Ok(())
}

/// Without its database a service says so soon, and never "yes".
async fn refuses_politely(cluster: &Cluster, generator: &Generator) -> anyhow::Result<()> {
    let agent = cluster.token(Role::Agent, None);
    let call = Call {
        name: None,
        service: "intake",
        path: "/v1/complaints".to_owned(),
        token: &agent,
        key: Some(uuid::Uuid::new_v4().to_string()),
        body: Some(
            json!({ "channel": "phone", "kind": "consultation", "urgency": "ordinary", "title": "t", "text": "t",
            "place": {}, "disposition": "answered", "answer": "a" }),
        ),
    };
    let (status, took) = generator.api().attempt(&call).await?;
    anyhow::ensure!(status.as_u16() == 503, "without PostgreSQL: {status}");
    anyhow::ensure!(
        took < Duration::from_secs(10),
        "without PostgreSQL the answer took {took:?}"
    );
    Ok(())
}

/// The store is gone: provision makes new streams, replay fills them from the journals, inboxes drop the copies.
async fn lose_the_transport(cluster: &mut Cluster, since: DateTime<Utc>) -> anyhow::Result<Duration> {
    cluster.nats.wipe_store().await?;
    let began = Instant::now();
    let since = since.to_rfc3339();
    for service in all_in_one::platform::SERVICES {
        cluster.command(service, &["provision"]).await?;
    }
    for service in all_in_one::platform::SERVICES {
        cluster.command(service, &["replay", "--since", &since]).await?;
    }
    Ok(began.elapsed())
}
