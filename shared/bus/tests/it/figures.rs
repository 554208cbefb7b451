//! The figures an operator watches show what really waits.
use crate::effects::Trouble;
use crate::rig::{Rig, key_on, settle};
use bus::handler::Handlers;
use bus::{Host, stats};
use contracts::shard::Shard;
use telemetry::metrics::Metrics;
use uuid::Uuid;

/// The value of one series in the Prometheus text, when it is there.
fn value(metrics: &Metrics, series: &str) -> Option<f64> {
    let text = metrics.render();
    text.lines()
        .find_map(|line| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok())
}

#[tokio::test]
async fn backlog_counts_what_waits() {
    let rig = Rig::start().await;
    let host = rig.host("a");
    assert_eq!(
        stats::backlog(rig.pool()).await.unwrap(),
        stats::Backlog::default()
    );
    let (sick, dead) = (Uuid::now_v7(), Uuid::now_v7());
    rig.troubles.give(sick, 1, Trouble::Retry);
    rig.troubles.give(dead, 1, Trouble::Dead);
    rig.append(&[sick, sick, dead, dead]).await;
    settle(&host).await;
    rig.append(&[sick, dead, sick]).await;
    rig.execute("update journal set recorded_at = recorded_at - interval '1 hour' where (day, id) in (select day, id from outbox)").await;
    let backlog = stats::backlog(rig.pool()).await.unwrap();
    assert_eq!(
        (backlog.outbox_rows, backlog.held_messages, backlog.dead_letters),
        (3, 3, 1)
    );
    assert!(
        (3_600.0..3_700.0).contains(&backlog.outbox_oldest_secs),
        "{backlog:?}"
    );
}

#[tokio::test]
async fn a_host_shows_outbox_held_dead_and_the_lag_of_its_shards() {
    let rig = Rig::start().await;
    let metrics = Metrics::new("test");
    let handlers = || {
        let everything = crate::effects::Effects::everything(&rig.troubles);
        Handlers::new("test", vec![Box::new(everything)]).unwrap()
    };
    let host = Host::new(
        rig.db.clone(),
        rig.bus.clone(),
        rig.config.clone(),
        handlers(),
        "a",
        metrics.clone(),
    );
    let shard = Shard::all().nth(9).unwrap();
    let (dead, fine) = (key_on(shard), key_on(shard));
    rig.troubles.give(dead, 1, Trouble::Dead);
    rig.append(&[dead, dead, fine]).await;
    settle(&host).await;
    // Published, not yet consumed; and one not even published.
    for sequence in 1..=4 {
        rig.publish(&rig.envelope(fine, 100 + sequence, &crate::effects::Counted {}))
            .await;
    }
    rig.append(&[fine]).await;
    host.figures().await.unwrap();
    let lag = format!("consumer_lag{{shard=\"{}\",service=\"test\"}}", shard.number());
    let shown = |series: &str| value(&metrics, &format!("{series}{{service=\"test\"}}"));
    assert_eq!(shown("outbox_unpublished"), Some(1.0));
    assert!(shown("outbox_oldest_age_seconds").unwrap() >= 0.0);
    assert_eq!(shown("held_messages"), Some(1.0));
    assert_eq!(shown("dead_letters"), Some(1.0));
    assert_eq!(value(&metrics, &lag), Some(4.0));

    settle(&host).await;
    host.figures().await.unwrap();
    assert_eq!(value(&metrics, &lag), Some(0.0));
    assert_eq!(shown("outbox_unpublished"), Some(0.0));
    assert_eq!(shown("outbox_oldest_age_seconds"), Some(0.0));

    // A shard that went to somebody else leaves no stale figure behind.
    host.leases().forget();
    host.figures().await.unwrap();
    assert_eq!(value(&metrics, &lag), None);
}
