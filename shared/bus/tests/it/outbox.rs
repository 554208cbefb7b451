//! `outbox::append`: facts are numbered without a gap inside their line, whoever commits when.
use crate::effects::Counted;
use crate::rig::{Rig, keys};
use bus::Fact;
use std::sync::Arc;
use tokio::task::JoinSet;
use uuid::Uuid;

/// (line, sequences in the order of the ids, i.e. of publication).
async fn lines(rig: &Rig) -> Vec<(Uuid, Vec<i64>)> {
    sqlx::query_as("select key, array_agg(sequence order by id) from journal group by key")
        .fetch_all(rig.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn one_call_numbers_each_line_in_the_order_given() {
    let rig = Rig::start().await;
    let lines_of = keys(40);
    // Every line five times, interleaved, in three calls.
    let order: Vec<Uuid> = (0..200).map(|n| lines_of[(n * 7) % 40]).collect();
    for part in order.chunks(70) {
        rig.append(part).await;
    }
    let found = lines(&rig).await;
    assert_eq!(found.len(), 40);
    for (key, sequences) in found {
        assert_eq!(sequences, [1, 2, 3, 4, 5], "{key}");
    }
    assert_eq!(
        rig.count("select count(*) from outbox o join journal j using (day, id, shard)")
            .await,
        200
    );
}

#[tokio::test]
async fn the_order_of_facts_in_one_call_is_kept() {
    let rig = Rig::start().await;
    let key = Uuid::now_v7();
    let facts: Vec<Fact> = (0..100).map(|_| rig.fact(key, &Counted {})).collect();
    rig.append_facts(&facts).await;
    let stored: Vec<Uuid> = sqlx::query_scalar("select event_id from journal order by sequence")
        .fetch_all(rig.pool())
        .await
        .unwrap();
    let given: Vec<Uuid> = facts.iter().map(|fact| fact.event_id().uuid()).collect();
    assert_eq!(stored, given);
}

#[tokio::test]
async fn nothing_given_is_nothing_done_and_a_rollback_leaves_no_gap() {
    let rig = Rig::start().await;
    rig.append(&[]).await;
    let key = Uuid::now_v7();
    rig.append(&[key]).await;
    let mut tx = rig.pool().begin().await.unwrap();
    bus::outbox::append(&mut tx, &[rig.fact(key, &Counted {})])
        .await
        .unwrap();
    tx.rollback().await.unwrap();
    rig.append(&[key]).await;
    assert_eq!(lines(&rig).await, [(key, vec![1, 2])]);
    assert_eq!(rig.count("select count(*) from outbox").await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_transactions_on_the_same_lines_leave_no_gap_and_ids_rise_with_the_numbers() {
    const WRITERS: usize = 8;
    const ROUNDS: usize = 40;
    let rig = Arc::new(Rig::start().await);
    let shared = keys(12);
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let (rig, shared) = (Arc::clone(&rig), shared.clone());
        writers.spawn(async move {
            for round in 0..ROUNDS {
                // Different subsets in different orders: a lock order would show as a deadlock here.
                let mine: Vec<Uuid> = (0..5)
                    .map(|n| shared[(writer * 5 + round * 7 + n * (writer + 1)) % 12])
                    .collect();
                rig.append(&mine).await;
            }
        });
    }
    while let Some(writer) = writers.join_next().await {
        writer.unwrap();
    }
    let found = lines(&rig).await;
    assert_eq!(
        found.iter().map(|(_, sequences)| sequences.len()).sum::<usize>(),
        WRITERS * ROUNDS * 5
    );
    for (key, sequences) in found {
        let wanted: Vec<i64> = (1..=i64::try_from(sequences.len()).unwrap()).collect();
        assert_eq!(sequences, wanted, "{key}");
    }
}
