//! One service under test, with its own database in a world of its own (or a shared one).
use crate::client::Client;
use crate::leftovers;
use crate::servers::servers;
use crate::world::{ISSUER, World};
use anyhow::Context;
use async_nats_publish::publish;
use bus::{Bus, Host};
use chrono::{DateTime, Utc};
use contracts::envelope::Envelope;
use contracts::event::Event;
use contracts::ids::EventId;
use contracts::shard::Shard;
use db::Clock;
use runtime::{Assembled, Job, Service};
use serde::de::DeserializeOwned;
use sqlx::{PgPool, Row};
use std::sync::atomic::{AtomicBool, Ordering};
use telemetry::metrics::Metrics;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use web::auth::Role;

/// A built service: its router is called directly, its shards and jobs are stepped by [`TestApp::settle`].
pub struct TestApp {
    /// The time; moved by hand.
    pub clock: Clock,
    /// What it shares with other services of the same test.
    pub world: World,
    /// Its HTTP interface.
    pub router: axum::Router,
    /// Its OpenAPI document.
    pub openapi: serde_json::Value,
    name: &'static str,
    pool: PgPool,
    url: String,
    bus: Bus,
    host: Host,
    jobs: Vec<Job>,
    metrics: Metrics,
    expects_dead_letters: AtomicBool,
    cancel: CancellationToken,
    _tasks: JoinSet<anyhow::Result<()>>,
}

/// Steps after which a test is told that it never comes to rest.
const STEPS_MAX: usize = 500;

impl TestApp {
    /// Starts `S` in a world of its own.
    pub async fn start<S: Service>() -> Self {
        Self::start_with::<S>(&World::new(), &[]).await
    }

    /// Starts `S` in a given world, with settings on top of its defaults.
    ///
    /// # Panics
    /// When it cannot be built.
    pub async fn start_with<S: Service>(world: &World, settings: &[(&str, String)]) -> Self {
        Self::build::<S>(world, settings)
            .await
            .unwrap_or_else(|error| panic!("{}: {error:#}", S::NAME))
    }

