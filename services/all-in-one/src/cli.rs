//! The command line of `hotline`.
use crate::layout::Layout;
use crate::{demo, directory, issuer, platform, run};
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use web::auth::Role;

#[derive(Parser)]
#[command(name = "hotline", version, about = "The 12345 order platform on one machine")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts everything, prints what to try, and runs until Ctrl-C.
    Run {
        /// Where data, secrets and logs are kept.
        #[arg(long, default_value = ".run")]
        run_dir: PathBuf,
        /// The city's data pack.
        #[arg(long, default_value = "infra/cities/sample")]
        city: PathBuf,
    },
    /// Prints a development token.
    Token {
        /// agent, dispatcher, directory_editor, unit_operator, callback_agent, supervisor, leader, auditor or admin.
        #[arg(long)]
        role: Role,
        /// The unit a unit_operator works for.
        #[arg(long)]
        unit: Option<String>,
        /// Where the platform keeps its secrets.
        #[arg(long, default_value = ".run")]
        run_dir: PathBuf,
    },
    /// Sends the pack's sample complaints through a running platform and shows where each went and why.
    Demo {
        /// Where the platform runs.
        #[arg(long, default_value = ".run")]
        run_dir: PathBuf,
    },
    /// Works on the directory of a running platform.
    Directory {
        /// Where the platform runs.
        #[arg(long, default_value = ".run", global = true)]
        run_dir: PathBuf,
        #[command(subcommand)]
        command: directory::Command,
    },
    /// Runs one service alone, `hotline service intake serve`, or looks after one of a running platform,
    /// `hotline service --run-dir .run routing dead-letters list`.
    #[command(disable_help_flag = true)]
    Service {
        /// Where the platform runs whose database and secrets are meant; without it, the service's own settings.
        #[arg(long)]
        run_dir: Option<PathBuf>,
        /// intake, routing, unit-gateway, callback or supervision.
        name: String,
        /// The service's own arguments.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

/// Runs the command line; what `main` returns.
#[must_use]
pub fn main() -> ExitCode {
    // async-nats, sqlx and the HTTP clients share one TLS provider; a second installation is no harm.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let command = Arguments::parse().command;
    if let Command::Service {
        run_dir,
        name,
        arguments,
    } = command
    {
        let settings = run_dir.map_or(Ok(Vec::new()), |folder| platform::settings_of(&folder, &name));
        return match settings {
            Ok(settings) => platform::service_main(&name, arguments, &settings),
            Err(error) => complain(&format!("{error:#}")),
        };
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return complain(&error.to_string()),
    };
    match runtime.block_on(execute(command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&format!("{error:#}")),
    }
}

async fn execute(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Run { run_dir, city } => run::run(&Layout::new(&run_dir)?, &city).await,
        Command::Token { role, unit, run_dir } => {
            let issuer = issuer::open(&Layout::existing(&run_dir)?)?;
            if role == Role::UnitOperator && unit.is_none() {
                anyhow::bail!("--unit is missing: a unit_operator works for a unit");
            }
            say(&issuer::token(&issuer, role, unit.as_deref()));
            Ok(())
        }
        Command::Demo { run_dir } => demo::run(&Layout::existing(&run_dir)?).await,
        Command::Directory { run_dir, command } => {
            say(&directory::execute(&Layout::existing(&run_dir)?, command).await?);
            Ok(())
        }
        Command::Service { .. } => unreachable!("handled before the runtime is made"),
    }
}

#[expect(clippy::print_stdout, reason = "the answer of a command is its output")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}

#[expect(
    clippy::print_stderr,
    reason = "a line for the person who started the program"
)]
pub(crate) fn complain(text: &str) -> ExitCode {
    eprintln!("{text}");
    ExitCode::FAILURE
}
