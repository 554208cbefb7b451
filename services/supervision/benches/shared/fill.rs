//! Data sets of a size that no test could tell event by event, written by SQL in the shape the services leave behind.
use anyhow::Context as _;
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Row};
use std::time::{Duration, Instant};

/// Fills tables without their secondary indexes, builds those, and collects statistics; answers how long it took. Rows
/// are not checked against other tables, so the connection must be the server's owner.
pub async fn fill(pool: &PgPool, tables: &[&str], statements: &[String]) -> anyhow::Result<Duration> {
    let began = Instant::now();
    let mut conn = pool.acquire().await?;
    run(&mut conn, "set statement_timeout = 0").await?;
    run(&mut conn, "set session_replication_role = replica").await?;
    run(&mut conn, "set maintenance_work_mem = '1GB'").await?;
    run(&mut conn, "set synchronous_commit = off").await?;
    let mut indexes: Vec<String> = Vec::new();
    for table in tables {
        let rows = sqlx::query(
            "select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as made from pg_index i
             where i.indrelid = $1::regclass and not exists (select from pg_constraint c where c.conindid = i.indexrelid)",
        )
        .bind(table)
        .fetch_all(&mut *conn)
        .await?;
        for row in rows {
            run(&mut conn, &format!("drop index {}", row.get::<String, _>("name"))).await?;
            indexes.push(row.get("made"));
        }
    }
    for statement in statements.iter().chain(&indexes) {
        run(&mut conn, statement).await?;
    }
    for table in tables {
        run(&mut conn, &format!("vacuum analyze {table}")).await?;
    }
    run(&mut conn, "checkpoint").await?;
    run(&mut conn, "reset all").await?;
    Ok(began.elapsed())
}

/// One statement that no user wrote.
pub async fn run(conn: &mut PgConnection, statement: &str) -> anyhow::Result<()> {
    sqlx::query(AssertSqlSafe(statement))
        .execute(conn)
        .await
        .with_context(|| statement.chars().take(200).collect::<String>())?;
    Ok(())
}

/// Size of a database with everything in it, GiB.
pub async fn gib(pool: &PgPool) -> anyhow::Result<f64> {
    let bytes: i64 = sqlx::query_scalar("select pg_database_size(current_database())")
        .fetch_one(pool)
        .await?;
    Ok(bytes as f64 / f64::from(1_u32 << 30))
}

/// SQL for the id of the n-th order: as those of the services, they grow with time, so neighbours in time lie together.
pub fn order_id(n: &str, accepted_at: &str) -> String {
    format!(
        "(lpad(to_hex((extract(epoch from {accepted_at}) * 1000)::bigint), 12, '0') || substr(md5({n}::text), 1, 20))::uuid"
    )
}
