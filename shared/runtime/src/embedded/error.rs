//! Everything that can go wrong with the embedded servers, worded for the person in front of the terminal.

use std::path::PathBuf;

/// Why an embedded server could not be found, started or stopped.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// No usable program was found anywhere.
    #[error("{what} was not found; run `make tools` to install it\n{looked}")]
    Missing {
        /// The program and the version that is needed.
        what: &'static str,
        /// One line per place and why it did not do.
        looked: String,
    },
    /// The server ended, or did not answer in time.
    #[error("{server} did not start: {reason}; the end of {}:\n{tail}", log.display())]
    Start {
        /// Which server.
        server: &'static str,
        /// What was observed.
        reason: String,
        /// The log file.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
    /// The data directory cannot be used as it is.
    #[error("data directory {}: {reason}", path.display())]
    DataDir {
        /// The directory.
        path: PathBuf,
        /// What is wrong and what to do.
        reason: String,
    },
    /// `initdb` refused.
    #[error("initdb failed:\n{output}")]
    Initdb {
        /// Its own words.
        output: String,
    },
    /// The process survived every signal.
    #[error("{server} (process {pid}) does not end")]
    Stop {
        /// Which server.
        server: &'static str,
        /// Its process id.
        pid: u32,
    },
    /// A name that cannot be a database of ours.
    #[error("`{0}` is not a database name: lower-case letters, digits and _ only")]
    DatabaseName(String),
    /// The operating system refused something.
    #[error("{doing} {}", path.display())]
    Io {
        /// The attempted action, as in "create directory".
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// The refusal.
        source: std::io::Error,
    },
    /// PostgreSQL refused a statement of ours.
    #[error("embedded PostgreSQL refused a statement")]
    Sql(#[from] sqlx::Error),
}

impl EmbeddedError {
    /// Wraps an I/O error with what was being done; made for `map_err`.
    pub(super) fn io(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { doing, path, source }
    }
}
