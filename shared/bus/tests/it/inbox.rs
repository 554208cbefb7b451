//! The inbox: however often an event arrives, it takes effect once.
use crate::effects::Counted;
use crate::rig::{Rig, keys, settle};
use uuid::Uuid;

#[tokio::test]
async fn a_copy_in_the_same_batch_and_one_in_a_later_batch_have_no_effect() {
    let rig = Rig::start().await;
    let host = rig.host("a");
    let first = rig.envelope(Uuid::now_v7(), 1, &Counted {});
    let second = rig.envelope(first.key, 2, &Counted {});
    for envelope in [&first, &first, &second, &first] {
        rig.publish(envelope).await;
    }
    settle(&host).await;
    rig.publish(&second).await;
    rig.publish(&first).await;
    settle(&host).await;
    assert_eq!(rig.effects().await, [(first.key, 1), (first.key, 2)]);
    assert_eq!(rig.count("select count(*) from inbox").await, 2);
}

#[tokio::test]
async fn a_copy_of_a_held_event_is_dropped_too() {
    let rig = Rig::start().await;
    let host = rig.host("a");
    let event = rig.envelope(Uuid::now_v7(), 1, &Counted {});
    rig.troubles.give(event.key, 1, crate::effects::Trouble::Retry);
    rig.publish(&event).await;
    settle(&host).await;
    rig.publish(&event).await;
    settle(&host).await;
    assert_eq!(rig.count("select count(*) from held_messages").await, 1);
    rig.troubles.remove(event.key, 1);
    settle(&host).await;
    assert_eq!(rig.effects().await, [(event.key, 1)]);
}

#[tokio::test]
async fn a_copy_from_years_ago_or_ahead_finds_its_row_although_no_partition_was_made() {
    let rig = Rig::start().await;
    let host = rig.host("a");
    rig.execute("select keep_partitions(7, 30, 45)").await;
    for (n, day) in ["2001-01-01T00:00:00Z", "2199-12-31T23:59:59.999999Z"]
        .into_iter()
        .enumerate()
    {
        let mut envelope = rig.envelope(Uuid::now_v7(), 1, &Counted {});
        envelope.occurred_at = day.parse().unwrap();
        for _ in 0..3 {
            rig.publish(&envelope).await;
            settle(&host).await;
        }
        assert_eq!(rig.effects().await.len(), n + 1);
    }
}

#[tokio::test]
async fn a_whole_stream_twice_has_every_effect_once() {
    let rig = Rig::start().await;
    let host = rig.host("a");
    for key in keys(60) {
        for sequence in 1..=4 {
            let envelope = rig.envelope(key, sequence, &Counted {});
            rig.publish(&envelope).await;
            rig.publish(&envelope).await;
        }
    }
    settle(&host).await;
    assert_eq!(rig.count("select count(*) from effects").await, 240);
    assert_eq!(
        rig.count("select count(distinct event_id) from effects").await,
        240
    );
}
