//! Policy documents: read as they hold now, read as a version, put as the next version.
use crate::domain::policies::{self, Document, Fault};
use crate::store;
use crate::store::policies::PolicyRow;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use db::{Conn, Db, DbError, Results, Work};
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use thiserror::Error;

type Parsed = Arc<dyn Any + Send + Sync>;

/// The documents of this process: each version is read once. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct PolicyShelf(Arc<RwLock<BTreeMap<&'static str, (i64, Parsed)>>>);

impl PolicyShelf {
    /// The document that holds now.
    ///
    /// # Errors
    /// When the database fails, or holds a version that this program cannot read.
    pub async fn look<D: Document>(&self, conn: &mut Conn) -> Result<Arc<D>, DbError> {
        Ok(self.look_with_version::<D>(conn).await?.1)
    }

    /// The same with its version.
    ///
    /// # Errors
    /// As [`PolicyShelf::look`].
    pub async fn look_with_version<D: Document>(&self, conn: &mut Conn) -> Result<(i64, Arc<D>), DbError> {
        let version = store::policies::newest(conn, D::NAME).await?;
        let known = self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(D::NAME)
            .cloned();
        if let Some((at, parsed)) = known
            && at == version
            && let Ok(document) = parsed.downcast::<D>()
        {
            return Ok((version, document));
        }
        let row = store::policies::get(conn, D::NAME, version).await?;
        let text = row.as_ref().map_or(D::DEFAULT, |row| &row.document);
        let document = policies::read::<D>(text).map_err(|fault| {
            DbError::inconsistent("policies", "document", &format!("{} {version}", D::NAME), &fault)
        })?;
        let document = Arc::new(document);
        let parsed: Parsed = document.clone();
        let mut shelf = self.0.write().unwrap_or_else(PoisonError::into_inner);
        shelf.insert(D::NAME, (version, parsed));
        Ok((version, document))
    }
}

/// A version as people read it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policy {
    /// 0 = compiled in.
    pub version: i64,
    /// TOML.
    pub document: String,
    /// Why it was changed.
    pub note: Option<String>,
    /// Who put it; `None` = compiled in.
    pub author: Option<String>,
    /// Since when it holds.
    pub at: Option<DateTime<Utc>>,
}

impl From<PolicyRow> for Policy {
    fn from(row: PolicyRow) -> Self {
        Self {
            version: row.version,
            document: row.document,
            note: row.note,
            author: Some(row.author),
            at: Some(row.at),
        }
    }
}

/// A version of a document, by default the one that holds now; `None` when there is no such document or version.
///
/// # Errors
/// When the database fails.
pub async fn get_policy(db: &Db, name: &str, version: Option<i64>) -> Result<Option<Policy>, DbError> {
    let Some(kind) = policies::find(name) else {
        return Ok(None);
    };
    let mut conn = db.pool().acquire().await?;
    let version = match version {
        Some(version) => version,
        None => store::policies::newest(&mut conn, kind.name).await?,
    };
    if version == 0 {
        return Ok(Some(Policy {
            version,
            document: kind.default.to_owned(),
            note: None,
            author: None,
            at: None,
        }));
    }
    let row = store::policies::get(&mut conn, kind.name, version).await?;
    Ok(row.map(Policy::from))
}

/// The use case that puts a document.
#[derive(Clone, Copy, Debug)]
pub struct PutPolicy;

/// The document.
#[derive(Clone, Debug)]
pub struct Command {
    /// Which.
    pub name: String,
    /// TOML.
    pub document: String,
    /// Why.
    pub note: Option<String>,
    /// `agent:<subject>`
    pub author: String,
}

/// Why it does not hold.
#[derive(Clone, Debug, Error)]
pub enum PutRefused {
    /// There is no such document.
    #[error("there is no such policy")]
    Unknown,
    /// It is wrong.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Work for PutPolicy {
    const NAME: &'static str = "put_policy";
    type Command = Command;
    type Output = Policy;
    type Refusal = PutRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for asked in commands {
            results.push(put(conn, now, &asked.command).await?);
        }
        Ok(results)
    }
}

/// The document that holds already is not put again.
async fn put(
    conn: &mut Conn,
    now: DateTime<Utc>,
    command: &Command,
) -> Result<Result<Policy, PutRefused>, DbError> {
    let Some(kind) = policies::find(&command.name) else {
        return Ok(Err(PutRefused::Unknown));
    };
    if let Err(fault) = (kind.check)(&command.document) {
        return Ok(Err(fault.into()));
    }
    store::policies::lock(conn, kind.name).await?;
    let newest = store::policies::newest(conn, kind.name).await?;
    let present = store::policies::get(conn, kind.name, newest).await?;
    if let Some(same) = present.filter(|row| row.document == command.document) {
        return Ok(Ok(same.into()));
    }
    let row = PolicyRow {
        name: command.name.clone(),
        version: newest + 1,
        document: command.document.clone(),
        note: command.note.clone(),
        author: command.author.clone(),
        at: now,
    };
    store::policies::insert(conn, &row).await?;
    Ok(Ok(row.into()))
}
