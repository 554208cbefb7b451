//! The policies in force: the newest version that was published, read anew only when there is a newer one.
use crate::domain::Policies;
use crate::store;
use db::{Conn, DbError};
use std::sync::{Arc, Mutex, PoisonError};

/// A version that has been read.
type Known = (i64, Arc<Policies>);

/// The policies of the city, for every use case. Cheap to clone.
#[derive(Clone, Debug)]
pub struct PolicyShelf {
    initial: Arc<Policies>,
    messages: bool,
    newest: Arc<Mutex<Option<Known>>>,
}

impl PolicyShelf {
    /// `initial` holds until a version is published; without `messages`, no caller is written to.
    #[must_use]
    pub fn new(initial: Policies, messages: bool) -> Self {
        Self {
            initial: Arc::new(possible(initial, messages)),
            messages,
            newest: Arc::default(),
        }
    }

    /// What holds now, as the transaction sees it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn current(&self, conn: &mut Conn) -> Result<Arc<Policies>, DbError> {
        let Some(version) = store::policies::newest_version(conn).await? else {
            return Ok(Arc::clone(&self.initial));
        };
        let known = self.newest.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, policies)) = known.filter(|(known, _)| *known == version) {
            return Ok(policies);
        }
        let policies = self.readable(conn, version).await?;
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, Arc::clone(&policies)));
        Ok(policies)
    }

    /// The newest version up to this one that this program can read. Each was checked when it was published, so what it cannot
    /// read was published by a newer release, which is being rolled out or was rolled back: the version before it holds here.
    async fn readable(&self, conn: &mut Conn, newest: i64) -> Result<Arc<Policies>, DbError> {
        for version in (1..=newest).rev() {
            let Some(stored) = store::policies::get(conn, version).await? else {
                continue;
            };
            match Policies::read(&stored.document) {
                Ok(policies) => return Ok(Arc::new(possible(policies, self.messages))),
                Err(fault) => {
                    tracing::error!(policy.version = version, %fault, "only a newer release can read this policy; here the one before it holds");
                }
            }
        }
        Ok(Arc::clone(&self.initial))
    }
}

fn possible(policies: Policies, messages: bool) -> Policies {
    if messages {
        policies
    } else {
        policies.without_messages()
    }
}
