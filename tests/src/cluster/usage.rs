//! What processes use, from `/proc`: processor time and resident memory.
use std::collections::BTreeMap;
use std::fs;

/// Used so far by one process, or by a group of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Processor time of all its threads and of children that have ended.
    pub cpu_ticks: u64,
    /// Resident memory now.
    pub rss_kib: u64,
    /// The most it ever had resident, as the kernel noted it (`VmHWM`): no sampling misses a peak.
    pub rss_peak_kib: u64,
}

/// Ticks per second of the counters in `/proc`; fixed by the kernel's interface on every Linux we run on.
pub const TICKS_PER_SECOND: u64 = 100;

impl std::ops::Add for Usage {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            cpu_ticks: self.cpu_ticks + other.cpu_ticks,
            rss_kib: self.rss_kib + other.rss_kib,
            rss_peak_kib: self.rss_peak_kib + other.rss_peak_kib,
        }
    }
}

/// One process alone; nothing when it is gone.
#[must_use]
pub fn of(pid: u32) -> Usage {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let kib = |name| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|rest| rest.split_whitespace().next()?.parse().ok())
            .unwrap_or(0)
    };
    let cpu_ticks = fields(pid).map_or(0, |fields| {
        [11, 12, 13, 14]
            .iter()
            .filter_map(|n| fields.get(*n)?.parse::<u64>().ok())
            .sum()
    });
    Usage {
        cpu_ticks,
        rss_kib: kib("VmRSS:"),
        rss_peak_kib: kib("VmHWM:"),
    }
}

/// A process with its living children: PostgreSQL has one per connection. Their memory is mostly shared, so only
/// the processor time of such a sum means something.
#[must_use]
pub fn of_family(pid: u32) -> Usage {
    children()
        .remove(&pid)
        .unwrap_or_default()
        .into_iter()
        .map(of)
        .fold(of(pid), std::ops::Add::add)
}

fn children() -> BTreeMap<u32, Vec<u32>> {
    let mut found: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        if let Some(parent) = fields(pid).and_then(|fields| fields.get(1)?.parse().ok()) {
            found.entry(parent).or_default().push(pid);
        }
    }
    found
}

/// `/proc/<pid>/stat` after the name: state, parent, …; 11 to 14 are the processor times.
fn fields(pid: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(
        text.rsplit_once(')')?
            .1
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
    )
}
