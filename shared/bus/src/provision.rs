//! Creates or extends streams; never deletes, and refuses what cannot be changed in place.
use crate::{Bus, BusError};
use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::context::GetStreamErrorKind;
use async_nats::jetstream::stream::{Config, DiscardPolicy, RetentionPolicy, StorageType};
use contracts::streams::StreamSpec;
use std::time::Duration;

const SECS_PER_DAY: u64 = 86_400;

/// Makes the stream what the specification says.
///
/// # Errors
/// [`BusError::Drift`] when an existing stream differs in what only a person may change (storage, retention);
/// [`BusError::Nats`] when the server refuses.
pub async fn stream(bus: &Bus, spec: &StreamSpec) -> Result<(), BusError> {
    let wanted = config(spec, bus.replicas());
    match bus.jetstream().get_stream(&spec.name).await {
        Ok(existing) => {
            let now = &existing.cached_info().config;
            refuse_drift(spec, now, &wanted)?;
            let extended = extend(now, &wanted);
            if extended != *now {
                bus.jetstream()
                    .update_stream(&extended)
                    .await
                    .map_err(BusError::nats(format!("extend stream {}", spec.name)))?;
                tracing::info!(stream = spec.name, "stream extended");
            }
        }
        Err(error) if is_missing(&error) => {
            bus.jetstream()
                .create_stream(wanted)
                .await
                .map_err(BusError::nats(format!("create stream {}", spec.name)))?;
            tracing::info!(stream = spec.name, "stream created");
        }
        Err(error) => return Err(BusError::nats(format!("stream {}", spec.name))(error)),
    }
    warn_unless_synced(bus);
    Ok(())
}

fn is_missing(error: &async_nats::jetstream::context::GetStreamError) -> bool {
    matches!(error.kind(), GetStreamErrorKind::JetStream(ref inner) if inner.error_code() == ErrorCode::STREAM_NOT_FOUND)
}

fn config(spec: &StreamSpec, replicas: usize) -> Config {
    Config {
        name: spec.name.clone(),
        subjects: spec.subjects.clone(),
        retention: RetentionPolicy::Limits,
        discard: DiscardPolicy::New,
        storage: StorageType::File,
        max_age: Duration::from_secs(spec.max_age_days * SECS_PER_DAY),
        max_bytes: spec.max_bytes,
        duplicate_window: Duration::from_secs(spec.duplicate_window_secs),
        max_consumers: spec.max_consumers,
        num_replicas: replicas,
        allow_direct: false,
        ..Config::default()
    }
}

fn refuse_drift(spec: &StreamSpec, now: &Config, wanted: &Config) -> Result<(), BusError> {
    let drift = |difference: String| {
        Err(BusError::Drift {
            stream: spec.name.clone(),
            difference,
        })
    };
    if now.storage != wanted.storage {
        return drift(format!(
            "storage is {:?}, must be {:?}",
            now.storage, wanted.storage
        ));
    }
    if now.retention != wanted.retention {
        return drift(format!(
            "retention is {:?}, must be {:?}",
            now.retention, wanted.retention
        ));
    }
    if now.num_replicas > wanted.num_replicas {
        return drift(format!(
            "has {} copies, the settings say {}",
            now.num_replicas, wanted.num_replicas
        ));
    }
    if let Some(gone) = now
        .subjects
        .iter()
        .find(|subject| !wanted.subjects.contains(subject))
    {
        return drift(format!("holds {gone}, which this version would drop"));
    }
    Ok(())
}

/// What is there, widened to what is wanted: limits only grow, and what an operator set beside them stays.
fn extend(now: &Config, wanted: &Config) -> Config {
    let mut extended = now.clone();
    if extended.subjects.len() != wanted.subjects.len() {
        extended.subjects.clone_from(&wanted.subjects);
    }
    extended.discard = wanted.discard;
    extended.duplicate_window = wanted.duplicate_window;
    extended.num_replicas = wanted.num_replicas;
    // Zero and less mean: no limit.
    if !now.max_age.is_zero() {
        extended.max_age = now.max_age.max(wanted.max_age);
    }
    if now.max_bytes > 0 {
        extended.max_bytes = now.max_bytes.max(wanted.max_bytes);
    }
    if now.max_consumers > 0 {
        extended.max_consumers = now.max_consumers.max(wanted.max_consumers);
    }
    extended
}

/// A server that does not sync every write can lose acknowledged messages in a power cut; the journal can
/// rebuild them, but an operator must know.
fn warn_unless_synced(bus: &Bus) {
    let info = bus.client().server_info();
    tracing::debug!(server.version = info.version, "nats server");
    if !version_suffices(&info.version) {
        tracing::warn!(
            server.version = info.version,
            "nats-server is older than 2.15.1; consumers need its reset and group sync"
        );
    }
}

fn version_suffices(version: &str) -> bool {
    let mut parts = version
        .split(['.', '-'])
        .map(|part| part.parse::<u32>().unwrap_or(0));
    let number = [parts.next(), parts.next(), parts.next()].map(Option::unwrap_or_default);
    number >= [2, 15, 1]
}

#[cfg(test)]
mod tests {
    #[test]
    fn versions_are_compared_as_numbers() {
        for (version, suffices) in [
            ("2.15.1", true),
            ("2.15.0", false),
            ("2.9.10", false),
            ("3.0.0-beta", true),
            ("2.16.0", true),
        ] {
            assert_eq!(super::version_suffices(version), suffices, "{version}");
        }
    }
}
