//! The directory in use: one indexed version in memory, shared by everything in this process.
//!
//! Every batch asks the table for the newest version's number first, so a replica never decides by an old version
//! once a new one is committed; a job asks too, so that the first batch after a publication need not wait.
use crate::domain::directory::{Directory, InUse};
use crate::store;
use chrono::{DateTime, Utc};
use db::{Conn, Db, DbError};
use std::sync::{Arc, PoisonError, RwLock};

/// The directory in use. Cheap to clone; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Directories {
    in_use: Arc<InUse>,
    /// Earlier versions that were asked for lately, newest look last.
    past: Arc<RwLock<Vec<Arc<Directory>>>>,
    /// One version is loaded at a time; who waits for it finds it. A large one is hundreds of megabytes while it is
    /// indexed, and every request notices a new version at the same moment.
    loading: Arc<tokio::sync::Mutex<()>>,
}

/// Earlier versions kept in memory: questions about a past day come in bulk.
const PAST_MAX: usize = 3;

/// Which version is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which {
    /// The one that decides now.
    Newest,
    /// This one.
    Version(i64),
    /// The one that decided at this moment.
    InForce(DateTime<Utc>),
}

impl Directories {
    /// The newest version; `None` as long as none was published.
    ///
    /// # Errors
    /// When the database fails, or the stored version cannot be read.
    pub async fn current(&self, conn: &mut Conn) -> Result<Option<Arc<Directory>>, DbError> {
        let Some(newest) = store::directory_versions::newest(conn).await? else {
            return Ok(None);
        };
        // What another request has loaded meanwhile may be newer still.
        let known = || self.in_memory().filter(|directory| directory.version() >= newest);
        if let Some(known) = known() {
            return Ok(Some(known));
        }
        let _one = self.loading.lock().await;
        if let Some(known) = known() {
            return Ok(Some(known));
        }
        let directory = load(conn, newest).await?;
        take_apart(self.in_use.replace(directory.clone()));
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
            None => self.past(conn, version).await,
        }
    }

    async fn past(&self, conn: &mut Conn, version: i64) -> Result<Option<Arc<Directory>>, DbError> {
        let kept = || {
            let past = self.past.read().unwrap_or_else(PoisonError::into_inner);
            past.iter().find(|kept| kept.version() == version).cloned()
        };
        if let Some(known) = kept() {
            return Ok(Some(known));
        }
        let _one = self.loading.lock().await;
        if let Some(known) = kept() {
            return Ok(Some(known));
        }
        let Some(directory) = load(conn, version).await? else {
            return Ok(None);
        };
        let oldest = {
            let mut past = self.past.write().unwrap_or_else(PoisonError::into_inner);
            past.push(Arc::clone(&directory));
            (past.len() > PAST_MAX).then(|| past.remove(0))
        };
        take_apart(oldest);
        Ok(Some(directory))
    }

    /// The version that is asked for; `None` when there is none.
    ///
    /// # Errors
    /// As [`Directories::current`].
    pub async fn which(&self, conn: &mut Conn, which: Which) -> Result<Option<Arc<Directory>>, DbError> {
        match which {
            Which::Newest => self.current(conn).await,
            Which::Version(version) => self.version(conn, version).await,
            Which::InForce(at) => match store::directory_versions::in_force(conn, at).await? {
                Some(version) => self.version(conn, version).await,
                None => Ok(None),
            },
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
        self.in_use.get()
    }
}

/// Drops something large on a thread where no decision waits for it. Nobody needs to know when it is gone.
pub(super) fn take_apart<T: Send + 'static>(old: T) {
    drop(tokio::task::spawn_blocking(move || drop(old)));
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
