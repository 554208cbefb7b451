//! What must be true after a storm, asked of the databases and of the public interfaces.
mod clocks;
mod effects;
mod orders;
mod states;
mod timeline;
mod units;

use crate::drain::Databases;
use std::collections::BTreeMap;
use system_tests::cluster::Cluster;
use system_tests::generator::{Record, Route};
use uuid::Uuid;

/// One invariant, after it was checked.
#[derive(Clone, Debug)]
pub struct Checked {
    /// As a sentence.
    pub name: &'static str,
    /// How many things were looked at; an invariant over nothing proves nothing.
    pub looked_at: usize,
    /// Those that broke it.
    pub broken: Vec<String>,
}

impl Checked {
    fn new(name: &'static str, looked_at: usize, broken: Vec<String>) -> Self {
        Self {
            name,
            looked_at,
            broken,
        }
    }
}

/// What the storm left behind.
pub struct Aftermath<'a> {
    /// The cluster, running.
    pub cluster: &'a Cluster,
    /// Its databases.
    pub databases: &'a Databases,
    /// What was acknowledged.
    pub records: &'a [Record],
    /// Orders that nobody handled, on purpose.
    pub sleepers: &'a [Uuid],
}

impl Aftermath<'_> {
    /// The accepted orders and how each was to go.
    fn routes(&self) -> BTreeMap<Uuid, Route> {
        let records = self.records.iter();
        records
            .filter_map(|record| record.order_id.map(|order| (order, record.route)))
            .collect()
    }
}

/// Checks all of them.
pub async fn check(aftermath: &Aftermath<'_>) -> anyhow::Result<Vec<Checked>> {
    let mut all = orders::check(aftermath).await?;
    all.extend(effects::check(aftermath).await?);
    all.extend(units::check(aftermath).await?);
    all.extend(states::check(aftermath).await?);
    all.extend(timeline::check(aftermath).await?);
    all.extend(clocks::check(aftermath).await?);
    Ok(all)
}
