//! Looks at processor time and memory of everything that takes part, so that the bottleneck can be seen.
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use system_tests::cluster::usage::{self, TICKS_PER_SECOND, Usage};
use system_tests::cluster::{Cluster, pause};

/// Who used what in a window.
#[derive(Clone, Debug, Serialize)]
pub struct Shares {
    /// Processor share by name; 1.0 = one processor all the time.
    pub cpu: BTreeMap<String, f64>,
    /// Largest resident memory since its start, in MiB, as the kernel noted it; not of PostgreSQL, whose processes
    /// share theirs.
    pub rss_mib_max: BTreeMap<String, f64>,
}

/// Knows whom to watch.
pub struct Sampler {
    single: Vec<(String, u32)>,
    postgres: u32,
}

const POSTGRES: &str = "PostgreSQL";

impl Sampler {
    /// Everything of the cluster, and this process, which is the load generator.
    pub fn start(cluster: &Cluster) -> anyhow::Result<Self> {
        let mut single = vec![
            ("load generator".to_owned(), std::process::id()),
            ("nats-server".to_owned(), cluster.nats.pid()),
        ];
        for name in cluster.names() {
            if let Some(pid) = cluster.service(name)?.pid() {
                single.push((name.to_owned(), pid));
            }
        }
        Ok(Self {
            single,
            postgres: cluster.postgres.pid(),
        })
    }

    /// Watches for a while.
    pub async fn watch(&self, time: Duration) -> Shares {
        let (began, before) = (Instant::now(), self.look());
        pause(time).await;
        self.since(began, &before)
    }

    /// Watches while something is done.
    pub async fn during<T>(
        &self,
        work: impl Future<Output = anyhow::Result<T>>,
    ) -> anyhow::Result<(T, Shares)> {
        let (began, before) = (Instant::now(), self.look());
        let done = work.await?;
        Ok((done, self.since(began, &before)))
    }

    fn since(&self, began: Instant, before: &BTreeMap<String, Usage>) -> Shares {
        let now = self.look();
        let memory = now.iter().filter(|(name, _)| *name != POSTGRES);
        let rss_mib_max = memory
            .map(|(name, usage)| (name.clone(), usage.rss_peak_kib as f64 / 1_024.0))
            .collect();
        let seconds = began.elapsed().as_secs_f64();
        let share = |name: &str, usage: &Usage| {
            let ticks = usage
                .cpu_ticks
                .saturating_sub(before.get(name).map_or(0, |before| before.cpu_ticks));
            ticks as f64 / TICKS_PER_SECOND as f64 / seconds
        };
        Shares {
            cpu: now
                .iter()
                .map(|(name, usage)| (name.clone(), share(name, usage)))
                .collect(),
            rss_mib_max,
        }
    }

    fn look(&self) -> BTreeMap<String, Usage> {
        let mut seen: BTreeMap<String, Usage> = self
            .single
            .iter()
            .map(|(name, pid)| (name.clone(), usage::of(*pid)))
            .collect();
        seen.insert(POSTGRES.to_owned(), usage::of_family(self.postgres));
        seen
    }
}
