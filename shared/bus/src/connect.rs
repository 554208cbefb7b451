//! The connection: patient at start, loud about what the client would hide.
use crate::{BusError, NatsConfig};
use async_nats::jetstream;
use async_nats::{Client, ConnectOptions, Event};
use contracts::subjects::Namespace;
use secrecy::ExposeSecret;
use std::sync::Arc;
use std::time::Duration;

/// A connection to one account of NATS, with its JetStream context. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Bus {
    client: Client,
    jetstream: jetstream::Context,
    namespace: Namespace,
    config: Arc<NatsConfig>,
    name: Arc<str>,
}

/// A dead peer is noticed after two of these.
const PING_SECS: u64 = 10;
/// Port 0 is nobody's.
const NOBODY: &str = "nats://127.0.0.1:0";

impl Bus {
    /// Connects; a server that is not there yet is waited for in the background, because registering complaints
    /// needs none.
    ///
    /// # Errors
    /// When the settings cannot be used (bad address, refused credentials).
    pub async fn connect(config: &NatsConfig, name: &str) -> Result<Self, BusError> {
        let client = options(config, name)
            .retry_on_initial_connect()
            .subscription_capacity(65_536)
            .event_callback(|event| async move { report(&event) })
            .connect(config.urls.as_slice())
            .await
            .map_err(BusError::nats("connect"))?;
        Ok(Self {
            jetstream: context(&client, config),
            client,
            namespace: config.namespace(),
            config: Arc::new(config.clone()),
            name: name.into(),
        })
    }

    /// A further connection, which is not mended when it breaks: the usual one keeps what was on its way and sends
    /// it after the reconnection, perhaps into a stream that was made anew meanwhile.
    ///
    /// # Errors
    /// When no server can be reached right now.
    pub(crate) async fn connect_unmended(&self) -> Result<jetstream::Context, BusError> {
        let client = options(&self.config, &format!("{} relay", self.name))
            .max_reconnects(self.config.urls.len())
            .ignore_discovered_servers()
            .connect(self.config.urls.as_slice())
            .await
            .map_err(BusError::nats("connect"))?;
        client
            .set_server_pool(NOBODY)
            .await
            .map_err(BusError::nats("connect"))?;
        Ok(context(&client, &self.config))
    }

    /// The plain client, for request/reply.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// JetStream.
    #[must_use]
    pub const fn jetstream(&self) -> &jetstream::Context {
        &self.jetstream
    }

    /// Builder of subjects.
    #[must_use]
    pub const fn namespace(&self) -> &Namespace {
        &self.namespace
    }

    /// Copies of each stream.
    #[must_use]
    pub fn replicas(&self) -> usize {
        self.config.replicas
    }

    /// True when connected right now.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.client.connection_state() == async_nats::connection::State::Connected
    }
}

fn options(config: &NatsConfig, name: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new()
        .name(name)
        .ping_interval(Duration::from_secs(PING_SECS));
    if !config.tls_ca_file.is_empty() {
        options = options
            .add_root_certificates(config.tls_ca_file.clone().into())
            .require_tls(true);
    }
    if !config.tls_cert_file.is_empty() {
        let (cert, key) = (config.tls_cert_file.clone(), config.tls_key_file.clone());
        options = options
            .add_client_certificate(cert.into(), key.into())
            .require_tls(true);
    }
    if config.user.is_empty() {
        return options;
    }
    options.user_and_password(config.user.clone(), config.password.expose_secret().to_owned())
}

fn context(client: &Client, config: &NatsConfig) -> jetstream::Context {
    jetstream::ContextBuilder::new()
        .timeout(Duration::from_millis(config.ack_timeout_ms))
        .build(client.clone())
}

fn report(event: &Event) {
    match event {
        Event::Connected => tracing::info!("nats connected"),
        Event::Disconnected => tracing::warn!("nats disconnected"),
        Event::SlowConsumer(id) => {
            tracing::warn!(subscription = id, "nats dropped messages of a slow subscription");
        }
        Event::ServerError(error) => tracing::error!(%error, "nats server refused something"),
        Event::ClientError(error) => tracing::warn!(%error, "nats client trouble"),
        other => tracing::debug!(event = %other, "nats event"),
    }
}
