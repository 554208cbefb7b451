//! An administrator publishes a policy: a new version, for everything decided from then on. What is published never
//! changes.
use crate::domain::Policies;
use crate::domain::policy::Fault;
use crate::store;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use db::{Conn, Db, DbError, Results, Work};
use thiserror::Error;

pub use crate::store::policies::PolicyVersion;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct PublishPolicy;

/// A new policy.
#[derive(Clone, Debug)]
pub struct Command {
    /// TOML; what it leaves out is as in the default.
    pub document: String,
    /// The version it was made from; `None` = whatever holds.
    pub based_on: Option<i64>,
    /// `agent:<subject>`.
    pub author: String,
}

/// Why there is no new version.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum PolicyRefused {
    /// The document cannot be.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// Somebody else was faster.
    #[error("version {0} was published in the meantime")]
    Outdated(i64),
}

impl Work for PublishPolicy {
    const NAME: &'static str = "publish_policy";
    type Command = Command;
    type Output = PolicyVersion;
    type Refusal = PolicyRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        store::policies::lock(conn).await?;
        let mut results = Vec::with_capacity(commands.len());
        for Asked { command, .. } in commands {
            if let Err(fault) = Policies::read(&command.document) {
                results.push(Err(fault.into()));
                continue;
            }
            let newest = store::policies::newest_version(conn).await?.unwrap_or(0);
            let held = store::policies::get(conn, newest).await?;
            if command.based_on.is_some_and(|version| version != newest) {
                results.push(Err(PolicyRefused::Outdated(newest)));
            } else if let Some(same) = held.filter(|held| held.document == command.document) {
                results.push(Ok(same));
            } else {
                let version = PolicyVersion {
                    version: newest + 1,
                    document: command.document.clone(),
                    author: command.author.clone(),
                    published_at: now,
                };
                store::policies::insert(conn, &version).await?;
                results.push(Ok(version));
            }
        }
        Ok(results)
    }
}

/// A version; the newest without a number.
///
/// # Errors
/// When the database fails.
pub async fn get_policy(db: &Db, version: Option<i64>) -> Result<Option<PolicyVersion>, DbError> {
    let mut conn = db.pool().acquire().await?;
    let version = match version {
        Some(version) => Some(version),
        None => store::policies::newest_version(&mut conn).await?,
    };
    match version {
        Some(version) => store::policies::get(&mut conn, version).await,
        None => Ok(None),
    }
}
