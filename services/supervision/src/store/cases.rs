//! Cases that figures are counted from: of a span as it is now, or as a revision of a closed month froze them.
//!
//! There may be hundreds of thousands, so they are read a few thousand at a time, by order and generation: in memory are their
//! keys (20 bytes each) and one chunk. They are read in a transaction that sees one moment ([`super::reading`]), so the chunks
//! belong together.
mod frozen;
mod live;
#[cfg(test)]
mod tests;

use crate::domain::figures::{Case, Span};
use db::{Conn, DbError};
use uuid::Uuid;

pub use frozen::freeze;

/// Cases in one chunk; few where tests of this module have few cases.
const CHUNK: usize = if cfg!(test) { 2 } else { 5_000 };

/// An order under one generation of its assignment; 0 = the city's part.
pub(super) type Key = (Uuid, i32);

/// Cases that are being read.
#[derive(Debug)]
pub struct Cases(Source);

#[derive(Debug)]
enum Source {
    Live(std::vec::IntoIter<Key>),
    Frozen(frozen::Place),
}

impl Cases {
    /// All cases of a span, of one unit or of all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of_span(conn: &mut Conn, span: Span, unit: Option<&str>) -> Result<Self, DbError> {
        let keys = live::keys(conn, span, unit).await?;
        Ok(Self(Source::Live(keys.into_iter())))
    }

    /// The frozen cases of a revision, of one unit or of all. Those of units: the city's own part scores nobody.
    #[must_use]
    pub fn of_revision(period: &str, revision: i32, unit: Option<&str>) -> Self {
        Self(Source::Frozen(frozen::Place::start(period, revision, unit)))
    }

    /// Shows each of them.
    ///
    /// # Errors
    /// When the database fails, or a row cannot be read.
    pub async fn each(mut self, conn: &mut Conn, mut show: impl FnMut(Case) + Send) -> Result<(), DbError> {
        while let Some(chunk) = self.next(conn).await? {
            chunk.into_iter().for_each(&mut show);
        }
        Ok(())
    }

    /// The next chunk of them; `None` after the last.
    async fn next(&mut self, conn: &mut Conn) -> Result<Option<Vec<Case>>, DbError> {
        match &mut self.0 {
            Source::Live(keys) => {
                let chunk: Vec<Key> = keys.by_ref().take(CHUNK).collect();
                if chunk.is_empty() {
                    return Ok(None);
                }
                live::load(conn, &chunk).await.map(Some)
            }
            Source::Frozen(place) => place.next(conn).await,
        }
    }
}
