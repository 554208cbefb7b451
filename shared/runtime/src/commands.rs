//! The sub-commands beside `serve`: each does one thing and ends.
use crate::service::events_stream;
use crate::{Service, Settings, nats_sync};
use anyhow::Context;
use bus::{Bus, dead_letters as letters};
use chrono::{DateTime, Utc};
use clap::Subcommand;
use uuid::Uuid;

/// What to do with parked events.
#[derive(Clone, Debug, Subcommand)]
pub enum DeadLetterCommand {
    /// Lists the parked ones, oldest first.
    List,
    /// Shows one with its message.
    Show {
        /// Its id.
        id: Uuid,
    },
    /// Puts one back at the head of its line.
    Replay {
        /// Its id.
        id: Uuid,
    },
    /// Gives one up; its line goes on without it.
    Skip {
        /// Its id.
        id: Uuid,
        /// Why; kept with it.
        #[arg(long)]
        note: String,
    },
}

/// Applies the migrations.
///
/// # Errors
/// When the database cannot be reached or a migration fails.
pub async fn migrate<S: Service>(settings: &Settings<S::Config>) -> anyhow::Result<()> {
    let database = settings.db.connect(S::NAME).await.context("database")?;
    db::migrate::apply(database.pool(), S::migrator()).await?;
    sqlx::query("select keep_partitions(7, $1, $2)")
        .bind(settings.bus.journal_keep_days)
        .bind(settings.bus.inbox_keep_days)
        .execute(database.pool())
        .await?;
    database.pool().close().await;
    Ok(())
}

/// Creates or extends the streams.
///
/// # Errors
/// When the server cannot be reached, refuses, or holds a stream that a person must change.
pub async fn provision<S: Service>(settings: &Settings<S::Config>) -> anyhow::Result<()> {
    let bus = Bus::connect(&settings.nats, S::NAME).await?;
    bus::provision::stream(&bus, &events_stream(&bus)).await?;
    nats_sync::warn_at_provision(&settings.nats.monitor_url).await;
    S::provision(&settings.service, &bus).await
}

/// Queues published facts for publication again.
///
/// # Errors
/// When the database fails.
pub async fn replay<S: Service>(settings: &Settings<S::Config>, since: DateTime<Utc>) -> anyhow::Result<u64> {
    let database = settings.db.connect(S::NAME).await.context("database")?;
    Ok(bus::replay::since(database.pool(), since).await?)
}

/// Lists, shows, replays or skips parked events; answers the text to print.
///
/// # Errors
/// When there is none with that id, or the database fails.
pub async fn dead_letters<S: Service>(
    settings: &Settings<S::Config>,
    command: DeadLetterCommand,
    by: &str,
) -> anyhow::Result<String> {
    let database = settings.db.connect(S::NAME).await.context("database")?;
    let pool = database.pool();
    Ok(match command {
        DeadLetterCommand::List => {
            let parked = letters::list(pool).await?;
            let lines: Vec<String> = parked.iter().map(line).collect();
            format!("{} parked\n{}", parked.len(), lines.join("\n"))
        }
        DeadLetterCommand::Show { id } => serde_json::to_string_pretty(&letters::show(pool, id).await?)?,
        DeadLetterCommand::Replay { id } => {
            letters::replay(pool, id, by).await?;
            format!("{id} is back at the head of its line")
        }
        DeadLetterCommand::Skip { id, note } => {
            letters::skip(pool, id, by, &note).await?;
            format!("{id} is skipped; its line goes on")
        }
    })
}

fn line(letter: &letters::DeadLetter) -> String {
    format!(
        "{}  {}  {}  tries {}  holds back {}  {}",
        letter.dead_letter_id,
        letter
            .parked_at
            .to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        letter.subject,
        letter.attempts,
        letter.holds_back,
        letter.reason
    )
}
