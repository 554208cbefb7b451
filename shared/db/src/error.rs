//! Trouble with the database, sorted by what the caller can do about it.
use thiserror::Error;

/// A database error with the advice that matters: try again, or not.
#[derive(Debug, Error)]
pub enum DbError {
    /// A statement or the connection failed.
    #[error("database error")]
    Sql(#[from] sqlx::Error),
    /// A stored value is none that this program writes; names table, column and row.
    #[error("inconsistent row in {table}.{column} ({row}): {problem}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// Its key.
        row: String,
        /// What is wrong.
        problem: String,
    },
    /// The lease of a shard was lost before the commit; nothing was changed.
    #[error("lease of the shard lost")]
    LeaseLost,
    /// The work itself broke down, which is a bug of ours; its transaction was rolled back.
    #[error("{work} panicked: {problem}")]
    Panicked {
        /// The use case.
        work: &'static str,
        /// What it said.
        problem: String,
    },
    /// A migration could not be applied or is missing.
    #[error("{0}")]
    Migration(String),
}

impl DbError {
    /// A row that this program did not write.
    #[must_use]
    pub fn inconsistent(
        table: &'static str,
        column: &'static str,
        row: &dyn std::fmt::Display,
        problem: &dyn std::fmt::Display,
    ) -> Self {
        Self::Inconsistent {
            table,
            column,
            row: row.to_string(),
            problem: problem.to_string(),
        }
    }

    /// Name of the violated constraint, if that is what happened.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Sql(sqlx::Error::Database(error)) => error.constraint(),
            _ => None,
        }
    }

    /// True when the same work may succeed on a second try: serialization, deadlock, lock wait.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(error))
            if matches!(error.code().as_deref(), Some("40001" | "40P01" | "55P03")))
    }

    /// True when a row was locked by somebody else for too long. Unlike the other conflicts it leaves what came
    /// before a savepoint intact, so only the work since then has to be done again.
    #[must_use]
    pub fn is_lock_wait(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(error)) if error.code().as_deref() == Some("55P03"))
    }

    /// True when the database is away rather than unwilling: connection lost, session ended, shutting down, pool
    /// exhausted.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Sql(
                sqlx::Error::Io(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::Tls(_),
            ) => true,
            Self::Sql(sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed) => true,
            Self::Sql(sqlx::Error::Database(error)) => error.code().is_some_and(|code| {
                ["08", "57P", "53", "25P03", "25P04"]
                    .iter()
                    .any(|prefix| code.starts_with(prefix))
            }),
            Self::LeaseLost => true,
            _ => false,
        }
    }
}

/// What a caught panic said, for an error or a log line.
#[must_use]
pub fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no text".to_owned())
}

/// Why a command had no effect.
#[derive(Debug, Error)]
pub enum ExecuteError<R> {
    /// The rules say no.
    #[error("refused")]
    Refused(R),
    /// The database failed; nothing was changed.
    #[error(transparent)]
    Db(#[from] DbError),
}
