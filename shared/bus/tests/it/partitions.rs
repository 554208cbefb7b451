//! `keep_partitions`: days are made ahead and dropped whole; what stands in the default partition stays.
use crate::rig::Rig;
use uuid::Uuid;

async fn partitions(rig: &Rig) -> Vec<String> {
    sqlx::query_scalar(
        "select c.relname::text from pg_inherits i join pg_class c on c.oid = i.inhrelid and c.relkind = 'r' order by 1",
    )
    .fetch_all(rig.pool())
    .await
    .unwrap()
}

/// Puts a fact of a given day into the journal, with or without an outbox row.
async fn fact_of(rig: &Rig, day: &str, unpublished: bool) {
    rig.append(&[Uuid::now_v7()]).await;
    rig.execute(&format!(
        "update outbox set day = {day} where id = (select max(id) from journal);
         update journal set day = {day} where id = (select max(id) from journal)"
    ))
    .await;
    if !unpublished {
        rig.execute("delete from outbox where id = (select max(id) from journal)")
            .await;
    }
}

const TODAY: &str = "(now() at time zone 'utc')::date";

#[tokio::test]
async fn days_are_made_ahead_once_and_new_facts_go_into_them() {
    let rig = Rig::start().await;
    rig.execute("select keep_partitions(3, 30, 45)").await;
    let made = partitions(&rig).await;
    assert_eq!(
        made.len(),
        2 * (4 + 1),
        "today, three days and the default, twice: {made:?}"
    );
    rig.execute("select keep_partitions(3, 30, 45)").await;
    assert_eq!(partitions(&rig).await, made);
    rig.execute("select keep_partitions(5, 30, 45)").await;
    assert_eq!(partitions(&rig).await.len(), made.len() + 4);
    rig.append(&[Uuid::now_v7()]).await;
    assert_eq!(rig.count("select count(*) from journal_default").await, 0);
    assert_eq!(rig.count("select count(*) from journal").await, 1);
}

#[tokio::test]
async fn old_days_go_after_their_own_time_and_nothing_else_does() {
    let rig = Rig::start().await;
    for table in ["journal", "inbox"] {
        for back in [10, 30, 31, 45, 46] {
            let name = format!("'{table}_' || to_char({TODAY} - {back}, 'YYYYMMDD')");
            rig.execute(&format!(
                "do $$ begin execute format('create table %I partition of {table} for values from (%L) to (%L)',
                 {name}, {TODAY} - {back}, {TODAY} - {back} + 1); end $$"
            ))
            .await;
        }
    }
    fact_of(&rig, &format!("{TODAY} - 30"), false).await;
    fact_of(&rig, &format!("{TODAY} - 31"), false).await;
    rig.execute("select keep_partitions(0, 30, 45)").await;
    let kept = partitions(&rig).await;
    let of = |table: &str| kept.iter().filter(|name| name.starts_with(table)).count();
    assert_eq!((of("journal_"), of("inbox_")), (2 + 2, 4 + 2), "{kept:?}");
    assert_eq!(rig.count("select count(*) from journal").await, 1);
}

#[tokio::test]
async fn a_day_with_unpublished_facts_is_kept_however_old() {
    let rig = Rig::start().await;
    rig.execute(&format!(
        "do $$ begin execute format('create table %I partition of journal for values from (%L) to (%L)',
         'journal_' || to_char({TODAY} - 90, 'YYYYMMDD'), {TODAY} - 90, {TODAY} - 89); end $$"
    ))
    .await;
    fact_of(&rig, &format!("{TODAY} - 90"), true).await;
    rig.execute("select keep_partitions(0, 30, 45)").await;
    assert_eq!(
        rig.count("select count(*) from outbox join journal using (day, id)")
            .await,
        1
    );
    rig.execute("delete from outbox; select keep_partitions(0, 30, 45)")
        .await;
    assert_eq!(rig.count("select count(*) from journal").await, 0);
}

#[tokio::test]
async fn rows_that_came_before_their_partition_stay_where_they_are() {
    let rig = Rig::start().await;
    rig.append(&[Uuid::now_v7()]).await;
    assert_eq!(rig.count("select count(*) from journal_default").await, 1);
    rig.execute("select keep_partitions(2, 30, 45)").await;
    assert_eq!(rig.count("select count(*) from journal_default").await, 1);
    // Today's partition could not be made, the following days were.
    let made = partitions(&rig).await;
    assert_eq!(
        made.iter().filter(|name| name.starts_with("journal_")).count(),
        3,
        "{made:?}"
    );
    rig.append(&[Uuid::now_v7()]).await;
    rig.execute("select keep_partitions(2, 30, 45)").await;
    assert_eq!(
        rig.count("select count(*) from outbox join journal using (day, id)")
            .await,
        2
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_host_makes_its_partitions() {
    let rig = Rig::start().await;
    let mut running = crate::rig::Running::default();
    for name in ["a", "b", "c"] {
        running.add(rig.replica(name).await);
    }
    crate::rig::eventually("a week ahead", || async {
        partitions(&rig).await.len() >= 2 * (1 + 7 + 1)
    })
    .await;
    running.stop().await;
}
