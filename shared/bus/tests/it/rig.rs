//! One service under test: a database with the platform's tables, a namespace, a stream, hosts to run.
use crate::effects::{self, Counted, Effects, Troubles};
pub use crate::running::Running;
use bus::handler::Handlers;
use bus::relay::Relay;
use bus::{Bus, BusConfig, Fact, Handler, Host, NatsConfig, PLATFORM_SQL};
use contracts::cause::Cause;
use contracts::envelope::Envelope;
use contracts::event::Event;
use contracts::ids::EventId;
use contracts::shard::Shard;
use contracts::streams;
use db::{Db, DbConfig};
use runtime::embedded::Nats;
use serde::Deserialize;
use sqlx::{AssertSqlSafe, PgPool};
use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::time::Duration;
use telemetry::metrics::Metrics;
use testkit::servers::servers;
use uuid::Uuid;

/// What a test works with. Publisher and consumer are the same service: the stream is between them all the same.
pub struct Rig {
    pub db: Db,
    pub bus: Bus,
    pub relay: Relay,
    pub config: BusConfig,
    pub troubles: Troubles,
    nats: NatsConfig,
    url: String,
}

/// Steps after which a test is told that it never comes to rest.
const STEPS_MAX: usize = 400;
const PATIENCE: Duration = Duration::from_secs(90);

/// Part of what a service is shipped with.
#[derive(Deserialize)]
pub struct Shipped {
    pub db: DbConfig,
    pub bus: BusConfig,
}

pub fn shipped() -> Shipped {
    toml::from_str(include_str!("../../../runtime/config/platform.toml")).unwrap()
}

impl Rig {
    /// On the servers of this test binary, with its stream.
    pub async fn start() -> Self {
        let rig = Self::on(&servers().nats, "app").await;
        rig.provision().await;
        rig
    }

    /// On a server that the test may kill; without a stream.
    pub async fn on(nats: &Nats, user: &str) -> Self {
        let id = Uuid::new_v4().simple().to_string();
        let namespace = format!("b{}", &id[..12]);
        servers().postgres.create_database(&namespace).await.unwrap();
        let url = servers().postgres.url(&namespace);
        let db = database(&url).await;
        let pool = db.pool().clone();
        sqlx::raw_sql(PLATFORM_SQL).execute(&pool).await.unwrap();
        sqlx::raw_sql(effects::TABLES).execute(&pool).await.unwrap();
        let nats = NatsConfig {
            urls: vec![nats.url()],
            user: user.to_owned(),
            password: user.to_owned().into(),
            namespace,
            replicas: 1,
            ack_timeout_ms: 2_000,
            monitor_url: String::new(),
            tls_ca_file: String::new(),
            tls_cert_file: String::new(),
            tls_key_file: String::new(),
        };
        // As shipped, but impatient.
        let config = BusConfig {
            lease_ttl_ms: 1_500,
            lease_tick_ms: 150,
            retry_first_ms: 20,
            retry_max_ms: 200,
            ack_wait_secs: 5,
            ..shipped().bus
        };
        let bus = Bus::connect(&nats, "test").await.unwrap();
        Self {
            relay: Relay::new(pool, bus.clone()),
            db,
            bus,
            config,
            troubles: Troubles::default(),
            nats,
            url,
        }
    }

    pub async fn provision(&self) {
        bus::provision::stream(&self.bus, &streams::events(self.bus.namespace()))
            .await
            .unwrap();
    }

    pub fn pool(&self) -> &PgPool {
        self.db.pool()
    }

    /// A host of this rig's own connections; its handlers write into `effects`.
    pub fn host(&self, replica: &str) -> Host {
        self.host_with(replica, vec![Box::new(Effects::everything(&self.troubles))])
    }

    pub fn host_with(&self, replica: &str, handlers: Vec<Box<dyn Handler>>) -> Host {
        let handlers = Handlers::new("test", handlers).unwrap();
        Host::new(
            self.db.clone(),
            self.bus.clone(),
            self.config.clone(),
            handlers,
            replica,
            Metrics::new("test"),
        )
    }

    /// Another replica, with connections of its own.
    pub async fn replica(&self, name: &str) -> Host {
        let db = database(&self.url).await;
        let bus = Bus::connect(&self.nats, name).await.unwrap();
        let handlers = Handlers::new("test", vec![Box::new(Effects::everything(&self.troubles))]).unwrap();
        Host::new(db, bus, self.config.clone(), handlers, name, Metrics::new("test"))
    }

