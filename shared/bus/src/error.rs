//! What can go wrong between a service and its stream.
use chrono::{DateTime, Utc};
use db::DbError;
use thiserror::Error;

/// A failure of the transport or of the tables beside it.
#[derive(Debug, Error)]
pub enum BusError {
    /// The server refused or did not answer.
    #[error("nats: {what}")]
    Nats {
        /// What was tried.
        what: String,
        /// Why it failed.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// A stream exists with settings that cannot be changed in place; a person must decide.
    #[error("stream {stream}: {difference}")]
    Drift {
        /// The stream.
        stream: String,
        /// What differs.
        difference: String,
    },
    /// The stream was lost and made anew; publishing waits until what was lost with it is queued again.
    #[error(
        "stream {stream} was made anew at {created}: run `replay --since` before anything new is published into it"
    )]
    NewLife {
        /// The stream.
        stream: String,
        /// Its creation time.
        created: DateTime<Utc>,
    },
    /// Nothing with that id, or not in a state that allows it.
    #[error("{0}")]
    NotFound(String),
}

impl BusError {
    /// Wraps an error of the NATS client with what was tried.
    pub fn nats<E: std::error::Error + Send + Sync + 'static>(
        what: impl Into<String>,
    ) -> impl FnOnce(E) -> Self {
        let what = what.into();
        move |source| Self::Nats {
            what,
            source: Box::new(source),
        }
    }
}

impl From<sqlx::Error> for BusError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(DbError::from(error))
    }
}
