//! The load generator: full lifecycles per second through the public interfaces, everything on this machine, with
//! a durable PostgreSQL, beside the floor of the same machine in the same run.
//!
//! `infra/scripts/load.sh` builds it with the profile `load` and runs it; `README.md` here says what the figures mean.
mod aims;
mod floor;
mod floor_nats;
mod lag;
mod measure;
mod output;
mod sampler;
mod units;
mod volume;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use system_tests::cluster::{Cluster, Options};
use system_tests::generator::{Demand, Generator, Mixture, Pace};

/// What to measure; without a word, lifecycles.
#[derive(Clone, Debug, Parser)]
#[command(about = "Measures what the platform sustains beside the floor of this machine")]
#[command(args_conflicts_with_subcommands = true)]
struct Measurement {
    #[command(subcommand)]
    of_units: Option<OfUnits>,
    #[command(flatten)]
    lifecycles: Arguments,
    /// Where the figures go as JSON.
    #[arg(long, default_value = "target/load.json", global = true)]
    output: PathBuf,
}

/// What can be measured of deliveries to units.
#[derive(Clone, Debug, Subcommand)]
enum OfUnits {
    /// Deliveries a second by NATS and by webhook.
    Deliveries(units::deliveries::Deliveries),
    /// How fast a unit that was offline gets a day's orders.
    Backlog(units::backlog::Backlog),
    /// What dead endpoints cost the other units.
    DeadWebhooks(units::dead::Dead),
}

/// Full lifecycles.
#[derive(Clone, Debug, Args)]
struct Arguments {
    /// Length of each measured window.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Full load before the first window, not measured.
    #[arg(long, default_value_t = 8)]
    warm_up_seconds: u64,
    /// Lifecycles at the same time at full load.
    #[arg(long, default_value_t = 192)]
    in_flight: usize,
    /// How many of the units subscribe by NATS; the others pull.
    #[arg(long, default_value_t = 6)]
    nats_units: usize,
    /// How often a unit asks that got nothing.
    #[arg(long, default_value_t = 100)]
    pull_every_ms: u64,
    /// nats-server syncs every write before it answers.
    #[arg(long)]
    nats_sync_always: bool,
    /// Further settings of PostgreSQL, as name=value.
    #[arg(long, value_parser = setting)]
    postgres: Vec<(String, String)>,
}

#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the figures are for a person at a terminal"
)]
fn main() -> ExitCode {
    let measurement = Measurement::parse();
    let measured = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(measure(&measurement)));
    match measured {
        Ok(table) => {
            println!("{table}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Measures and keeps the figures; answers them as a table.
async fn measure(measurement: &Measurement) -> anyhow::Result<String> {
    let (table, json) = match &measurement.of_units {
        None => {
            let figures = run(&measurement.lifecycles).await?;
            (output::table(&figures), serde_json::to_vec_pretty(&figures)?)
        }
        Some(of_units) => {
            let report = match of_units {
                OfUnits::Deliveries(deliveries) => units::deliveries::measure(deliveries).await?,
                OfUnits::Backlog(backlog) => units::backlog::measure(backlog).await?,
                OfUnits::DeadWebhooks(dead) => units::dead::measure(dead).await?,
            };
            (report.to_string(), serde_json::to_vec_pretty(&report)?)
        }
    };
    let kept = output::keep(&json, &measurement.output)?;
    Ok(format!("{table}\n{kept}"))
}

fn setting(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("not of the form name=value")?;
    Ok((name.to_owned(), value.to_owned()))
}

async fn run(arguments: &Arguments) -> anyhow::Result<output::Figures> {
    let mut options = Options::new("load")
        // The measurement runs at any hour; callers are called at any hour, too.
        .set("callback", "service.initial_policy", system_tests::ANY_HOUR)
        // All callers share one token here; the limit is per token and meant for strangers.
        .set_everywhere("http.rate_per_second_max", "0");
    options.durable = true;
    options.postgres.clone_from(&arguments.postgres);
    options.nats_sync_always = arguments.nats_sync_always;
    let demand = Demand::of_city(&options.city)?;
    options.nats_units = demand
        .units()
        .into_iter()
        .take(arguments.nats_units)
        .map(Into::into)
        .collect();
    let nats_units = options.nats_units.clone();
    let mut cluster = Cluster::start(options).await?;
    let pace = Pace {
        in_flight_max: arguments.in_flight,
        pull_every: Duration::from_millis(arguments.pull_every_ms),
        callbacks_every: Duration::from_millis(50),
        patience: Duration::from_secs(60),
        mixture: Mixture::Plain,
    };
    let generator = Generator::new(&cluster, demand, pace)?;
    let measured = measure::windows(&cluster, &generator, &nats_units, arguments)
        .await
        .context("lifecycles")?;
    cluster.stop_services().await?;
    let floor = floor::measure(
        &cluster,
        &measured.volume,
        Duration::from_secs(arguments.seconds.min(15)),
    )
    .await
    .context("floor")?;
    cluster.stop().await?;
    Ok(output::Figures::new(arguments, measured, floor))
}
