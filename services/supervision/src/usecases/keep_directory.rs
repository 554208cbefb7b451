//! Keeps names, levels and parents of the newest directory version, so that a start without NATS knows them.
use crate::domain::figures::Names;
use crate::store::directory_entries;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::directory_content::DirectoryContentV1;
use db::{Conn, Db, DbError, Results, Work};
use std::convert::Infallible;
use std::sync::{Arc, PoisonError, RwLock};

/// The use case; true when the version was newer than what was here.
#[derive(Clone, Copy, Debug)]
pub struct KeepDirectory;

impl Work for KeepDirectory {
    const NAME: &'static str = "keep_directory";
    type Command = Arc<DirectoryContentV1>;
    type Output = bool;
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Arc<DirectoryContentV1>>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        // Rare: one version after the other.
        for Asked { command, .. } in commands {
            let newer = directory_entries::raise(conn, command.version, command.published_at, now).await?;
            if newer {
                directory_entries::insert(conn, "division", &command.divisions).await?;
                directory_entries::insert(conn, "unit", &command.units).await?;
                directory_entries::insert(conn, "matter", &command.matters).await?;
            }
            results.push(Ok(newer));
        }
        Ok(results)
    }
}

/// The version that is here.
///
/// # Errors
/// When the database fails.
pub async fn version(db: &Db) -> Result<Option<i64>, DbError> {
    directory_entries::version(db.pool()).await
}

/// The names of this process; read anew when there is another version. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct NameShelf(Arc<RwLock<Arc<Names>>>);

impl NameShelf {
    /// The names of the newest version; empty while there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn look(&self, db: &Db) -> Result<Arc<Names>, DbError> {
        let known = Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner));
        let version = version(db).await?.unwrap_or(0);
        if version == known.version {
            return Ok(known);
        }
        let entries = directory_entries::load(db.pool()).await?;
        let names = Arc::new(Names::new(version, entries));
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&names);
        Ok(names)
    }
}
