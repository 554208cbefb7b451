//! Group commit: callers share transactions, never each other's fate.
use crate::rig::{How, Increment, asked, database, value};
use db::{DbError, ExecuteError, Together};
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_at_the_same_time_share_transactions_and_each_gets_its_own_answer() {
    const CALLERS: usize = 200;
    let db = database().await;
    let work = Increment::default();
    let together = Together::start(db.clone(), work.clone());
    let mut callers = JoinSet::new();
    for n in 0..CALLERS {
        let together = together.clone();
        let how = if n % 10 == 3 { How::Refused } else { How::Counts };
        callers.spawn(async move { together.execute(asked("a", how)).await });
    }
    let (mut values, mut refused) = (Vec::new(), 0);
    for answer in callers.join_all().await {
        match answer {
            Ok(value) => values.push(value),
            Err(ExecuteError::Refused(_)) => refused += 1,
            Err(ExecuteError::Db(error)) => panic!("{error:?}"),
        }
    }
    values.sort_unstable();
    assert_eq!(values, (1..=180).collect::<Vec<i64>>());
    assert_eq!(refused, 20);
    assert_eq!(value(db.pool(), "a").await, 180);
    assert!(
        work.transactions() < CALLERS / 2,
        "{} transactions",
        work.transactions()
    );
}

/// One caller of sixty comes to grief; what becomes of the rest?
async fn only_the_culprit_fails(name: &'static str, how: How) -> DbError {
    let db = database().await;
    let together = Together::start(db.clone(), Increment::default());
    // Joined in one task, so that they are all in the queue before the worker runs.
    let callers = (0..60).map(|n| {
        let (name, how) = if n == 31 { (name, how) } else { ("a", How::Counts) };
        together.execute(asked(name, how))
    });
    let answers = futures::future::join_all(callers).await;
    let (fine, failed): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!((fine.len(), failed.len()), (59, 1));
    assert_eq!(value(db.pool(), "a").await, 59);
    // The worker goes on.
    assert_eq!(together.execute(asked("a", How::Counts)).await.unwrap(), 60);
    match failed.into_iter().next().unwrap() {
        Err(ExecuteError::Db(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_command_that_breaks_the_transaction_fails_alone() {
    let error = only_the_culprit_fails("full", How::Counts).await;
    assert_eq!(error.constraint(), Some("counters_value_check"));
}

#[tokio::test]
async fn a_command_that_panics_fails_alone_and_the_worker_goes_on() {
    let error = only_the_culprit_fails("b", How::Panics).await;
    assert!(
        matches!(&error, DbError::Panicked { work: "increment_counter", problem } if problem == "a bug"),
        "{error:?}"
    );
    assert!(!error.is_unavailable() && !error.is_conflict());
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_stop_its_command() {
    let db = database().await;
    let together = Together::start(db.clone(), Increment::default());
    let gone = tokio::time::timeout(
        std::time::Duration::ZERO,
        together.execute(asked("a", How::Counts)),
    )
    .await;
    assert!(gone.is_err());
    assert_eq!(together.execute(asked("a", How::Counts)).await.unwrap(), 2);
}

#[tokio::test]
async fn a_database_that_is_away_is_told_to_every_caller() {
    let db = database().await;
    let together = Together::start(db.clone(), Increment::default());
    db.pool().close().await;
    let answers = futures::future::join_all((0..5).map(|_| together.execute(asked("a", How::Counts)))).await;
    for answer in answers {
        assert!(
            matches!(&answer, Err(ExecuteError::Db(error)) if error.is_unavailable()),
            "{answer:?}"
        );
    }
}

/// A row that somebody else keeps locked costs its own command the wait, and nobody else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_waits_for_a_row_does_not_make_its_neighbours_wait() {
    let db = database().await;
    let together = Together::start(db.clone(), Increment::default());
    let mut other = db.pool().begin().await.unwrap();
    sqlx::query("update counters set value = 7 where name = 'b'")
        .execute(&mut *other)
        .await
        .unwrap();
    let blocked = together.clone();
    let mut waiting = JoinSet::new();
    waiting.spawn(async move { blocked.execute(asked("b", How::Counts)).await });
    let neighbours = (0..20).map(|_| together.execute(asked("a", How::Counts)));
    // `b` stays locked until all of them have their answers.
    tokio::select! {
        answers = futures::future::join_all(neighbours) => assert!(answers.iter().all(Result::is_ok)),
        Some(answer) = waiting.join_next() => panic!("its row is locked: {answer:?}"),
    }
    other.rollback().await.unwrap();
    assert_eq!(waiting.join_next().await.unwrap().unwrap().unwrap(), 1);
}
