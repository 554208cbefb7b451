//! Suspensions that end together: their orders are locked as everybody locks several orders.
use crate::harness::{Told, start};
use chrono::{DateTime, Utc};
use contracts::supervision::OrderResumedV1;

#[tokio::test]
async fn orders_whose_suspension_ends_are_locked_in_the_order_of_their_ids() {
    let app = start().await;
    let (first, second) = (Told::new(&app), Told::new(&app));
    // The later of the two ids ends earlier.
    for (told, until) in [
        (&first, "2026-03-04T12:00:00+08:00"),
        (&second, "2026-03-03T12:00:00+08:00"),
    ] {
        told.under_way().await;
        told.signed(1).await;
        app.settle().await;
        told.suspended(until).await;
    }
    app.settle().await;
    app.clock
        .set("2026-03-04T13:00:00+08:00".parse::<DateTime<Utc>>().unwrap());
    // Another transaction has the first one and wants the second one next.
    let mut other = app.db().begin().await.unwrap();
    let lock = "select from orders where order_id = $1 for update";
    sqlx::query(lock)
        .bind(first.order_id.uuid())
        .execute(&mut *other)
        .await
        .unwrap();
    let job = app.run_job("resume_suspended");
    tokio::pin!(job);
    let blocked = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    loop {
        tokio::select! {
            biased;
            _ = &mut job => panic!("it did not wait for the first order"),
            count = sqlx::query_scalar::<_, i64>(blocked).fetch_one(app.db()) => if count.unwrap() > 0 { break },
        }
    }
    sqlx::query("select from orders where order_id = $1 for update nowait")
        .bind(second.order_id.uuid())
        .execute(&mut *other)
        .await
        .expect("nobody who waits for the first one has the second one");
    other.rollback().await.unwrap();
    assert_eq!(job.await, 2);
    app.settle().await;
    assert_eq!(app.published::<OrderResumedV1>().await.len(), 2);
}
