//! What is on its way to whom: every order from its assignment on the bus until its document is at the unit.
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use system_tests::generator::{Figures, Summary};
use tokio::sync::watch;
use uuid::Uuid;

/// Everything that was sent and what arrived of it. Cheap to clone.
#[derive(Clone)]
pub struct Post {
    on_the_way: Arc<Mutex<HashMap<Uuid, Instant>>>,
    latencies: Arc<Figures>,
    arrived: watch::Sender<BTreeMap<&'static str, Arrived>>,
}

/// What arrived at one group of units.
#[derive(Clone, Copy, Debug, Default)]
pub struct Arrived {
    /// Orders.
    pub orders: u64,
    /// Bytes of their documents.
    pub bytes: u64,
    /// Documents that had arrived before.
    pub repeats: u64,
}

impl Arrived {
    /// Of one document, on the average.
    pub fn mean_bytes(&self) -> usize {
        usize::try_from(self.bytes / self.orders.max(1)).unwrap_or_default()
    }
}

impl Post {
    pub fn new() -> Self {
        Self {
            on_the_way: Arc::default(),
            latencies: Arc::default(),
            arrived: watch::Sender::new(BTreeMap::new()),
        }
    }

    /// An order is about to be assigned.
    pub fn sent(&self, order: Uuid) {
        self.on_the_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(order, Instant::now());
    }

    /// A document is at a unit of a group.
    pub fn arrived(&self, group: &'static str, document: &[u8]) {
        let Some(order) = subject(document) else {
            return;
        };
        let sent = self
            .on_the_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&order);
        if let Some(sent) = sent {
            self.latencies.record(group, sent.elapsed());
        }
        self.arrived.send_modify(|arrived| {
            let of_group = arrived.entry(group).or_default();
            if sent.is_some() {
                of_group.orders += 1;
                of_group.bytes += document.len() as u64;
            } else {
                of_group.repeats += 1;
            }
        });
    }

    /// What arrived at a group so far.
    pub fn so_far(&self, group: &'static str) -> Arrived {
        self.arrived.borrow().get(group).copied().unwrap_or_default()
    }

    /// Waits until so many orders arrived at a group.
    pub async fn all(&self, group: &'static str, orders: u64) -> anyhow::Result<()> {
        let enough = |arrived: &BTreeMap<&'static str, Arrived>| {
            arrived.get(group).is_some_and(|arrived| arrived.orders >= orders)
        };
        let mut seen = self.arrived.subscribe();
        let arrived = tokio::time::timeout(super::PATIENCE, seen.wait_for(enough)).await;
        anyhow::ensure!(
            arrived.is_ok(),
            "{group}: only {:?} of {orders}",
            self.so_far(group)
        );
        Ok(())
    }

    /// Latencies since the last look: from the assignment on the bus until the document is at the unit.
    pub fn latencies(&self) -> BTreeMap<&'static str, Summary> {
        self.latencies.take()
    }
}

/// The order that a CloudEvents document is about. A scan and not a parse: the generator shares the processors with what it
/// measures.
fn subject(document: &[u8]) -> Option<Uuid> {
    const NAME: &[u8] = b"\"subject\":\"";
    let at = document.windows(NAME.len()).position(|window| window == NAME)? + NAME.len();
    Uuid::try_parse_ascii(document.get(at..at + 36)?).ok()
}
