//! Migrations: the `migrate` sub-command applies them, start-up only checks.
use crate::DbError;
use sqlx::PgPool;
use sqlx::migrate::{Migrate, Migrator};
use std::collections::HashSet;

/// Applies what is missing.
///
/// # Errors
/// When a migration fails or an applied one was changed since.
pub async fn apply(pool: &PgPool, migrator: &Migrator) -> Result<(), DbError> {
    migrator
        .run(pool)
        .await
        .map_err(|error| DbError::Migration(format!("migration failed: {error}")))
}

/// Checks that every migration this program knows is applied; newer ones are fine (expand/contract).
///
/// # Errors
/// Names the first missing migration and the command that applies it.
pub async fn check(pool: &PgPool, migrator: &Migrator) -> Result<(), DbError> {
    let mut conn = pool.acquire().await?;
    let table = migrator.table_name.clone();
    conn.ensure_migrations_table(&table)
        .await
        .map_err(|error| DbError::Migration(error.to_string()))?;
    let applied: HashSet<i64> = conn
        .list_applied_migrations(&table)
        .await
        .map_err(|error| DbError::Migration(error.to_string()))?
        .into_iter()
        .map(|migration| migration.version)
        .collect();
    for migration in migrator.iter() {
        if !applied.contains(&migration.version) {
            return Err(DbError::Migration(format!(
                "migration {} ({}) is not applied; run the sub-command `migrate`",
                migration.version, migration.description
            )));
        }
    }
    Ok(())
}
