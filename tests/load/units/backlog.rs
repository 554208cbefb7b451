//! A day's backlog of units that were offline, by each way, and what the others notice of it.
use super::endpoints::{Endpoints, Mood};
use super::nats_systems::NatsSystems;
use super::post::Post;
use super::upstream::Upstream;
use super::{Cluster, GATEWAY, Machine, Report, access, all_queued, bare, codes, start, watched};
use anyhow::Context;
use clap::Args;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use system_tests::cluster::pause;
use tokio_util::sync::CancellationToken;
use web::auth::Role;

/// What to measure.
#[derive(Clone, Debug, Args)]
pub struct Backlog {
    /// Orders that wait for each of the units that were offline.
    #[arg(long, default_value_t = 50_000)]
    orders: usize,
    /// Units with webhooks that were never offline, and their orders a second.
    #[arg(long, default_value_t = 50)]
    others: usize,
    /// Orders a second of these.
    #[arg(long, default_value_t = 100.0)]
    rate: f64,
    #[command(flatten)]
    machine: Machine,
}

const NATS: &str = "NATS";
const WEBHOOK: &str = "webhook";
const OTHERS: &str = "others";
/// Documents of one page.
const PAGE: usize = 200;
/// As `service.webhook.per_unit_in_flight_max`.
const CALLS: usize = 4;

pub async fn measure(arguments: &Backlog) -> anyhow::Result<Report> {
    let mut machine = arguments.machine.clone();
    // A quarter of an hour and a minute would only be waited for.
    for (key, value) in [("alarm_after_secs", "1"), ("probe_secs", "1")] {
        machine
            .gateway
            .push((format!("service.webhook.{key}"), value.into()));
    }
    let [nats, pulling] = ["N", "R"].map(|prefix| codes(prefix, 1));
    let mut cluster = start(&machine, "backlog", &nats).await?;
    access(&cluster, &pulling[0], &json!({ "way": "rest" })).await?;
    let post = Post::new();
    let offline = Endpoints::open(codes("W", 1), WEBHOOK, Mood::Refusing, &post).await?;
    offline.register(&cluster).await?;
    let others = Endpoints::open(codes("O", arguments.others), OTHERS, Mood::Well, &post).await?;
    others.register(&cluster).await?;
    let mut report = Report::new(format!(
        "backlog of {} orders, beside {} units with {} orders a second",
        arguments.orders, arguments.others, arguments.rate
    ));
    let stage = Stage {
        cluster: &cluster,
        upstream: Upstream::connect(&cluster, &post).await?,
        post: &post,
        others: &others.units,
        arguments,
    };
    let calm = async {
        pause(Duration::from_secs(CALM_SECONDS)).await;
        Ok(())
    };
    stage.beside("nobody offline", calm, &mut report).await?;
    let offline_all = [&offline.units[0], &nats[0], &pulling[0]];
    stage.gather(&offline_all, &mut report).await?;
    let webhook = async {
        offline.behave(Mood::Well);
        post.all(WEBHOOK, arguments.orders as u64).await
    };
    let webhook = stage
        .beside("the backlog drains by webhook", webhook, &mut report)
        .await?;
    let by_nats = async {
        let system = NatsSystems::open(&cluster, &nats, NATS, &post).await?;
        post.all(NATS, arguments.orders as u64).await?;
        drop(system);
        Ok(())
    };
    let by_nats = stage
        .beside("the backlog drains by NATS", by_nats, &mut report)
        .await?;
    let pulled = pull(&cluster, &pulling[0], arguments.orders);
    let pulled = stage
        .beside("the backlog drains by pulling", pulled, &mut report)
        .await?;
    let repeats = post.so_far(WEBHOOK).repeats;
    report.add("documents that came more than once, webhook", repeats as f64);
    cluster.stop_services().await?;
    let bytes = post.so_far(NATS).mean_bytes();
    let floors = floors(&cluster, arguments.orders, bytes).await?;
    for (way, seconds, floor) in [("webhook", webhook, floors[0]), ("NATS", by_nats, floors[1])] {
        report.beside(
            format!("seconds until the backlog is drained by {way}"),
            seconds,
            floor,
        );
    }
    report.add("seconds until the backlog is drained by pulling", pulled);
    cluster.stop().await?;
    Ok(report)
}

/// Seconds that the bare client and the bare consumer take.
async fn floors(cluster: &Cluster, orders: usize, bytes: usize) -> anyhow::Result<[f64; 2]> {
    let calls = bare::http(WEBHOOK, 1, orders, bytes, CALLS).await?;
    let transport = bare::nats(cluster, 1, orders, bytes).await?;
    Ok([calls, transport.drained].map(|rate| orders as f64 / rate))
}

/// The others alone, for as long as their latency needs to be known.
const CALM_SECONDS: u64 = 10;

struct Stage<'a> {
    cluster: &'a Cluster,
    upstream: Upstream,
    post: &'a Post,
    others: &'a [String],
    arguments: &'a Backlog,
}

impl Stage<'_> {
    /// What would come in a day comes as fast as it is taken in; meanwhile nobody else has anything.
    async fn gather(&self, units: &[&String], report: &mut Report) -> anyhow::Result<()> {
        let units: Vec<String> = units.iter().map(|unit| (*unit).clone()).collect();
        let (began, wanted) = (Instant::now(), self.arguments.orders as u64);
        self.upstream.assign(&units, self.arguments.orders).await?;
        all_queued(self.cluster, &units, wanted).await?;
        let orders = units.len() as f64 * wanted as f64;
        report.add("orders a second taken in", orders / began.elapsed().as_secs_f64());
        Ok(())
    }

    /// Does something while the others have their orders at a steady rate; answers the seconds that it took.
    async fn beside(
        &self,
        name: &str,
        work: impl Future<Output = anyhow::Result<()>>,
        report: &mut Report,
    ) -> anyhow::Result<f64> {
        drop(self.post.latencies());
        let (stop, before) = (CancellationToken::new(), self.post.so_far(OTHERS).orders);
        let timed = async {
            let began = Instant::now();
            let ((), shares) = watched(self.cluster, work).await?;
            stop.cancel();
            Ok((began.elapsed().as_secs_f64(), shares))
        };
        let beat = self.upstream.beat(self.others, self.arguments.rate, &stop);
        let (given, (seconds, shares)) = tokio::try_join!(beat, timed)?;
        self.post.all(OTHERS, before + given as u64).await?;
        report.latency(&format!("others while {name}"), self.post.latencies().get(OTHERS));
        report.shares(name, &shares);
        Ok(seconds)
    }
}

/// Reads the unit's feed to its end, page by page; each page acknowledges the one before.
async fn pull(cluster: &Cluster, unit: &str, orders: usize) -> anyhow::Result<()> {
    let http = reqwest::Client::builder()
        .timeout(Duration::from_secs(20))
        .no_proxy()
        .build()?;
    let (token, mut after, mut read) = (cluster.token(Role::UnitOperator, Some(unit)), String::new(), 0);
    while read < orders {
        let url = format!(
            "{}/v1/units/{unit}/orders?limit={PAGE}&after={after}",
            cluster.address(GATEWAY)
        );
        let answer = http
            .get(url)
            .bearer_auth(&token)
            .send()
            .await?
            .error_for_status()?;
        let page: Value = answer.json().await?;
        read += page["items"].as_array().map_or(0, Vec::len);
        page["next"].as_str().context("a cursor")?.clone_into(&mut after);
    }
    Ok(())
}
