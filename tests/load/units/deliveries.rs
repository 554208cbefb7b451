//! Deliveries a second, by NATS and by webhook, twice: of documents that wait in the queue, which is sending alone; and of
//! orders that are assigned on the bus all at once, which is taking in and sending. The last document decides. Then the same
//! units at a steady rate, for the latency.
use super::endpoints::{Endpoints, Mood, all_by, register};
use super::nats_systems::NatsSystems;
use super::post::Post;
use super::upstream::Upstream;
use super::{Cluster, Machine, Report, all_queued, bare, codes, start, watched};
use clap::Args;
use serde_json::Value;
use std::time::{Duration, Instant};
use system_tests::cluster::pause;
use tokio_util::sync::CancellationToken;

/// What to measure.
#[derive(Clone, Debug, Args)]
pub struct Deliveries {
    /// Orders of each way.
    #[arg(long, default_value_t = 20_000)]
    orders: usize,
    /// Units of each way.
    #[arg(long, default_value_t = 100)]
    units: usize,
    /// Orders a second of the steady window.
    #[arg(long, default_value_t = 200.0)]
    rate: f64,
    /// Length of the steady window.
    #[arg(long, default_value_t = 15)]
    seconds: u64,
    #[command(flatten)]
    machine: Machine,
}

const NATS: &str = "NATS";
const WEBHOOK: &str = "webhook";
/// Calls at the same time, as `service.webhook.in_flight_max`.
const CALLS: usize = 256;

pub async fn measure(arguments: &Deliveries) -> anyhow::Result<Report> {
    let by_nats = codes("N", arguments.units);
    let cluster = start(&arguments.machine, "deliveries", &by_nats).await?;
    let post = Post::new();
    let upstream = Upstream::connect(&cluster, &post).await?;
    let systems = NatsSystems::open(&cluster, &by_nats, NATS, &post).await?;
    let endpoints = Endpoints::open(codes("W", arguments.units), WEBHOOK, Mood::Well, &post).await?;
    endpoints.register(&cluster).await?;
    let mut report = Report::new(format!(
        "deliveries: {} orders of each way, {} units of each way",
        arguments.orders, arguments.units
    ));
    let ways = [
        (NATS, &by_nats, all_by(&by_nats, "nats")),
        (WEBHOOK, &endpoints.units, endpoints.ways()),
    ];
    let mut rates = Vec::new();
    for (way, units, registered) in &ways {
        let stage = Stage {
            cluster: &cluster,
            upstream: &upstream,
            post: &post,
            way,
            units,
            arguments,
        };
        let queued = stage.rate_from_queue(registered, &mut report).await?;
        let assigned = stage.rate_from_bus(&mut report).await?;
        stage.steady(&mut report).await?;
        rates.push((*way, queued, assigned));
    }
    drop(systems);
    let bytes = post.so_far(NATS).mean_bytes();
    let mut cluster = cluster;
    cluster.stop_services().await?;
    let transport = bare::nats(&cluster, arguments.units, arguments.orders, bytes).await?;
    let calls = bare::http(WEBHOOK, arguments.units, arguments.orders, bytes, CALLS).await?;
    for ((way, queued, assigned), floor) in rates.into_iter().zip([transport.together, calls]) {
        report.beside(
            format!("{way}: deliveries a second, from the queue"),
            queued,
            floor,
        );
        report.beside(
            format!("{way}: deliveries a second, from the bus"),
            assigned,
            floor,
        );
        report.add(
            format!("{way}: share of the floor, from the queue"),
            queued / floor,
        );
    }
    report.add("bytes of a document", bytes as f64);
    cluster.stop().await?;
    Ok(report)
}

struct Stage<'a> {
    cluster: &'a Cluster,
    upstream: &'a Upstream,
    post: &'a Post,
    way: &'static str,
    units: &'a [String],
    arguments: &'a Deliveries,
}

impl Stage<'_> {
    fn each(&self) -> usize {
        (self.arguments.orders / self.units.len()).max(1)
    }

    fn all(&self) -> u64 {
        (self.each() * self.units.len()) as u64
    }

    /// The units pull at first, so that everything waits; then their way is registered. Answers deliveries a second.
    async fn rate_from_queue(&self, ways: &[(String, Value)], report: &mut Report) -> anyhow::Result<f64> {
        // Connections are opened and statements prepared before.
        self.upstream.assign(self.units, 2).await?;
        self.post.all(self.way, 2 * self.units.len() as u64).await?;
        register(self.cluster, &all_by(self.units, "rest")).await?;
        let before = self.post.so_far(self.way).orders;
        self.upstream.assign(self.units, self.each()).await?;
        all_queued(self.cluster, self.units, 2 + self.each() as u64).await?;
        let work = async {
            let began = Instant::now();
            register(self.cluster, ways).await?;
            self.post.all(self.way, before + self.all()).await?;
            Ok(began.elapsed().as_secs_f64())
        };
        let (seconds, shares) = watched(self.cluster, work).await?;
        report.shares(&format!("{}, from the queue", self.way), &shares);
        Ok(self.all() as f64 / seconds)
    }

    /// All orders are assigned at once; answers deliveries a second.
    async fn rate_from_bus(&self, report: &mut Report) -> anyhow::Result<f64> {
        let before = self.post.so_far(self.way).orders;
        let work = async {
            let began = Instant::now();
            tokio::try_join!(
                self.upstream.assign(self.units, self.each()),
                self.post.all(self.way, before + self.all())
            )?;
            Ok(began.elapsed().as_secs_f64())
        };
        let (seconds, shares) = watched(self.cluster, work).await?;
        report.shares(&format!("{}, from the bus", self.way), &shares);
        report.add(
            format!("{}: repeats", self.way),
            self.post.so_far(self.way).repeats as f64,
        );
        Ok(self.all() as f64 / seconds)
    }

    async fn steady(&self, report: &mut Report) -> anyhow::Result<()> {
        let (stop, before) = (CancellationToken::new(), self.post.so_far(self.way).orders);
        drop(self.post.latencies());
        let beat = self.upstream.beat(self.units, self.arguments.rate, &stop);
        let (given, ()) = tokio::try_join!(beat, async {
            pause(Duration::from_secs(self.arguments.seconds)).await;
            stop.cancel();
            Ok(())
        })?;
        self.post.all(self.way, before + given as u64).await?;
        let name = format!(
            "{} at {} a second, assigned until delivered",
            self.way, self.arguments.rate
        );
        report.latency(&name, self.post.latencies().get(self.way));
        Ok(())
    }
}
