//! Drives whole lifecycles through the public interfaces, as callers, unit systems and callback agents do:
//! register → delivered to the unit → sign → respond → progress → reply → callback → closed; where a [`Mixture`]
//! says so, with a rework round or a return request on the way, and with the unit's commands over NATS.
//!
//! Chaos and load share it. Every request is repeated with the same `Idempotency-Key` until it has a definite
//! answer, so that a killed server leaves no unknown outcome behind; what was acknowledged is kept as history.
mod api;
mod callbacks;
pub mod demand;
pub mod figures;
mod history;
mod lifecycle;
mod lines;
mod mailbox;
mod returns;
mod route;
mod units;

pub use api::{Answer, Api, Call};
pub use demand::Demand;
pub use figures::{Figures, Summary};
pub use history::{Acknowledged, History, Record};
pub use route::{Mixture, Route};

use crate::cluster::Cluster;
use contracts::ids::UnitCode;
use lines::Line;
use mailbox::Mailbox;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use units::{Arrival, Told};
use uuid::Uuid;
use web::auth::Role;

/// How the generator behaves.
#[derive(Clone, Debug)]
pub struct Pace {
    /// Lifecycles that run at the same time.
    pub in_flight_max: usize,
    /// How often a unit that pulls asks when it got nothing.
    pub pull_every: Duration,
    /// How often the callback desk asks what is due when there was nothing new.
    pub callbacks_every: Duration,
    /// How long one step of a lifecycle may take before it counts as stuck.
    pub patience: Duration,
    /// Which routes lifecycles take.
    pub mixture: Mixture,
}

/// The generator. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Generator {
    inner: Arc<Inner>,
}

struct Inner {
    api: Api,
    pace: Pace,
    demand: Demand,
    agent: String,
    callback_agent: String,
    dispatcher: String,
    unit_tokens: BTreeMap<String, String>,
    lines: OnceLock<BTreeMap<String, Line>>,
    arrivals: Mailbox<(Uuid, Told), Arrival>,
    callbacks: Mailbox<(Uuid, u64), Uuid>,
    history: History,
    room: Arc<Semaphore>,
    started: AtomicUsize,
    finished: AtomicUsize,
}

impl Generator {
    /// A generator for a cluster; nothing runs yet.
    ///
    /// # Errors
    /// When the demand cannot be read.
    pub fn new(cluster: &Cluster, demand: Demand, pace: Pace) -> anyhow::Result<Self> {
        let units = demand.units();
        let unit_tokens = units
            .iter()
            .map(|unit| (unit.clone(), cluster.token(Role::UnitOperator, Some(unit))))
            .collect();
        let inner = Inner {
            api: Api::new(cluster, pace.patience)?,
            agent: cluster.token(Role::Agent, None),
            callback_agent: cluster.token(Role::CallbackAgent, None),
            dispatcher: cluster.token(Role::Dispatcher, None),
            room: Arc::new(Semaphore::new(pace.in_flight_max)),
            demand,
            pace,
            unit_tokens,
            lines: OnceLock::new(),
            arrivals: Mailbox::default(),
            callbacks: Mailbox::default(),
            history: History::default(),
            started: AtomicUsize::new(0),
            finished: AtomicUsize::new(0),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Starts the systems of the units and the callback desk; they run until `stop`.
    ///
    /// # Errors
    /// When a unit's credentials cannot be read.
    pub fn open_desks(
        &self,
        cluster: &Cluster,
        nats_units: &[UnitCode],
        stop: &CancellationToken,
    ) -> anyhow::Result<JoinSet<()>> {
        let mut desks = JoinSet::new();
        for unit in self.inner.unit_tokens.keys() {
            let inner = Arc::clone(&self.inner);
            let work: futures::future::BoxFuture<'static, ()> =
                if nats_units.iter().any(|code| code.as_str() == unit) {
                    let (url, password) = (cluster.nats.url(), cluster.unit_password(unit)?);
                    Box::pin(units::subscribe(inner, unit.clone(), url, password))
                } else {
                    Box::pin(units::pull(inner, unit.clone()))
                };
            let stop = stop.clone();
            desks.spawn(async move {
                stop.run_until_cancelled_owned(work).await;
            });
        }
        let (inner, stop) = (Arc::clone(&self.inner), stop.clone());
        desks.spawn(async move {
            stop.run_until_cancelled_owned(callbacks::poll(inner)).await;
        });
        Ok(desks)
    }

    /// Gives these units a key; from now on they send their commands over NATS.
    ///
    /// # Errors
    /// When a key is refused or a unit cannot connect.
    pub async fn open_lines(&self, cluster: &Cluster, nats_units: &[UnitCode]) -> anyhow::Result<()> {
        let mut lines = BTreeMap::new();
        for unit in nats_units {
            lines.insert(unit.to_string(), Line::open(self.api(), cluster, unit).await?);
        }
        anyhow::ensure!(self.inner.lines.set(lines).is_ok(), "the lines are open already");
        Ok(())
    }

    /// Runs `count` lifecycles, as many at the same time as the pace allows, and waits for all of them.
    pub async fn run(&self, count: usize) {
        let mut running = JoinSet::new();
        for _ in 0..count {
            let Ok(room) = Arc::clone(&self.inner.room).acquire_owned().await else {
                break;
            };
            let number = self.inner.started.fetch_add(1, Ordering::Relaxed);
            let inner = Arc::clone(&self.inner);
            running.spawn(async move {
                lifecycle::run(&inner, number).await;
                drop(room);
            });
            while running.try_join_next().is_some() {}
        }
        while running.join_next().await.is_some() {}
    }

    /// Starts a lifecycle at every tick, however long they take, until `stop`; then waits for those that run.
    pub async fn run_at(&self, per_second: f64, stop: &CancellationToken) {
        let mut tick = tokio::time::interval(Duration::from_secs_f64(1.0 / per_second));
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Burst);
        let mut running = JoinSet::new();
        while stop.run_until_cancelled(tick.tick()).await.is_some() {
            let number = self.inner.started.fetch_add(1, Ordering::Relaxed);
            let inner = Arc::clone(&self.inner);
            running.spawn(async move { lifecycle::run(&inner, number).await });
            while running.try_join_next().is_some() {}
        }
        while running.join_next().await.is_some() {}
    }

    /// Lets [`Generator::run`] start nothing more.
    pub fn close(&self) {
        self.inner.room.close();
    }

    /// What was acknowledged so far.
    #[must_use]
    pub fn history(&self) -> &History {
        &self.inner.history
    }

    /// Latencies so far.
    #[must_use]
    pub fn figures(&self) -> &Figures {
        self.inner.api.figures()
    }

    /// Lifecycles that ended, closed or stuck.
    #[must_use]
    pub fn finished(&self) -> usize {
        self.inner.finished.load(Ordering::Relaxed)
    }

    /// The interface underneath, for requests beside the lifecycles.
    #[must_use]
    pub fn api(&self) -> &Api {
        &self.inner.api
    }
}
