//! Provisioning: creates, widens, never narrows, never deletes, and names what a person must decide.
use crate::rig::{Rig, keys, settle};
use async_nats::jetstream::stream::{Config, RetentionPolicy, StorageType};
use bus::{BusError, provision};
use contracts::streams::{self, StreamSpec};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

async fn config(rig: &Rig, spec: &StreamSpec) -> Config {
    rig.bus
        .jetstream()
        .get_stream(&spec.name)
        .await
        .unwrap()
        .cached_info()
        .config
        .clone()
}

/// The usual stream under a name of its own.
fn other(rig: &Rig) -> StreamSpec {
    let namespace = rig.bus.namespace();
    StreamSpec {
        name: namespace.stream("OTHER"),
        subjects: vec![format!("{}.other", namespace.stream("x").to_lowercase())],
        ..streams::events(namespace)
    }
}

#[tokio::test]
async fn twice_is_harmless_and_messages_stay() {
    let rig = Rig::start().await;
    let spec = streams::events(rig.bus.namespace());
    rig.append(&keys(10)).await;
    settle(&rig.host("a")).await;
    let before = config(&rig, &spec).await;
    rig.provision().await;
    assert_eq!(config(&rig, &spec).await, before);
    let wider = StreamSpec {
        max_age_days: spec.max_age_days * 2,
        ..spec.clone()
    };
    provision::stream(&rig.bus, &wider).await.unwrap();
    let stream = rig.bus.jetstream().get_stream(&spec.name).await.unwrap();
    assert_eq!(stream.cached_info().state.messages, 10);
    assert_eq!(stream.cached_info().state.consumer_count, 16);
}

#[tokio::test]
async fn a_stream_is_as_specified_and_grows_with_the_specification() {
    let rig = Rig::start().await;
    let spec = StreamSpec {
        max_bytes: 1 << 20,
        max_consumers: 50,
        ..other(&rig)
    };
    provision::stream(&rig.bus, &spec).await.unwrap();
    let made = config(&rig, &spec).await;
    assert_eq!(
        (made.max_age, made.max_bytes, made.max_consumers),
        (DAY * 14, 1 << 20, 50)
    );
    assert_eq!(
        (made.storage, made.retention),
        (StorageType::File, RetentionPolicy::Limits)
    );
    assert_eq!(made.duplicate_window, Duration::from_secs(600));

    let mut wider = StreamSpec {
        max_age_days: 21,
        max_bytes: 1 << 22,
        duplicate_window_secs: 900,
        max_consumers: 60,
        ..spec.clone()
    };
    wider.subjects.push(format!("{}.more", spec.subjects[0]));
    provision::stream(&rig.bus, &wider).await.unwrap();
    let widened = config(&rig, &spec).await;
    assert_eq!(
        (widened.max_age, widened.max_bytes, widened.max_consumers),
        (DAY * 21, 1 << 22, 60)
    );
    assert_eq!(widened.subjects, wider.subjects);
    assert_eq!(widened.duplicate_window, Duration::from_secs(900));
}

#[tokio::test]
async fn limits_that_an_operator_widened_are_left_alone() {
    let rig = Rig::start().await;
    let spec = other(&rig);
    provision::stream(&rig.bus, &spec).await.unwrap();
    for (max_age, max_bytes) in [(DAY * 100, 1 << 38), (Duration::ZERO, -1)] {
        let mut by_hand = config(&rig, &spec).await;
        by_hand.max_age = max_age;
        by_hand.max_bytes = max_bytes;
        by_hand.description = Some("changed by hand".to_owned());
        rig.bus.jetstream().update_stream(&by_hand).await.unwrap();
        let longer = StreamSpec {
            duplicate_window_secs: spec.duplicate_window_secs + 1,
            ..spec.clone()
        };
        provision::stream(&rig.bus, &longer).await.unwrap();
        let found = config(&rig, &spec).await;
        assert_eq!(
            (found.max_age, found.max_bytes),
            (max_age, max_bytes),
            "narrower limits would delete messages"
        );
        assert_eq!(found.description.as_deref(), Some("changed by hand"));
    }
}

#[tokio::test]
async fn what_cannot_be_changed_in_place_is_refused_by_name() {
    let rig = Rig::start().await;
    let spec = other(&rig);
    let wrong = [
        (
            Config {
                storage: StorageType::Memory,
                ..Config::default()
            },
            "storage",
        ),
        (
            Config {
                retention: RetentionPolicy::WorkQueue,
                ..Config::default()
            },
            "retention",
        ),
    ];
    for (wrong, named) in wrong {
        let made = Config {
            name: spec.name.clone(),
            subjects: spec.subjects.clone(),
            max_bytes: 1 << 20,
            ..wrong
        };
        rig.bus.jetstream().create_stream(made.clone()).await.unwrap();
        let refused = provision::stream(&rig.bus, &spec).await;
        assert!(
            matches!(&refused, Err(BusError::Drift { stream, difference }) if *stream == spec.name && difference.contains(named)),
            "{named}: {refused:?}"
        );
        assert_eq!(
            config(&rig, &spec).await.storage,
            made.storage,
            "it was not touched"
        );
        rig.bus.jetstream().delete_stream(&spec.name).await.unwrap();
    }
}

#[tokio::test]
async fn a_version_that_would_drop_a_subject_is_refused() {
    let rig = Rig::start().await;
    let mut spec = other(&rig);
    let dropped = format!("{}.dropped", spec.subjects[0]);
    spec.subjects.push(dropped.clone());
    provision::stream(&rig.bus, &spec).await.unwrap();
    spec.subjects.pop();
    let refused = provision::stream(&rig.bus, &spec).await.unwrap_err().to_string();
    assert!(
        refused.contains(&spec.name) && refused.contains(&dropped),
        "{refused}"
    );
    assert_eq!(config(&rig, &spec).await.subjects.len(), 2);
}

#[tokio::test]
async fn services_that_provision_at_the_same_moment_agree() {
    let rig = Rig::start().await;
    let spec = other(&rig);
    let all = (0..5).map(|_| provision::stream(&rig.bus, &spec));
    futures::future::try_join_all(all).await.unwrap();
    assert_eq!(config(&rig, &spec).await.subjects, spec.subjects);
}
