//! Migrations: applied by a command of their own; start-up only checks and says what is missing.
use crate::rig::config;
use db::{Db, migrate};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr};

fn migrator(count: i64) -> Migrator {
    let migrations: Vec<Migration> = (1..=count)
        .map(|version| {
            let sql = AssertSqlSafe(format!("create table made_by_{version} (id integer)")).into_sql_str();
            Migration::new(
                version,
                format!("make table {version}").into(),
                MigrationType::Simple,
                sql,
                false,
            )
        })
        .collect();
    Migrator {
        migrations: migrations.into(),
        ..Migrator::DEFAULT
    }
}

async fn database() -> Db {
    config().await.connect("test").await.unwrap()
}

#[tokio::test]
async fn the_check_names_the_first_missing_migration_and_the_command() {
    let db = database().await;
    let missing = migrate::check(db.pool(), &migrator(3))
        .await
        .unwrap_err()
        .to_string();
    assert!(
        missing.contains("migration 1 (make table 1)") && missing.contains("`migrate`"),
        "{missing}"
    );
    migrate::apply(db.pool(), &migrator(2)).await.unwrap();
    migrate::check(db.pool(), &migrator(2)).await.unwrap();
    let missing = migrate::check(db.pool(), &migrator(3))
        .await
        .unwrap_err()
        .to_string();
    assert!(missing.contains("migration 3 (make table 3)"), "{missing}");
}

#[tokio::test]
async fn an_older_program_accepts_a_newer_database() {
    let db = database().await;
    migrate::apply(db.pool(), &migrator(3)).await.unwrap();
    migrate::check(db.pool(), &migrator(2)).await.unwrap();
    migrate::apply(db.pool(), &migrator(2)).await.unwrap();
    migrate::check(db.pool(), &migrator(3)).await.unwrap();
}

#[tokio::test]
async fn a_migration_that_was_changed_afterwards_is_refused() {
    let db = database().await;
    migrate::apply(db.pool(), &migrator(1)).await.unwrap();
    let sql = AssertSqlSafe("create table another (id integer)".to_owned()).into_sql_str();
    let changed = Migration::new(1, "make table 1".into(), MigrationType::Simple, sql, false);
    let changed = Migrator {
        migrations: vec![changed].into(),
        ..Migrator::DEFAULT
    };
    let error = migrate::apply(db.pool(), &changed).await.unwrap_err().to_string();
    assert!(error.contains("migration"), "{error}");
    let error = migrate::check(db.pool(), &changed).await.unwrap_err().to_string();
    assert!(error.contains("was changed"), "{error}");
}
