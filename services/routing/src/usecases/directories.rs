//! The directory in use: one indexed version in memory, shared by everything in this process.
//!
//! Every batch asks the table for the newest version's number first, so a replica never decides by an old version
//! once a new one is committed; a job asks too, so that the first batch after a publication need not wait.
use crate::domain::directory::{Directory, InUse};
use crate::store;
use db::{Conn, Db, DbError};
use std::sync::Arc;

/// The directory in use. Cheap to clone; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Directories(Arc<InUse>);

impl Directories {
    /// The newest version; `None` as long as none was published.
    ///
    /// # Errors
    /// When the database fails, or the stored version cannot be read.
    pub async fn current(&self, conn: &mut Conn) -> Result<Option<Arc<Directory>>, DbError> {
        let Some(newest) = store::directory_versions::newest(conn).await? else {
            return Ok(None);
        };
        if let Some(known) = self.in_memory().filter(|directory| directory.version() == newest) {
            return Ok(Some(known));
        }
        let directory = load(conn, newest).await?;
        let old = self.0.replace(directory.clone());
        // Not awaited: nobody needs to know when the old version is gone.
        drop(tokio::task::spawn_blocking(move || drop(old)));
        Ok(directory)
    }

    /// Any version, for replays: from memory when it is the one in use.
    ///
    /// # Errors
    /// As [`Directories::current`].
    pub async fn version(&self, conn: &mut Conn, version: i64) -> Result<Option<Arc<Directory>>, DbError> {
        match self
            .in_memory()
            .filter(|directory| directory.version() == version)
        {
            Some(known) => Ok(Some(known)),
            None => load(conn, version).await,
        }
    }

    /// Looks for a newer version; answers how many it took over (0 or 1).
    ///
    /// # Errors
    /// As [`Directories::current`].
    pub async fn refresh(&self, db: &Db) -> Result<usize, DbError> {
        let before = self.in_memory().map(|directory| directory.version());
        let after = self
            .current(&mut *db.pool().acquire().await?)
            .await?
            .map(|directory| directory.version());
        Ok(usize::from(before != after))
    }

    fn in_memory(&self) -> Option<Arc<Directory>> {
        self.0.get()
    }
}

/// Loads and indexes a version; that is work for a thread of its own.
async fn load(conn: &mut Conn, version: i64) -> Result<Option<Arc<Directory>>, DbError> {
    let Some(bytes) = store::directory_versions::snapshot(conn, version).await? else {
        return Ok(None);
    };
    let bad = move |problem: &dyn std::fmt::Display| {
        DbError::inconsistent("directory_versions", "snapshot", &version, problem)
    };
    let built = tokio::task::spawn_blocking(move || {
        let snapshot = serde_json::from_slice(&bytes).map_err(|error| bad(&error))?;
        Directory::new(version, snapshot).map_err(|error| bad(&error))
    });
    let directory = built.await.map_err(|error| bad(&error))??;
    tracing::info!(version, duties = directory.duties.len(), "directory loaded");
    Ok(Some(Arc::new(directory)))
}
