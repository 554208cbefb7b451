//! Chunks of two cases: what a revision keeps, and what a reader of each revision sees.
use super::{Cases, freeze};
use crate::domain::figures::{Case, Span};
use chrono::{DateTime, Utc};
use db::Conn;
use sqlx::PgPool;
use testkit::servers::servers;
use uuid::Uuid;

async fn database() -> PgPool {
    let (postgres, name) = (&servers().postgres, format!("cases_{}", Uuid::now_v7().simple()));
    postgres.create_database(&name).await.unwrap();
    let pool = PgPool::connect(&postgres.url(&name)).await.unwrap();
    sqlx::migrate!().run(&pool).await.unwrap();
    pool
}

fn march() -> Span {
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    Span {
        from: at("2026-03-01T00:00:00Z"),
        to: at("2026-04-01T00:00:00Z"),
    }
}

async fn assigned(conn: &mut Conn, order: u128, generation: i32, unit: &str) {
    sqlx::query("insert into assignment_facts values ($1, $2, $3, '城市管理局', 'M0203', '{990102}', '2026-03-10T00:00:00Z')")
        .bind(Uuid::from_u128(order))
        .bind(generation)
        .bind(unit)
        .execute(conn)
        .await
        .unwrap();
}

async fn all(conn: &mut Conn, mut cases: Cases) -> Vec<Case> {
    let mut found = Vec::new();
    while let Some(chunk) = cases.next(conn).await.unwrap() {
        assert!(chunk.len() <= 2);
        found.extend(chunk);
    }
    found
}

fn keys(cases: &[Case]) -> Vec<(u128, i32, usize)> {
    let key = |case: &Case| (case.order_id.as_u128(), case.generation, case.callbacks.len());
    cases.iter().map(key).collect()
}

#[tokio::test]
async fn a_revision_keeps_what_differs_and_each_is_read_as_it_was() {
    let pool = database().await;
    let conn = &mut *pool.acquire().await.unwrap();
    for (order, generation, unit) in [
        (1, 1, "U-1"),
        (1, 2, "U-2"),
        (2, 1, "U-1"),
        (3, 1, "U-1"),
        (4, 1, "U-2"),
    ] {
        assigned(conn, order, generation, unit).await;
    }
    assert_eq!(freeze(conn, "2026-03", 1, march()).await.unwrap(), 5);

    // One was asked about, one is not there any more, one came.
    sqlx::query(
        "insert into callback_facts values ($1, $2, 1, 0, true, true, 'satisfied', 'satisfied', '2026-03-12T00:00:00Z')",
    )
    .bind(Uuid::from_u128(90))
    .bind(Uuid::from_u128(2))
    .execute(&mut *conn)
    .await
    .unwrap();
    sqlx::query("delete from assignment_facts where order_id = $1")
        .bind(Uuid::from_u128(3))
        .execute(&mut *conn)
        .await
        .unwrap();
    assigned(conn, 5, 1, "U-1").await;
    assert_eq!(freeze(conn, "2026-03", 2, march()).await.unwrap(), 5);
    let written: Vec<(Uuid, bool)> =
        sqlx::query_as("select order_id, body is null from score_cases where revision = 2 order by order_id")
            .fetch_all(&mut *conn)
            .await
            .unwrap();
    let row = |order, gone| (Uuid::from_u128(order), gone);
    assert_eq!(written, [row(2, false), row(3, true), row(5, false)]);

    let first = all(conn, Cases::of_revision("2026-03", 1, None)).await;
    assert_eq!(
        keys(&first),
        [(1, 1, 0), (1, 2, 0), (2, 1, 0), (3, 1, 0), (4, 1, 0)]
    );
    let second = all(conn, Cases::of_revision("2026-03", 2, None)).await;
    assert_eq!(
        keys(&second),
        [(1, 1, 0), (1, 2, 0), (2, 1, 1), (4, 1, 0), (5, 1, 0)]
    );
    let of_one = all(conn, Cases::of_revision("2026-03", 2, Some("U-1"))).await;
    assert_eq!(keys(&of_one), [(1, 1, 0), (2, 1, 1), (5, 1, 0)]);
    let live = Cases::of_span(conn, march(), None).await.unwrap();
    assert_eq!(all(conn, live).await, second, "what was frozen is what is there");
    let live = Cases::of_span(conn, march(), Some("U-2")).await.unwrap();
    assert_eq!(keys(&all(conn, live).await), [(1, 2, 0), (4, 1, 0)]);

    // Nothing differs: nothing is kept. What came back is kept again.
    assert_eq!(freeze(conn, "2026-03", 3, march()).await.unwrap(), 5);
    assigned(conn, 3, 1, "U-1").await;
    assert_eq!(freeze(conn, "2026-03", 4, march()).await.unwrap(), 6);
    let later: Vec<(i32, Uuid)> =
        sqlx::query_as("select revision, order_id from score_cases where revision > 2 order by revision")
            .fetch_all(&mut *conn)
            .await
            .unwrap();
    assert_eq!(later, [(4, Uuid::from_u128(3))]);
}
