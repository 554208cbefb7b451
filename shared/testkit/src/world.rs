//! What the services of one test share: a server, a namespace, a clock, an issuer of tokens.
use crate::servers::servers;
use chrono::{DateTime, Utc};
use db::Clock;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use uuid::Uuid;
use web::auth::Role;
use web::dev_issuer::DevIssuer;

/// One test's own world on the shared servers. Cheap to clone.
#[derive(Clone)]
pub struct World {
    /// First word of every subject of this test.
    pub namespace: String,
    /// Address of the nats-server on which its services meet.
    pub nats: String,
    /// The time of all its services.
    pub clock: Clock,
    /// Whose tokens they accept.
    pub issuer: Arc<DevIssuer>,
}

/// A Monday morning in working time, far from holidays: 2026-03-02 09:00 in the city.
const START: &str = "2026-03-02T09:00:00+08:00";

/// Whose tokens the services under test accept.
pub const ISSUER: &str = "https://issuer.test";

const TOKEN_LIFE: Duration = Duration::from_secs(3_600);

/// One issuer per test binary; its key lives as long as the servers' data.
fn issuer() -> Arc<DevIssuer> {
    static ISSUER_OF_ALL: OnceLock<Arc<DevIssuer>> = OnceLock::new();
    Arc::clone(ISSUER_OF_ALL.get_or_init(|| {
        let key = servers().data().join("issuer.pem");
        Arc::new(DevIssuer::open(&key, ISSUER, "hotline").unwrap())
    }))
}

impl World {
    /// A fresh world.
    #[must_use]
    pub fn new() -> Self {
        Self::at(START.parse::<DateTime<Utc>>().unwrap())
    }

    /// A fresh world at a given time.
    #[must_use]
    pub fn at(start: DateTime<Utc>) -> Self {
        let id = Uuid::new_v4().simple().to_string();
        Self {
            namespace: format!("t{}", &id[..12]),
            nats: servers().nats.url(),
            clock: Clock::manual(start),
            issuer: issuer(),
        }
    }

    /// Another platform in the same time: its own namespace, so its own databases too, on this nats-server.
    #[must_use]
    pub fn beside(&self, nats: String) -> Self {
        let namespace = Self::at(self.clock.now()).namespace;
        Self {
            namespace,
            nats,
            ..self.clone()
        }
    }

    /// A token with one role.
    #[must_use]
    pub fn token(&self, role: Role) -> String {
        self.issuer
            .mint(role, None, &format!("test-{}", role.as_str()), TOKEN_LIFE)
    }

    /// A token of a person who works for a unit.
    #[must_use]
    pub fn unit_token(&self, unit: &str) -> String {
        self.issuer.mint(
            Role::UnitOperator,
            Some(unit),
            &format!("operator-{unit}"),
            TOKEN_LIFE,
        )
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}
