//! Commands in transactions of their own: refusals, conflicts, errors.
use crate::rig::{How, Increment, NotAllowed, asked, database, standing_still, value};
use db::{DbError, ExecuteError};
use tokio::task::JoinSet;

#[tokio::test]
async fn a_refused_command_changes_nothing_and_its_neighbours_commit() {
    let db = database().await;
    let commands = [
        asked("a", How::Counts),
        asked("b", How::Refused),
        asked("a", How::Counts),
    ];
    let results = db.execute_many(&Increment::default(), &commands).await.unwrap();
    assert_eq!(results, [Ok(1), Err(NotAllowed("b".to_owned())), Ok(2)]);
    assert_eq!((value(db.pool(), "a").await, value(db.pool(), "b").await), (2, 0));
    let refused = db.execute(&Increment::default(), asked("b", How::Refused)).await;
    assert!(matches!(refused, Err(ExecuteError::Refused(NotAllowed(name))) if name == "b"));
}

#[tokio::test]
async fn a_database_error_undoes_the_whole_transaction_and_names_the_constraint() {
    let db = database().await;
    let work = Increment::default();
    let commands = [asked("a", How::Counts), asked("full", How::Counts)];
    let error = db.execute_many(&work, &commands).await.unwrap_err();
    assert_eq!(error.constraint(), Some("counters_value_check"));
    assert!(!error.is_conflict() && !error.is_unavailable(), "{error:?}");
    assert_eq!(work.transactions(), 1, "what cannot succeed is not tried again");
    assert_eq!(value(db.pool(), "a").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn racing_transactions_are_tried_again_and_none_is_counted_twice() {
    const CALLERS: i64 = 16;
    let db = database().await;
    let work = Increment::serializable();
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        let (db, work) = (db.clone(), work.clone());
        // A caller of a service answers "busy" after five lost races; its client comes again.
        callers.spawn(async move {
            loop {
                match db.execute(&work, asked("a", How::Counts)).await {
                    Ok(value) => return value,
                    Err(ExecuteError::Db(error)) if error.is_conflict() => {}
                    Err(error) => panic!("{error:?}"),
                }
            }
        });
    }
    let mut values = callers.join_all().await;
    values.sort_unstable();
    assert_eq!(
        values,
        (1..=CALLERS).collect::<Vec<_>>(),
        "each saw the effect of the one before"
    );
    assert_eq!(value(db.pool(), "a").await, CALLERS);
    assert!(
        work.transactions() > usize::try_from(CALLERS).unwrap(),
        "there were races"
    );
}

#[tokio::test]
async fn a_transaction_that_loses_every_race_gives_up() {
    let mut config = crate::rig::config().await;
    config.lock_timeout_ms = 20;
    let impatient = config.connect("test").await.unwrap();
    sqlx::raw_sql(
        "create table counters as select 'a'::text as name, 0::bigint as value, now() as raised_at",
    )
    .execute(impatient.pool())
    .await
    .unwrap();
    let mut other = impatient.pool().begin().await.unwrap();
    sqlx::query("update counters set value = 5")
        .execute(&mut *other)
        .await
        .unwrap();
    let work = Increment::default();
    let Err(ExecuteError::Db(error)) = impatient.execute(&work, asked("a", How::Counts)).await else {
        panic!("the row is locked");
    };
    assert!(
        error.is_conflict() && error.is_lock_wait() && !error.is_unavailable(),
        "{error:?}"
    );
    // Each try waits for the whole limit, so there are fewer of them than after other conflicts.
    assert_eq!(work.transactions(), 2);
    other.rollback().await.unwrap();
    assert_eq!(
        impatient.execute(&work, asked("a", How::Counts)).await.unwrap(),
        1
    );
}

#[tokio::test]
async fn a_use_case_gets_the_time_of_the_clock_and_a_commit_is_announced() {
    let db = standing_still(&database().await, "2026-03-02T01:00:00Z");
    let mut committed = db.committed();
    db.execute(&Increment::default(), asked("a", How::Counts))
        .await
        .unwrap();
    let raised_at: chrono::DateTime<chrono::Utc> =
        sqlx::query_scalar("select raised_at from counters where name = 'a'")
            .fetch_one(db.pool())
            .await
            .unwrap();
    assert_eq!(raised_at, db.clock().now());
    // It is remembered, so a relay that looks only now does not sleep.
    tokio::time::timeout(std::time::Duration::from_secs(1), committed.changed())
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn a_process_that_stands_still_in_a_transaction_loses_it_before_its_shards_must_have_moved() {
    let db = database().await;
    let shipped: String = sqlx::query_scalar("show idle_in_transaction_session_timeout")
        .fetch_one(db.pool())
        .await
        .unwrap();
    assert_eq!(shipped, "9s");
    let mut tx = db.pool().begin().await.unwrap();
    sqlx::query("set local idle_in_transaction_session_timeout = 50")
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query("update counters set value = 7 where name = 'a'")
        .execute(&mut *tx)
        .await
        .unwrap();
    // Waits for the row until the session above was ended.
    sqlx::query("update counters set value = 8 where name = 'a'")
        .execute(db.pool())
        .await
        .unwrap();
    let late = sqlx::query("select 1")
        .execute(&mut *tx)
        .await
        .map_err(DbError::from)
        .unwrap_err();
    assert!(late.is_unavailable(), "{late:?}");
    assert_eq!(value(db.pool(), "a").await, 8);
}
