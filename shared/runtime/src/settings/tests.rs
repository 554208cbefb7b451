//! Settings of a service that only has settings.
use super::{Settings, read};
use crate::{App, Parts, Service};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use sqlx::migrate::Migrator;

struct Probe;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProbeConfig {
    secret: SecretString,
    patience_secs: u64,
    bold: bool,
}

static NO_MIGRATIONS: Migrator = Migrator::DEFAULT;

impl Service for Probe {
    const NAME: &'static str = "probe-one";
    const DEFAULTS: &'static str = "[http]\nlisten = '127.0.0.1:1'\n[ops]\nlisten = '127.0.0.1:2'\n[service]\nsecret = ''\npatience_secs = 1\nbold = false\n";
    type Config = ProbeConfig;

    fn migrator() -> &'static Migrator {
        &NO_MIGRATIONS
    }

    async fn build(_: Parts, _: ProbeConfig) -> anyhow::Result<App> {
        anyhow::bail!("it has only settings")
    }
}

fn with(environment: &[(&str, &str)]) -> Result<Settings<ProbeConfig>, String> {
    let environment = environment
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect();
    read::<Probe>(None, Some(environment), &[]).map_err(|error| error.to_string())
}

#[test]
fn a_secret_that_looks_like_a_number_stays_what_it_is() {
    for secret in ["007", "1e3", "true", "+86", "0x10", "a,b"] {
        let settings = with(&[
            ("PROBE_ONE__SERVICE__SECRET", secret),
            ("PROBE_ONE__NATS__PASSWORD", secret),
        ])
        .unwrap();
        assert_eq!(settings.service.secret.expose_secret(), secret);
        assert_eq!(settings.nats.password.expose_secret(), secret);
    }
}

#[test]
fn numbers_switches_and_lists_of_the_environment_are_read() {
    let settings = with(&[
        ("PROBE_ONE__SERVICE__PATIENCE_SECS", "12"),
        ("PROBE_ONE__SERVICE__BOLD", "true"),
        ("PROBE_ONE__NATS__URLS", "nats://a:4222, nats://b:4222"),
        ("PROBE_ONE__TELEMETRY__SAMPLE_RATIO", "0.25"),
        ("PROBE_ONE__HTTP__LISTEN", "0.0.0.0:8101"),
    ])
    .unwrap();
    assert_eq!(settings.service.patience_secs, 12);
    assert!(settings.service.bold);
    assert_eq!(settings.nats.urls, ["nats://a:4222", "nats://b:4222"]);
    assert!((settings.telemetry.sample_ratio - 0.25).abs() < f64::EPSILON);
    assert_eq!(settings.http.listen.port(), 8101);
}

#[test]
fn what_does_not_fit_together_is_refused_by_name() {
    with(&[]).unwrap();
    for (name, value) in [
        ("bus.inbox_keep_days", "43"),
        ("bus.journal_keep_days", "32"),
        ("bus.lease_tick_ms", "0"),
        ("bus.lease_tick_ms", "4500"),
        ("bus.lease_ttl_ms", "4000"),
        ("bus.retry_max_ms", "100"),
        ("bus.consume_batch_max", "0"),
        ("bus.attempts_max", "0"),
        ("bus.ack_wait_secs", "0"),
        ("http.drain_secs", "14"),
        ("nats.replicas", "0"),
        ("nats.tls_cert_file", "/c.pem"),
        ("nats.tls_key_file", "/k.pem"),
        ("bus.colour", "red"),
    ] {
        let variable = format!("PROBE_ONE__{}", name.replace('.', "__").to_uppercase());
        let error = with(&[(variable.as_str(), value)]).unwrap_err();
        assert!(
            error.contains(name.rsplit('.').next().unwrap()),
            "{name}: {error}"
        );
    }
}
