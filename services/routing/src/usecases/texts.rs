//! The text index in use: built of the directory in use and the newest examples, shared by everything in this process.
//!
//! A job indexes a new directory version as soon as it is noticed (at the latest, its first question does), and learns from
//! newly decided orders: it builds a new index beside the old one and swaps it. What was concluded is stored with the order, so replicas whose indexes differ
//! for a while do no harm.
use super::directories::take_apart;
use crate::config::TextConfig;
use crate::domain::decide::Question;
use crate::domain::directory::Directory;
use crate::domain::text::{Case, Lexicon, TextIndex, Thresholds, conclude};
use crate::store;
use chrono::{DateTime, TimeDelta, Utc};
use db::{Conn, Db, DbError};
use std::sync::{Arc, PoisonError, RwLock};

/// The index in use. Cheap to clone; clones share it.
#[derive(Clone, Debug)]
pub struct Texts {
    config: Arc<TextConfig>,
    known: Arc<RwLock<Option<Known>>>,
    /// One index is built at a time; who waits for it finds it.
    building: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Clone, Debug)]
struct Known {
    index: Arc<TextIndex>,
    /// When the newest example that it knows was learned.
    learned_at: Option<DateTime<Utc>>,
    /// When its examples were last compared with the table.
    looked_at: DateTime<Utc>,
}

/// One directory version with its index and the settings: all that a text is read by.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The directory.
    pub directory: Arc<Directory>,
    /// Its index.
    pub index: Arc<TextIndex>,
    config: Arc<TextConfig>,
}

impl Texts {
    /// Nothing is indexed yet.
    #[must_use]
    pub fn new(config: &TextConfig) -> Self {
        Self {
            config: Arc::new(config.clone()),
            known: Arc::default(),
            building: Arc::default(),
        }
    }

    /// The reader of a directory; builds its index when there is none yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reader(
        &self,
        conn: &mut Conn,
        directory: Arc<Directory>,
        now: DateTime<Utc>,
    ) -> Result<Reader, DbError> {
        let index = match self.index_of(&directory) {
            Some(index) => index,
            None => {
                let _one = self.building.lock().await;
                match self.index_of(&directory) {
                    Some(index) => index,
                    None => self.build(conn, &directory, now).await?,
                }
            }
        };
        Ok(Reader {
            directory,
            index,
            config: Arc::clone(&self.config),
        })
    }

    /// Indexes a directory that has no index yet; every `refresh_ms`, learns from examples that the index in use does not
    /// know. Answers how many indexes it built (0 or 1).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refresh(&self, db: &Db, directory: &Arc<Directory>) -> Result<usize, DbError> {
        let now = db.clock().now();
        let wait = TimeDelta::milliseconds(i64::try_from(self.config.refresh_ms).unwrap_or(i64::MAX));
        let known = self
            .in_memory()
            .filter(|known| known.index.version() == directory.version());
        if known.as_ref().is_some_and(|known| now < known.looked_at + wait) {
            return Ok(0);
        }
        let mut conn = db.pool().acquire().await?;
        if let Some(known) = known
            && store::examples::newest_at(&mut conn).await? == known.learned_at
        {
            self.keep(Known {
                looked_at: now,
                ..known
            });
            return Ok(0);
        }
        let is_first = self.index_of(directory).is_none();
        let _one = self.building.lock().await;
        if is_first && self.index_of(directory).is_some() {
            // A first text was quicker.
            return Ok(0);
        }
        self.build(&mut conn, directory, now).await.map(|_| 1)
    }

    async fn build(
        &self,
        conn: &mut Conn,
        directory: &Arc<Directory>,
        now: DateTime<Utc>,
    ) -> Result<Arc<TextIndex>, DbError> {
        // Asked first: what is learned meanwhile is found by the next look.
        let learned_at = store::examples::newest_at(conn).await?;
        let examples = store::examples::newest(conn, i64::from(self.config.examples_max)).await?;
        let (of, number) = (Arc::clone(directory), examples.len());
        let config = Arc::clone(&self.config);
        // Indexing is work for a thread of its own.
        let index = tokio::task::spawn_blocking(move || TextIndex::new(&of, &config.lexicon, &examples))
            .await
            .map_err(|error| DbError::inconsistent("examples", "text", &"newest", &error))?;
        let index = Arc::new(index);
        let version = directory.version();
        tracing::info!(
            version,
            examples = number,
            held_out = index.held_out(),
            "texts indexed"
        );
        // A question about an earlier version must not take the index in use away.
        if self
            .in_memory()
            .is_none_or(|known| known.index.version() <= version)
        {
            self.keep(Known {
                index: Arc::clone(&index),
                learned_at,
                looked_at: now,
            });
        }
        Ok(index)
    }

    fn index_of(&self, directory: &Directory) -> Option<Arc<TextIndex>> {
        let known = self.in_memory()?;
        (known.index.version() == directory.version()).then_some(known.index)
    }

    fn keep(&self, known: Known) {
        let before = {
            let mut place = self.known.write().unwrap_or_else(PoisonError::into_inner);
            place.replace(known)
        };
        take_apart(before);
    }

    fn in_memory(&self) -> Option<Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Reader {
    /// Completes a question with what title and text say.
    #[must_use]
    pub fn conclude(&self, question: &Question, title: &str, text: &str, facts_given: bool) -> Question {
        let (title, text) = (self.cut(title), self.cut(text));
        if title.trim().is_empty() && text.trim().is_empty() {
            return question.clone();
        }
        let case = Case {
            directory: &self.directory,
            index: &self.index,
            lexicon: self.lexicon(),
            thresholds: self.thresholds(),
            title,
            text,
            facts_given,
        };
        conclude(&case, question)
    }

    fn lexicon(&self) -> &Lexicon {
        &self.config.lexicon
    }

    fn thresholds(&self) -> Thresholds {
        self.config.thresholds
    }

    /// The beginning of a text, as far as it is read.
    fn cut<'a>(&self, text: &'a str) -> &'a str {
        let end = text.char_indices().nth(self.config.chars_max);
        end.map_or(text, |(at, _)| &text[..at])
    }
}
