//! PostgreSQL, once: the pool, the clock that follows the database, and how a use case runs.
//!
//! A use case implements [`Work`]: one `apply` over a slice of commands, in a given transaction, at a given
//! time. HTTP handlers and jobs run it with [`Db::execute`] or, where many callers arrive at once, through
//! [`Together`]; consumers run it inside their own fenced transaction (`bus`).
mod clock;
mod config;
mod error;
mod execute;
pub mod migrate;
mod pace;
mod together;
mod work;

pub use clock::Clock;
pub use config::DbConfig;
pub use error::{DbError, ExecuteError, panic_text};
pub use execute::Db;
pub use pace::Pace;
pub use together::Together;
pub use work::{Results, Work};

/// A transaction's connection: what a use case may touch.
pub type Conn = sqlx::PgConnection;
