//! Migrations: the `migrate` sub-command applies them, start-up only checks. While a release is rolled out, replicas of the
//! one before work on the migrated tables: expand in one release, contract in the next (`infra/postgres/README.md`).
use crate::DbError;
use sqlx::PgPool;
use sqlx::migrate::{Migrate, Migration, Migrator};
use std::borrow::Cow;
use std::collections::HashMap;

/// Applies what is missing. What a newer program applied is left alone, so that a version can be rolled back.
///
/// # Errors
/// When a migration fails or an applied one was changed since.
pub async fn apply(pool: &PgPool, migrator: &Migrator) -> Result<(), DbError> {
    let mut lenient = Migrator::with_migrations(migrator.iter().cloned().collect());
    lenient.set_ignore_missing(true);
    let applied = lenient.run(pool).await;
    applied.map_err(|error| DbError::Migration(format!("migration failed: {error}")))
}

/// Checks that every migration this program knows is applied as it is; newer ones are fine (expand/contract). It
/// only reads, because a service's role need not be allowed more.
///
/// # Errors
/// Names the first missing migration and the command that applies it, or the one that was changed.
pub async fn check(pool: &PgPool, migrator: &Migrator) -> Result<(), DbError> {
    let applied = applied(pool, &migrator.table_name).await?;
    for migration in migrator.iter() {
        let Migration {
            version,
            description,
            checksum,
            ..
        } = migration;
        let problem = match applied.get(version) {
            Some(found) if found == checksum => continue,
            Some(_) => "was changed after it was applied",
            None => "is not applied; run the sub-command `migrate`",
        };
        return Err(DbError::Migration(format!(
            "migration {version} ({description}) {problem}"
        )));
    }
    Ok(())
}

/// Checksums of the applied migrations by version.
async fn applied(pool: &PgPool, table: &str) -> Result<HashMap<i64, Cow<'static, [u8]>>, DbError> {
    let mut conn = pool.acquire().await?;
    let exists: bool = sqlx::query_scalar("select to_regclass($1) is not null")
        .bind(table)
        .fetch_one(&mut *conn)
        .await?;
    if !exists {
        return Ok(HashMap::new());
    }
    let applied = conn.list_applied_migrations(table).await;
    let applied = applied.map_err(|error| DbError::Migration(error.to_string()))?;
    Ok(applied
        .into_iter()
        .map(|migration| (migration.version, migration.checksum))
        .collect())
}
