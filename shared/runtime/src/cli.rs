//! The command line that every service has: `serve migrate provision check-config replay dead-letters`.
use crate::{DeadLetterCommand, Service, Stop, commands, running, settings};
use chrono::{DateTime, Utc};
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(version, about = "One service of the 12345 order platform")]
struct Arguments {
    /// Settings on top of the compiled-in defaults (TOML).
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the service.
    Serve,
    /// Applies the migrations of its database.
    Migrate,
    /// Creates or extends its streams.
    Provision,
    /// Reads the settings, prints them without secrets, and ends.
    CheckConfig,
    /// Publishes facts of its journal again.
    Replay {
        /// From this moment on (RFC 3339).
        #[arg(long)]
        since: DateTime<Utc>,
    },
    /// Lists, shows, replays or skips parked events.
    DeadLetters {
        /// Who does it; kept with the event.
        #[arg(long, default_value = "operator")]
        by: String,
        #[command(subcommand)]
        command: DeadLetterCommand,
    },
}

/// Exit status of unusable settings or arguments.
const EXIT_USAGE: u8 = 64;

/// Runs a service's command line; what its `main` returns.
#[must_use]
pub fn main<S: Service>() -> ExitCode {
    run_arguments::<S>(Arguments::parse(), &[])
}

/// The same with given arguments, without the program's name, and settings that come last: `hotline service <name> …`.
#[must_use]
pub fn main_with<S: Service>(arguments: Vec<String>, overrides: &[(String, String)]) -> ExitCode {
    let program = std::iter::once(S::NAME.to_owned());
    run_arguments::<S>(Arguments::parse_from(program.chain(arguments)), overrides)
}

fn run_arguments<S: Service>(arguments: Arguments, overrides: &[(String, String)]) -> ExitCode {
    let settings = match settings::load::<S>(arguments.config.as_deref(), overrides) {
        Ok(settings) => settings,
        Err(error) => return complain(EXIT_USAGE, &error.to_string()),
    };
    // async-nats, sqlx and the webhook client share one TLS provider; a second installation is no harm.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return complain(1, &error.to_string()),
    };
    runtime.block_on(async {
        let telemetry = match telemetry::init(S::NAME, &settings.telemetry) {
            Ok(telemetry) => telemetry,
            Err(error) => return complain(EXIT_USAGE, &error.to_string()),
        };
        let result = run::<S>(arguments.command, settings).await;
        telemetry.shutdown();
        match result {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => complain(1, &format!("{error:#}")),
        }
    })
}

async fn run<S: Service>(command: Command, settings: crate::Settings<S::Config>) -> anyhow::Result<()> {
    match command {
        Command::Serve => serve::<S>(settings).await,
        Command::Migrate => commands::migrate::<S>(&settings).await,
        Command::Provision => commands::provision::<S>(&settings).await,
        Command::CheckConfig => {
            say(&format!("{settings:#?}"));
            Ok(())
        }
        Command::Replay { since } => {
            let queued = commands::replay::<S>(&settings, since).await?;
            say(&format!("{queued} facts are queued for publication again"));
            Ok(())
        }
        Command::DeadLetters { by, command } => {
            say(&commands::dead_letters::<S>(&settings, command, &by).await?);
            Ok(())
        }
    }
}

async fn serve<S: Service>(settings: crate::Settings<S::Config>) -> anyhow::Result<()> {
    let stop = Stop::new();
    let signals = stop.clone();
    let service = running::serve::<S>(settings, &stop);
    tokio::select! {
        result = service => result,
        result = signals.on_signals() => Ok(result?),
    }
}

#[expect(clippy::print_stdout, reason = "the answer of a sub-command is its output")]
fn say(text: &str) {
    println!("{text}");
}

#[expect(
    clippy::print_stderr,
    reason = "a line for the person who started the program"
)]
fn complain(status: u8, text: &str) -> ExitCode {
    eprintln!("{text}");
    ExitCode::from(status)
}
