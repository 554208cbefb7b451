//! The command line.
use crate::book::Book;
use crate::checks::{self, Kit, Verdict};
use crate::platform;
use crate::sandbox::{self, Acting, Script, Unit};
use crate::way::Way;
use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// For those who connect a unit's system to the hotline: README.md beside this program's source, step by step.
#[derive(Debug, Parser)]
#[command(name = "unit-kit", version)]
pub struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Play the platform against a unit's system and say what it got wrong. Ends with 1 when something was wrong.
    Check(Check),
    /// Play a unit against a platform, by a script.
    Sandbox(Sandbox),
}

#[derive(Debug, Args)]
struct Check {
    #[command(flatten)]
    unit: UnitArgs,
    #[command(subcommand)]
    way: CheckWay,
    /// Seconds that the unit may take to sign, and to acknowledge.
    #[arg(long, global = true, default_value_t = 30)]
    patience_secs: u64,
    /// Seconds in which nothing must happen where nothing may happen.
    #[arg(long, global = true, default_value_t = 3)]
    quiet_secs: u64,
    /// Seconds that a slow platform takes to answer.
    #[arg(long, global = true, default_value_t = 12)]
    slow_secs: u64,
    /// People act for this unit: look only at what its system answers.
    #[arg(long, global = true)]
    answers_only: bool,
    /// Only the check of this name; may be given several times.
    #[arg(long, global = true)]
    only: Vec<String>,
}

#[derive(Debug, Args)]
struct UnitArgs {
    /// Code of the unit.
    #[arg(long, env = "UNIT")]
    unit: String,
    /// Its key, `uk_…`; for a check any text that its system uses too.
    #[arg(long, env = "UNIT_KEY", hide_env_values = true)]
    key: String,
}

#[derive(Debug, Subcommand)]
enum CheckWay {
    /// A unit that is called by webhook and acts over REST.
    Webhook {
        /// Where its webhook listens.
        #[arg(long)]
        endpoint: String,
        /// The secret that both know, `whsec_…`.
        #[arg(long, env = "WEBHOOK_SECRET", hide_env_values = true)]
        secret: String,
        /// Where the platform that is played listens; the unit's system takes it for the platform.
        #[arg(long, default_value = "127.0.0.1:8199")]
        listen: String,
    },
    /// A unit that reads its consumer and acts over NATS.
    Nats {
        /// A server with JetStream that the unit's system takes for the platform's; never the platform's own.
        #[arg(long, default_value = "nats://127.0.0.1:4222")]
        server: String,
        /// A user that may make streams there, when the server asks for one.
        #[arg(long, requires = "password")]
        user: Option<String>,
        /// Its password.
        #[arg(long, env = "NATS_PASSWORD", hide_env_values = true)]
        password: Option<String>,
    },
}

#[derive(Debug, Args)]
struct Sandbox {
    #[command(flatten)]
    unit: UnitArgs,
    /// What it does when, as JSON: `[{"verb": "sign", "after_secs": 0}, …]`; by default it signs, responds after 2 s
    /// and replies after 5 s.
    #[arg(long)]
    script: Option<PathBuf>,
    #[command(subcommand)]
    way: SandboxWay,
}

#[derive(Debug, Subcommand)]
enum SandboxWay {
    /// Called by webhook, acts over REST.
    Webhook {
        /// Where it listens.
        #[arg(long, default_value = "127.0.0.1:9300")]
        listen: String,
        /// The secret that the platform told when the endpoint was registered.
        #[arg(long, env = "WEBHOOK_SECRET", hide_env_values = true)]
        secret: String,
        /// Where the platform answers.
        #[arg(long, default_value = "http://127.0.0.1:8103")]
        platform: String,
    },
    /// Reads its consumer, acts over NATS.
    Nats {
        /// The platform's server.
        #[arg(long)]
        server: String,
    },
}

/// Does it; answers the exit code.
///
/// # Errors
/// When it cannot be done at all.
pub async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command.what {
        What::Check(check) => check_unit(check).await,
        What::Sandbox(sandbox) => play_unit(sandbox).await.map(|()| ExitCode::SUCCESS),
    }
}

