//! temp
use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use web::idempotency::{Attempt, Claim, Stored, claim, claim_many, purge, store, store_many};

fn attempt(key: &str, request: u8) -> Attempt {
    Attempt { scope: "p POST /v1/notes".into(), key: key.into(), request_hash: [request; 32] }
}

#[tokio::test]
async fn all() {
    let url = "postgres://postgres@127.0.0.1:54999/postgres";
    let mut a = PgConnection::connect(url).await.unwrap();
    let mut b = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql("drop table if exists idempotency_keys").execute(&mut a).await.unwrap();
    sqlx::raw_sql(web::idempotency::SQL).execute(&mut a).await.unwrap();

    let answer = Stored { status: 201, body: json!({"id": 1}) };
    let mut tx = a.begin().await.unwrap();
    assert_eq!(claim(&mut tx, &attempt("k", 1)).await.unwrap(), Claim::New);
    // a concurrent one waits
    let second = async {
        let mut tx = b.begin().await.unwrap();
        let c = claim(&mut tx, &attempt("k", 1)).await.unwrap();
        tx.commit().await.unwrap();
        c
    };
    let first = async {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        store(&mut tx, &attempt("k", 1), &answer).await.unwrap();
        tx.commit().await.unwrap();
    };
    let (second, ()) = tokio::join!(second, first);
    assert_eq!(second, Claim::Replay(answer.clone()));

    let mut tx = a.begin().await.unwrap();
    let slice = [attempt("z", 1), attempt("k", 1), attempt("k", 2), attempt("z", 1), attempt("z", 3), attempt("a", 1)];
    let claims = claim_many(&mut tx, &slice).await.unwrap();
    assert_eq!(claims, [Claim::New, Claim::Replay(answer.clone()), Claim::Mismatch, Claim::SameAs(0), Claim::Mismatch, Claim::New]);
    let other = Stored { status: 202, body: json!([]) };
    store_many(&mut tx, &[(&slice[0], &other), (&slice[5], &answer)]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(claim(&mut a, &attempt("z", 1)).await.unwrap(), Claim::Replay(other));
    // rollback forgets
    let mut tx = a.begin().await.unwrap();
    assert_eq!(claim(&mut tx, &attempt("r", 1)).await.unwrap(), Claim::New);
    tx.rollback().await.unwrap();
    assert_eq!(claim(&mut a, &attempt("r", 1)).await.unwrap(), Claim::New);
    // committed without an answer is loud
    assert!(claim(&mut a, &attempt("r", 1)).await.is_err());
    // not claimed, or already answered
    assert!(store(&mut a, &attempt("never", 1), &answer).await.is_err());
    assert!(store(&mut a, &attempt("k", 1), &answer).await.is_err());
    assert!(claim_many(&mut a, &[]).await.unwrap().is_empty());
    let (now,): (chrono::DateTime<chrono::Utc>,) = sqlx::query_as("select now()").fetch_one(&mut a).await.unwrap();
    assert_eq!(purge(&mut a, now + chrono::Duration::seconds(5), 3).await.unwrap(), 3);
    assert_eq!(purge(&mut a, now + chrono::Duration::seconds(5), 30).await.unwrap(), 1);
}