    /// Commits one fact per key given, in one transaction.
    pub async fn append(&self, keys: &[Uuid]) {
        let facts: Vec<Fact> = keys.iter().map(|key| self.fact(*key, &Counted {})).collect();
        self.append_facts(&facts).await;
    }

    pub async fn append_facts(&self, facts: &[Fact]) {
        let mut tx = self.pool().begin().await.unwrap();
        bus::outbox::append(&mut tx, facts).await.unwrap();
        tx.commit().await.unwrap();
        self.db.tell_committed();
    }

    pub fn fact<E: Event>(&self, key: Uuid, event: &E) -> Fact {
        Fact::new(key, self.db.clock().now(), &Cause::asked_by("test", None), event)
    }

    /// An envelope as another service's relay would write it.
    pub fn envelope<E: Event>(&self, key: Uuid, sequence: i64, event: &E) -> Envelope<serde_json::Value> {
        Envelope {
            id: EventId(Uuid::now_v7()),
            event_type: E::TYPE.to_string(),
            occurred_at: self.db.clock().now(),
            key,
            sequence,
            correlation_id: Uuid::now_v7(),
            causation_id: None,
            actor: "test".to_owned(),
            traceparent: None,
            data: serde_json::to_value(event).unwrap(),
        }
    }

    /// Publishes without an id that JetStream would recognise.
    pub async fn publish(&self, envelope: &Envelope<serde_json::Value>) {
        let subject = self
            .bus
            .namespace()
            .event(Shard::of(envelope.key), &envelope.event_type);
        self.publish_raw(subject, serde_json::to_vec(envelope).unwrap())
            .await;
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a test plays a broken or a repeating relay"
    )]
    pub async fn publish_raw(&self, subject: String, body: Vec<u8>) {
        self.bus
            .jetstream()
            .publish(subject, body.into())
            .await
            .unwrap()
            .await
            .unwrap();
    }

    /// (line, sequence) of every effect, in the order in which they happened.
    pub async fn effects(&self) -> Vec<(Uuid, i64)> {
        sqlx::query_as("select order_key, sequence from effects order by position")
            .fetch_all(self.pool())
            .await
            .unwrap()
    }

    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(self.pool()).await.unwrap()
    }

    pub async fn execute(&self, sql: &str) {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
            .execute(self.pool())
            .await
            .unwrap();
    }

    /// Fails unless every journalled fact had exactly one effect, and each line its own in order.
    pub async fn assert_every_fact_once_and_in_order(&self) {
        let facts: Vec<(Uuid, i64)> = sqlx::query_as("select key, max(sequence) from journal group by key")
            .fetch_all(self.pool())
            .await
            .unwrap();
        let mut lines: HashMap<Uuid, Vec<i64>> = HashMap::new();
        for (key, sequence) in self.effects().await {
            lines.entry(key).or_default().push(sequence);
        }
        let wanted: BTreeMap<Uuid, Vec<i64>> = facts
            .into_iter()
            .map(|(key, last)| (key, (1..=last).collect()))
            .collect();
        for (key, sequences) in &wanted {
            assert_eq!(lines.get(key), Some(sequences), "line {key}");
        }
        assert_eq!(lines.len(), wanted.len(), "effects without a fact");
    }
}

/// As a service opens its pool.
async fn database(url: &str) -> Db {
    let config = DbConfig {
        url: url.to_owned().into(),
        pool_max: 10,
        acquire_timeout_ms: 30_000,
        ..shipped().db
    };
    config.connect("test").await.unwrap()
}

/// Steps a host until nothing moves.
pub async fn settle(host: &Host) {
    for _ in 0..STEPS_MAX {
        if host.step().await.unwrap() == 0 {
            return;
        }
    }
    panic!("does not come to rest");
}

/// The one way in which a test waits: until a condition holds.
pub async fn eventually<F, Fut>(what: &str, mut holds: F)
where
    F: FnMut() -> Fut,
    Fut: Future<Output = bool>,
{
    let patiently = async {
        let mut tick = tokio::time::interval(Duration::from_millis(25));
        loop {
            tick.tick().await;
            if holds().await {
                return;
            }
        }
    };
    assert!(
        tokio::time::timeout(PATIENCE, patiently).await.is_ok(),
        "never: {what}"
    );
}

/// New lines, all on different ids.
pub fn keys(count: usize) -> Vec<Uuid> {
    (0..count).map(|_| Uuid::now_v7()).collect()
}

/// A new line on a given shard.
pub fn key_on(shard: Shard) -> Uuid {
    std::iter::repeat_with(Uuid::now_v7)
        .find(|key| Shard::of(*key) == shard)
        .unwrap()
}