async fn check_unit(check: Check) -> anyhow::Result<ExitCode> {
    let book = Arc::new(Book::new(&check.unit.unit, &check.unit.key));
    let mut doors = JoinSet::new();
    let way = match &check.way {
        CheckWay::Webhook {
            endpoint,
            secret,
            listen,
        } => {
            let listener = TcpListener::bind(listen)
                .await
                .with_context(|| format!("listen on {listen}"))?;
            doors.spawn(platform::serve(listener, Arc::clone(&book)));
            Way::webhook(endpoint, secret)?
        }
        CheckWay::Nats {
            server,
            user,
            password,
        } => {
            let options = match (user, password) {
                (Some(user), Some(password)) => {
                    async_nats::ConnectOptions::with_user_and_password(user.clone(), password.clone())
                }
                _ => async_nats::ConnectOptions::new(),
            };
            let client = options
                .connect(server)
                .await
                .with_context(|| format!("connect to {server}"))?;
            let consumer = platform::provision(&client, &check.unit.unit.as_str().into()).await?;
            doors.spawn(platform::answer(client.clone(), Arc::clone(&book)));
            let jetstream = async_nats::jetstream::new(client);
            Way::Nats {
                jetstream,
                consumer: Box::new(consumer),
            }
        }
    };
    let kit = Kit {
        way,
        book,
        acts: !check.answers_only,
        patience: Duration::from_secs(check.patience_secs),
        quiet: Duration::from_secs(check.quiet_secs),
        slow: Duration::from_secs(check.slow_secs),
    };
    let verdicts = checks::run(&kit, &check.only, tell).await?;
    let wrong = verdicts
        .iter()
        .filter(|(_, verdict)| matches!(verdict, Verdict::Wrong(_)))
        .count();
    say(&format!("{} checks, {wrong} wrong", verdicts.len()));
    anyhow::ensure!(!verdicts.is_empty(), "there is no check of that name");
    Ok(ExitCode::from(u8::from(wrong > 0)))
}

fn tell(check: &checks::Check, verdict: &Verdict) {
    match verdict {
        Verdict::Right => say(&format!("OK     {:16} {}", check.name, check.tries)),
        Verdict::Wrong(why) => say(&format!(
            "WRONG  {:16} {}\n       {why}\n       read README.md, \"{}\"",
            check.name, check.tries, check.paragraph
        )),
        Verdict::Skipped(why) => say(&format!("-      {:16} not tried: {why}", check.name)),
    }
}

#[expect(clippy::print_stdout, reason = "a program for people")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

async fn play_unit(sandbox: Sandbox) -> anyhow::Result<()> {
    let script = match &sandbox.script {
        None => Script::default(),
        Some(path) => {
            let text = tokio::fs::read_to_string(path).await;
            Script::read(&text.with_context(|| format!("read {}", path.display()))?)?
        }
    };
    let UnitArgs { unit, key } = sandbox.unit;
    match sandbox.way {
        SandboxWay::Webhook {
            listen,
            secret,
            platform,
        } => {
            let secret = signing::read(&secret).context("a secret is whsec_ and base64 of 24 to 64 bytes")?;
            let listener = TcpListener::bind(&listen)
                .await
                .with_context(|| format!("listen on {listen}"))?;
            say(&format!("listening on http://{}/", listener.local_addr()?));
            let unit = Unit::new(&unit, &key, script, Acting::rest(platform)?);
            sandbox::webhook(listener, secret, unit).await
        }
        SandboxWay::Nats { server } => {
            let options = async_nats::ConnectOptions::with_user_and_password(unit.clone(), key.clone())
                .custom_inbox_prefix(format!("_INBOX_{unit}"));
            let client = options
                .connect(&server)
                .await
                .with_context(|| format!("connect to {server}"))?;
            let unit = Unit::new(&unit, &key, script, Acting::Nats(client.clone()));
            say("reading");
            sandbox::nats(&client, unit).await
        }
    }
}
