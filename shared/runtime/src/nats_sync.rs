//! Does nats-server have a message on disk when it acknowledges it? Its client protocol does not tell, its monitoring
//! does. One that does not sync always loses acknowledged messages in a power cut; `replay --since` brings them back,
//! but an operator must know.
use serde_json::Value;
use std::sync::Once;
use std::time::Duration;

/// What the server says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Synced {
    /// Acknowledged means: on disk.
    Always,
    /// It syncs so often, in seconds.
    Every(u64),
}

/// Monitoring is on the same network; a start must not wait for it.
const TIMEOUT: Duration = Duration::from_secs(2);
/// Several services in one process say it once.
static SAID: Once = Once::new();

/// Asks a server: `monitor_url` is where its `/varz` is.
///
/// # Errors
/// When it does not answer, or has no JetStream.
pub async fn ask(monitor_url: &str) -> anyhow::Result<Synced> {
    // The client asks for a TLS provider even where it needs none; a second installation is no harm.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().timeout(TIMEOUT).no_proxy().build()?;
    let url = format!("{}/varz", monitor_url.trim_end_matches('/'));
    let varz: Value = client.get(url).send().await?.error_for_status()?.json().await?;
    verdict(&varz)
}

fn verdict(varz: &Value) -> anyhow::Result<Synced> {
    let config = &varz["jetstream"]["config"];
    anyhow::ensure!(config.is_object(), "the server has no JetStream");
    if config["sync_always"] == true {
        return Ok(Synced::Always);
    }
    let nanos = config["sync_interval"].as_u64().unwrap_or_default();
    Ok(Synced::Every(nanos / 1_000_000_000))
}

/// Warns loudly when the server does not sync always, or does not say. Nothing to ask: `provision` tells that.
pub(crate) async fn warn_at_start(monitor_url: &str) {
    if !monitor_url.is_empty() {
        warn(monitor_url).await;
    }
}

/// The same, and says when there is nobody to ask.
pub(crate) async fn warn_at_provision(monitor_url: &str) {
    if monitor_url.is_empty() {
        SAID.call_once(|| {
            tracing::warn!(
                "whether nats-server syncs before it acknowledges is unknown: set nats.monitor_url, or look for \
                 `sync_interval: always` in its configuration"
            );
        });
    } else {
        warn(monitor_url).await;
    }
}

async fn warn(monitor_url: &str) {
    match ask(monitor_url).await {
        Ok(Synced::Always) => {}
        Ok(Synced::Every(secs)) => SAID.call_once(|| {
            tracing::warn!(
                sync_interval_secs = secs,
                "NATS-SERVER DOES NOT SYNC ALWAYS: a power cut takes acknowledged messages, and then every service needs \
                 `replay --since`; production sets `sync_interval: always`"
            );
        }),
        Err(error) => tracing::warn!(
            monitor_url,
            error = %format!("{error:#}"),
            "nats-server does not say whether it syncs before it acknowledges"
        ),
    }
}
