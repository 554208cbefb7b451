//! The figures, as a table for people and as JSON for comparison over time.
use crate::Arguments;
use crate::aims::{self, Aim};
use crate::floor::Floor;
use crate::measure::{Measured, Window};
use crate::sampler::Shares;
use crate::volume::Volume;
use serde::Serialize;
use std::fmt::{self, Write as _};
use std::fs;
use std::path::Path;

/// Everything that was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    /// Processors of this machine.
    pub processors: usize,
    /// Length of a window.
    pub window_seconds: u64,
    /// Lifecycles at the same time at full load.
    pub in_flight: usize,
    /// nats-server synced every write.
    pub nats_sync_always: bool,
    /// Full load.
    pub full: Window,
    /// Half of that rate.
    pub half: Window,
    /// What one lifecycle writes and sends.
    pub volume: Volume,
    /// The floor of this machine, lifecycles per second.
    pub floor: Floor,
    /// Full load over each of them; the aim is 0.25.
    pub share_of_floor: Floor,
    /// What was aimed at, and whether it was met.
    pub aims: Vec<Aim>,
}

impl Figures {
    pub(crate) fn new(arguments: &Arguments, measured: Measured, floor: Floor) -> Self {
        let mut figures = Self {
            processors: std::thread::available_parallelism().map_or(0, usize::from),
            window_seconds: arguments.seconds,
            in_flight: arguments.in_flight,
            nats_sync_always: arguments.nats_sync_always,
            share_of_floor: floor.share_of(measured.full.lifecycles_per_second),
            full: measured.full,
            half: measured.half,
            volume: measured.volume,
            floor,
            aims: Vec::new(),
        };
        figures.aims = aims::of(&figures);
        figures
    }
}

/// Writes the JSON; answers where.
pub fn keep(json: &[u8], file: &Path) -> anyhow::Result<String> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, json)?;
    Ok(format!("the same as JSON: {}", file.display()))
}

/// The table. Writing into a `String` cannot fail.
pub fn table(figures: &Figures) -> String {
    let mut text = String::new();
    let _ = rates(&mut text, figures);
    let _ = latencies(&mut text, &figures.full, &figures.half);
    let _ = shares(&mut text, &figures.full.shares, &figures.half.shares);
    let _ = volume(&mut text, &figures.volume);
    let _ = aims::table(&mut text, &figures.aims);
    text
}

fn rates(text: &mut String, figures: &Figures) -> fmt::Result {
    let Figures {
        full,
        half,
        floor,
        share_of_floor: share,
        ..
    } = figures;
    writeln!(
        text,
        "\n{} processors, windows of {} s, {} lifecycles at the same time at full load",
        figures.processors, figures.window_seconds, figures.in_flight
    )?;
    writeln!(
        text,
        "\n                                   full load      half load"
    )?;
    writeln!(
        text,
        "lifecycles per second             {:>10.1}     {:>10.1}",
        full.lifecycles_per_second, half.lifecycles_per_second
    )?;
    writeln!(
        text,
        "lifecycles closed / stuck         {:>6} / {:<5} {:>6} / {:<5}",
        full.closed, full.stuck, half.closed, half.stuck
    )?;
    let lag = |window: &Window| {
        let [before, after] = [window.lag_before, window.lag_after].map(|lag| lag.pending + lag.ack_pending);
        format!("{before} → {after}")
    };
    writeln!(
        text,
        "events on their way, begin → end  {:>14} {:>14}",
        lag(full),
        lag(half)
    )?;
    writeln!(
        text,
        "seconds until drained             {:>10.1}     {:>10.1}",
        full.drain_seconds, half.drain_seconds
    )?;
    writeln!(
        text,
        "\nfloor, lifecycles per second: batched {:.0}, commands single {:.0}, all single {:.0}",
        floor.batched, floor.commands_single, floor.all_single
    )?;
    writeln!(
        text,
        "full load is of it:           batched {:.2}, commands single {:.2}, all single {:.2}\n",
        share.batched, share.commands_single, share.all_single
    )
}

fn latencies(text: &mut String, full: &Window, half: &Window) -> fmt::Result {
    writeln!(
        text,
        "{:<36} {:>27} {:>27}",
        "latencies in ms", "full: p50   p99   max", "half: p50   p99   max"
    )?;
    for (name, now) in &full.latencies {
        write!(
            text,
            "{name:<36} {:>9.1} {:>8.1} {:>8.1}",
            now.p50_ms, now.p99_ms, now.max_ms
        )?;
        if let Some(then) = half.latencies.get(name) {
            write!(
                text,
                " {:>9.1} {:>8.1} {:>8.1}",
                then.p50_ms, then.p99_ms, then.max_ms
            )?;
        }
        writeln!(text)?;
    }
    Ok(())
}

fn shares(text: &mut String, full: &Shares, half: &Shares) -> fmt::Result {
    writeln!(
        text,
        "\n{:<20} {:>10} {:>10} {:>14}",
        "", "cpu full", "cpu half", "RSS max MiB"
    )?;
    for (name, share) in &full.cpu {
        let memory = full.rss_mib_max.get(name).zip(half.rss_mib_max.get(name));
        let memory = memory.map_or_else(
            || "shared".to_owned(),
            |(full, half)| format!("{:.0}", full.max(*half)),
        );
        writeln!(
            text,
            "{name:<20} {share:>10.2} {:>10.2} {memory:>14}",
            half.cpu.get(name).copied().unwrap_or_default()
        )?;
    }
    Ok(())
}

fn volume(text: &mut String, volume: &Volume) -> fmt::Result {
    writeln!(
        text,
        "\none lifecycle: {:.1} rows of {:.0} bytes, {:.1} commits, {:.1} KiB of WAL, {:.1} messages of {:.0} bytes ({:.1} to units), {:.1} deliveries",
        volume.rows,
        volume.row_bytes,
        volume.commits,
        volume.wal_bytes / 1_024.0,
        volume.messages,
        volume.message_bytes,
        volume.unit_documents,
        volume.deliveries
    )
}
