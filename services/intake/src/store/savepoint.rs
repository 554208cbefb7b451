//! A part of a transaction that may fail without the rest.
use db::{Conn, DbError};
use sqlx::Executor as _;

/// What follows can be undone by itself.
///
/// # Errors
/// When the database fails.
pub async fn set(conn: &mut Conn) -> Result<(), DbError> {
    conn.execute("savepoint part").await?;
    Ok(())
}

/// It stays.
///
/// # Errors
/// When the database fails.
pub async fn keep(conn: &mut Conn) -> Result<(), DbError> {
    conn.execute("release savepoint part").await?;
    Ok(())
}

/// It is as if it had not been tried.
///
/// # Errors
/// When the database fails.
pub async fn undo(conn: &mut Conn) -> Result<(), DbError> {
    conn.execute("rollback to savepoint part; release savepoint part")
        .await?;
    Ok(())
}
