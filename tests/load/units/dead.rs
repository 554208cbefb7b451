//! What dead endpoints cost the others: the same load in every window, and in every other one half of it goes to endpoints
//! that refuse, or that hang until the time limit. One window says little, since they differ among themselves more than by
//! what is looked for: there are rounds of them, and the middle one of each kind counts.
use super::endpoints::{Endpoints, Mood};
use super::post::Post;
use super::upstream::Upstream;
use super::{Machine, Report, codes, start, watched};
use clap::Args;
use std::time::Duration;
use system_tests::cluster::{Cluster, pause};
use system_tests::generator::Summary;
use tokio_util::sync::CancellationToken;

/// What to measure.
#[derive(Clone, Debug, Args)]
pub struct Dead {
    /// Units that are well, and as many that die.
    #[arg(long, default_value_t = 100)]
    units: usize,
    /// Orders a second, half of them for the units that are well.
    #[arg(long, default_value_t = 400.0)]
    rate: f64,
    /// Length of each window.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Rounds of windows: well, refusing, well, hanging.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    #[command(flatten)]
    machine: Machine,
}

const WELL: &str = "well";
const OTHERS: &str = "others";

pub async fn measure(arguments: &Dead) -> anyhow::Result<Report> {
    let mut cluster = start(&arguments.machine, "dead-webhooks", &[]).await?;
    let post = Post::new();
    let upstream = Upstream::connect(&cluster, &post).await?;
    let well = Endpoints::open(codes("W", arguments.units), WELL, Mood::Well, &post).await?;
    well.register(&cluster).await?;
    let mut report = Report::new(format!(
        "dead webhooks: {} units that are well beside {} others, {} orders a second in all",
        arguments.units, arguments.units, arguments.rate
    ));
    let stage = Stage {
        cluster: &cluster,
        upstream: &upstream,
        post: &post,
        well: &well,
        arguments,
    };
    // Connections, statements, caches.
    stage.window("A", Mood::Well, &mut Report::default()).await?;
    let round = [Mood::Well, Mood::Refusing, Mood::Well, Mood::Hanging];
    let moods = round.repeat(arguments.rounds).into_iter().chain([Mood::Well]);
    let mut windows = Vec::new();
    for (number, mood) in moods.enumerate() {
        let summary = stage.window(&format!("R{number}"), mood, &mut report).await?;
        windows.push((mood, summary.p99_ms));
    }
    let calm = middle(&windows, Mood::Well);
    report.add("p99 of the well ones with nobody dead, middle window, ms", calm);
    for mood in [Mood::Refusing, Mood::Hanging] {
        let name = format!(
            "p99 of the well ones beside {} that are {mood:?}",
            arguments.units
        );
        let p99 = middle(&windows, mood);
        report.add(format!("{name}, middle window, ms"), p99);
        report.add(format!("{name}, change in %"), (p99 / calm - 1.0) * 100.0);
    }
    cluster.stop_services().await?;
    cluster.stop().await?;
    Ok(report)
}

/// The middle one of the windows of a kind.
fn middle(windows: &[(Mood, f64)], mood: Mood) -> f64 {
    let mut of_kind: Vec<f64> = windows
        .iter()
        .filter(|window| window.0 == mood)
        .map(|window| window.1)
        .collect();
    of_kind.sort_unstable_by(f64::total_cmp);
    of_kind.get(of_kind.len() / 2).copied().unwrap_or(f64::NAN)
}

struct Stage<'a> {
    cluster: &'a Cluster,
    upstream: &'a Upstream,
    post: &'a Post,
    well: &'a Endpoints,
    arguments: &'a Dead,
}

impl Stage<'_> {
    /// Half of the load goes to units that are well, the other half to a group of its own. Answers how long the documents of
    /// the first took.
    async fn window(&self, prefix: &str, mood: Mood, report: &mut Report) -> anyhow::Result<Summary> {
        let others = codes(prefix, self.arguments.units);
        // They were well when they were registered.
        let others = Endpoints::open(others, OTHERS, mood, self.post).await?;
        others.register(self.cluster).await?;
        let pairs = self.well.units.iter().zip(&others.units);
        let units: Vec<String> = pairs
            .flat_map(|(well, other)| [well.clone(), other.clone()])
            .collect();
        let before = self.post.so_far(WELL).orders;
        drop(self.post.latencies());
        let stop = CancellationToken::new();
        let work = async {
            let (given, ()) =
                tokio::try_join!(self.upstream.beat(&units, self.arguments.rate, &stop), async {
                    pause(Duration::from_secs(self.arguments.seconds)).await;
                    stop.cancel();
                    Ok(())
                })?;
            Ok(given)
        };
        let (given, shares) = watched(self.cluster, work).await?;
        self.post.all(WELL, before + given.div_ceil(2) as u64).await?;
        let latencies = self.post.latencies();
        let name = format!("beside {} others that are {mood:?}", others.units.len());
        report.latency(&name, latencies.get(WELL));
        report.shares(&name, &shares);
        // The next window must not pay for these.
        others.withdraw(self.cluster).await?;
        latencies
            .get(WELL)
            .copied()
            .ok_or_else(|| anyhow::anyhow!("nothing arrived"))
    }
}
