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
    /// When the database fails, or holds a document that this program cannot read.
    pub async fn current(&self, conn: &mut Conn) -> Result<Arc<Policies>, DbError> {
        let Some(version) = store::policies::newest_version(conn).await? else {
            return Ok(Arc::clone(&self.initial));
        };
        let known = self.newest.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, policies)) = known.filter(|(known, _)| *known == version) {
            return Ok(policies);
        }
        let stored = store::policies::get(conn, version).await?;
        let document = stored.map(|stored| stored.document).unwrap_or_default();
        let read = Policies::read(&document)
            .map_err(|fault| DbError::inconsistent("policy_versions", "document", &version, &fault))?;
        let policies = Arc::new(possible(read, self.messages));
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, Arc::clone(&policies)));
        Ok(policies)
    }
}

fn possible(policies: Policies, messages: bool) -> Policies {
    if messages {
        policies
    } else {
        policies.without_messages()
    }
}
