//! Keeps the divisions and matters of the newest directory version, so that a start without NATS knows them.
use crate::domain::directory::Directory;
use crate::store::directory_copy;
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
            results.push(Ok(directory_copy::replace(conn, command, now).await?));
        }
        Ok(results)
    }
}

/// The version that is here.
///
/// # Errors
/// When the database fails.
pub async fn version(db: &Db) -> Result<Option<i64>, DbError> {
    directory_copy::version(&mut *db.pool().acquire().await?).await
}

/// The directory in memory, shared by everything in this process. Cheap to clone; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Known(Arc<RwLock<Option<Arc<Directory>>>>);

impl Known {
    /// The newest version that this process has seen; `None` as long as there is none, and then every code is believed.
    #[must_use]
    pub fn get(&self) -> Option<Arc<Directory>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes over what is in the database, when it is newer; answers how many versions it took over (0 or 1).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refresh(&self, db: &Db) -> Result<usize, DbError> {
        let here = self.get().map(|directory| directory.version);
        let mut conn = db.pool().acquire().await?;
        if directory_copy::version(&mut conn).await? == here {
            return Ok(0);
        }
        let directory = directory_copy::load(&mut conn).await?.map(Arc::new);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = directory;
        Ok(1)
    }
}
