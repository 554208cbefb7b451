//! The SQL behind `Idempotency-Key`, which `web` cannot test itself because it stands left of the servers.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use testkit::servers::servers;
use web::idempotency::{Attempt, Claim, Stored, claim, claim_many, purge, store, store_many};

fn attempt(key: &str, request: u8) -> Attempt {
    Attempt {
        scope: "p POST /v1/notes".into(),
        key: key.into(),
        request_hash: [request; 32],
    }
}

async fn database(name: &str) -> (PgConnection, PgConnection) {
    servers().postgres.create_database(name).await.unwrap();
    let url = servers().postgres.url(name);
    let mut first = PgConnection::connect(&url).await.unwrap();
    sqlx::raw_sql(web::idempotency::SQL)
        .execute(&mut first)
        .await
        .unwrap();
    (first, PgConnection::connect(&url).await.unwrap())
}

#[tokio::test]
async fn a_concurrent_repeat_waits_for_the_first_answer() {
    let (mut a, mut b) = database("idempotency_wait").await;
    let answer = Stored {
        status: 201,
        body: json!({"id": 1}),
    };
    let mut first = a.begin().await.unwrap();
    assert_eq!(claim(&mut first, &attempt("k", 1)).await.unwrap(), Claim::New);
    let second = async {
        let mut tx = b.begin().await.unwrap();
        let claimed = claim(&mut tx, &attempt("k", 1)).await.unwrap();
        tx.commit().await.unwrap();
        claimed
    };
    let finish = async {
        store(&mut first, &attempt("k", 1), &answer).await.unwrap();
        first.commit().await.unwrap();
    };
    let (second, ()) = tokio::join!(second, finish);
    assert_eq!(second, Claim::Replay(answer));
}

#[tokio::test]
async fn a_slice_tells_new_from_repeated_from_different() {
    let (mut a, _) = database("idempotency_slice").await;
    let answer = Stored {
        status: 201,
        body: json!({"id": 1}),
    };
    let mut tx = a.begin().await.unwrap();
    assert_eq!(claim(&mut tx, &attempt("k", 1)).await.unwrap(), Claim::New);
    store(&mut tx, &attempt("k", 1), &answer).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = a.begin().await.unwrap();
    let slice = [
        attempt("z", 1),
        attempt("k", 1),
        attempt("k", 2),
        attempt("z", 1),
        attempt("z", 3),
        attempt("a", 1),
    ];
    let claims = claim_many(&mut tx, &slice).await.unwrap();
    let expected = [
        Claim::New,
        Claim::Replay(answer.clone()),
        Claim::Mismatch,
        Claim::SameAs(0),
        Claim::Mismatch,
        Claim::New,
    ];
    assert_eq!(claims, expected);
    let other = Stored {
        status: 202,
        body: json!([]),
    };
    store_many(&mut tx, &[(&slice[0], &other), (&slice[5], &answer)])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        claim(&mut a, &attempt("z", 1)).await.unwrap(),
        Claim::Replay(other)
    );
    assert!(claim_many(&mut a, &[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_rolled_back_claim_is_forgotten_and_a_claim_without_an_answer_is_loud() {
    let (mut a, _) = database("idempotency_rollback").await;
    let answer = Stored {
        status: 201,
        body: json!({"id": 1}),
    };
    let mut tx = a.begin().await.unwrap();
    assert_eq!(claim(&mut tx, &attempt("r", 1)).await.unwrap(), Claim::New);
    tx.rollback().await.unwrap();
    assert_eq!(claim(&mut a, &attempt("r", 1)).await.unwrap(), Claim::New);
    assert!(claim(&mut a, &attempt("r", 1)).await.is_err());
    assert!(store(&mut a, &attempt("never", 1), &answer).await.is_err());
    store(&mut a, &attempt("r", 1), &answer).await.unwrap();
    assert!(store(&mut a, &attempt("r", 1), &answer).await.is_err());
}

#[tokio::test]
async fn old_keys_are_purged_in_portions() {
    let (mut a, _) = database("idempotency_purge").await;
    let keys: Vec<Attempt> = ["a", "b", "c", "d"].map(|key| attempt(key, 1)).to_vec();
    claim_many(&mut a, &keys).await.unwrap();
    let now: chrono::DateTime<chrono::Utc> = sqlx::query_scalar("select clock_timestamp()")
        .fetch_one(&mut a)
        .await
        .unwrap();
    let later = now + chrono::TimeDelta::seconds(5);
    assert_eq!(purge(&mut a, later, 3).await.unwrap(), 3);
    assert_eq!(purge(&mut a, later, 30).await.unwrap(), 1);
}