    async fn build<S: Service>(world: &World, own: &[(&str, String)]) -> anyhow::Result<Self> {
        let servers = servers();
        let database = format!("{}_{}", world.namespace, S::NAME.replace('-', "_"));
        servers.postgres.create_database(&database).await?;
        let url = servers.postgres.url(&database);
        let mut overrides: Vec<(String, String)> = vec![
            ("db.url".into(), url.clone()),
            ("db.pool_max".into(), "8".into()),
            ("nats.urls".into(), world.nats.clone()),
            ("nats.user".into(), "app".into()),
            ("nats.password".into(), "app".into()),
            ("nats.namespace".into(), world.namespace.clone()),
            ("auth.jwks_json".into(), world.issuer.jwks().to_owned()),
            ("auth.issuer".into(), ISSUER.to_owned()),
        ];
        overrides.extend(own.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
        let settings = runtime::settings::load::<S>(None, &overrides)?;
        runtime::migrate::<S>(&settings).await.context("migrate")?;
        runtime::provision::<S>(&settings).await.context("provision")?;

        let database = settings
            .db
            .connect(S::NAME)
            .await?
            .with_clock(world.clock.clone());
        let bus = Bus::connect(&settings.nats, S::NAME).await?;
        let replica = format!("{}-test", S::NAME);
        let Assembled {
            router,
            openapi,
            host,
            jobs,
            tasks,
            metrics,
        } = runtime::assemble::<S>(&settings, database.clone(), bus.clone(), &replica).await?;
        let cancel = CancellationToken::new();
        let mut running = JoinSet::new();
        for task in tasks {
            running.spawn(task.run(cancel.clone()));
        }
        Ok(Self {
            clock: world.clock.clone(),
            world: world.clone(),
            router,
            openapi,
            name: S::NAME,
            pool: database.pool().clone(),
            url,
            bus,
            host,
            jobs,
            metrics,
            expects_dead_letters: AtomicBool::new(false),
            cancel,
            _tasks: running,
        })
    }

    /// A caller with one role.
    #[must_use]
    pub fn http(&self, role: Role) -> Client {
        self.http_as(&self.world.token(role))
    }

    /// A caller with a given token or key.
    #[must_use]
    pub fn http_as(&self, token: &str) -> Client {
        Client::new(self.router.clone(), Some(token.to_owned()))
    }

    /// A caller who works for a unit.
    #[must_use]
    pub fn unit(&self, unit: &str) -> Client {
        self.http_as(&self.world.unit_token(unit))
    }

    /// A caller without a token.
    #[must_use]
    pub fn anonymous(&self) -> Client {
        Client::new(self.router.clone(), None)
    }

    /// Its database.
    #[must_use]
    pub const fn db(&self) -> &PgPool {
        &self.pool
    }

    /// Its connection to NATS, account APP.
    #[must_use]
    pub const fn bus(&self) -> &Bus {
        &self.bus
    }

    /// Its figures.
    #[must_use]
    pub const fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// One round of everything; answers how much moved.
    ///
    /// # Panics
    /// When the database or NATS fails.
    pub async fn step(&self) -> usize {
        let mut moved = self
            .host
            .step()
            .await
            .unwrap_or_else(|error| panic!("{}: {error:?}", self.name));
        for job in &self.jobs {
            moved += job
                .run()
                .await
                .unwrap_or_else(|error| panic!("{} {}: {error:#}", self.name, job.name));
        }
        moved
    }

    /// Runs one job once; answers how much it did.
    ///
    /// # Panics
    /// When there is no such job, or it fails.
    pub async fn run_job(&self, name: &str) -> usize {
        let job = self
            .jobs
            .iter()
            .find(|job| job.name == name)
            .expect("a job of the service");
        let done = job.run().await;
        done.unwrap_or_else(|error| panic!("{} {name}: {error:#}", self.name))
    }

    /// Looks once more for what was published a moment before, when a step has found nothing; answers how much moved.
    ///
    /// # Panics
    /// When the database or NATS fails.
    pub async fn look_again(&self) -> usize {
        let moved = self.host.look_again().await;
        moved.unwrap_or_else(|error| panic!("{}: {error:?}", self.name))
    }

    /// Runs relay, consumers, held lines and due jobs until nothing moves.
    ///
    /// # Panics
    /// When it never comes to rest.
    pub async fn settle(&self) {
        for _ in 0..STEPS_MAX {
            if self.step().await == 0 && self.look_again().await == 0 {
                return;
            }
        }
        panic!("{} does not come to rest", self.name);
    }

    /// Says that this test wants parked or held events.
    pub fn expect_dead_letters(&self) {
        self.expects_dead_letters.store(true, Ordering::Relaxed);
    }

    /// Publishes an event as if its own service had, with the next number of its line; answers its id.
    ///
    /// # Panics
    /// When NATS refuses it.
    pub async fn publish<E: Event>(&self, key: impl Into<Uuid>, sequence: i64, event: &E) -> EventId {
        let envelope = self.envelope(key, sequence, event);
        self.publish_envelope(&envelope).await;
        envelope.id
    }

    /// An envelope as the relay would write it, at the test's time.
    pub fn envelope<E: Event>(
        &self,
        key: impl Into<Uuid>,
        sequence: i64,
        event: &E,
    ) -> Envelope<serde_json::Value> {
        Envelope {
            id: EventId(Uuid::now_v7()),
            event_type: E::TYPE.to_string(),
            occurred_at: self.clock.now(),
            key: key.into(),
            sequence,
            correlation_id: Uuid::now_v7(),
            causation_id: None,
            actor: "service:test".to_owned(),
            traceparent: None,
            data: serde_json::to_value(event).unwrap(),
        }
    }

    /// Publishes an envelope as it is; twice makes a repeat that JetStream does not recognise.
    ///
    /// # Panics
    /// When NATS refuses it.
    pub async fn publish_envelope(&self, envelope: &Envelope<serde_json::Value>) {
        let body = serde_json::to_vec(envelope).unwrap();
        self.publish_raw(envelope.key, &envelope.event_type, body).await;
    }

    /// Publishes any bytes on the subject of an event type.
    ///
    /// # Panics
    /// When NATS refuses it.
    pub async fn publish_raw(&self, key: Uuid, event_type: &str, body: Vec<u8>) {
        publish(
            &self.bus,
            self.bus.namespace().event(Shard::of(key), event_type),
            body,
        )
        .await
        .unwrap();
    }

    /// What this service has published (or will publish) of one event type, in the order of publication.
    ///
    /// # Panics
    /// When a journal row cannot be read as that event.
    pub async fn published<E: Event + DeserializeOwned>(&self) -> Vec<Envelope<E>> {
        let rows = sqlx::query(
            "select event_id, event_type, occurred_at, key, sequence, correlation_id, causation_id, actor, traceparent, data
             from journal where event_type = $1 order by id",
        )
        .bind(E::TYPE.to_string())
        .fetch_all(&self.pool)
        .await
        .unwrap();
        rows.iter()
            .map(|row| Envelope {
                id: EventId(row.get("event_id")),
                event_type: row.get("event_type"),
                occurred_at: row.get::<DateTime<Utc>, _>("occurred_at"),
                key: row.get("key"),
                sequence: row.get("sequence"),
                correlation_id: row.get("correlation_id"),
                causation_id: row.get::<Option<Uuid>, _>("causation_id").map(EventId),
                actor: row.get("actor"),
                traceparent: row.get("traceparent"),
                data: serde_json::from_value(row.get("data")).unwrap(),
            })
            .collect()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.cancel.cancel();
        if std::thread::panicking() {
            return;
        }
        if let Err(problem) = leftovers::check(&self.url, self.expects_dead_letters.load(Ordering::Relaxed)) {
            panic!("{}: {problem}", self.name);
        }
    }
}

/// Publishing outside the outbox, which only tests may do.
mod async_nats_publish {
    use bus::Bus;

    #[expect(clippy::disallowed_methods, reason = "a test plays another service")]
    pub(super) async fn publish(bus: &Bus, subject: String, body: Vec<u8>) -> anyhow::Result<()> {
        bus.jetstream().publish(subject, body.into()).await?.await?;
        Ok(())
    }
}
