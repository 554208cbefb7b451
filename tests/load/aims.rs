//! The aims, and whether this run met them.
use crate::output::Figures;
use serde::Serialize;
use std::fmt::{self, Write as _};

/// One aim beside what was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Aim {
    /// As a sentence.
    pub name: String,
    /// What was measured; absent when nothing was.
    pub measured: Option<f64>,
    /// What was aimed at.
    pub aim: f64,
    /// Whether it was met; what was not measured is not met.
    pub met: bool,
}

const LIFECYCLES_PER_SECOND_MIN: f64 = 200.0;
const SHARE_OF_FLOOR_MIN: f64 = 0.25;
const DELIVERY_P99_MS_MAX: f64 = 150.0;
const MEMORY_MIB_MAX: f64 = 150.0;

impl Aim {
    fn at_least(name: &str, measured: f64, aim: f64) -> Self {
        Self {
            name: name.to_owned(),
            measured: Some(measured),
            aim,
            met: measured >= aim,
        }
    }

    fn below(name: String, measured: Option<f64>, aim: f64) -> Self {
        Self {
            name,
            measured,
            aim,
            met: measured.is_some_and(|measured| measured < aim),
        }
    }
}

/// All of them.
pub fn of(figures: &Figures) -> Vec<Aim> {
    let (full, half) = (&figures.full, &figures.half);
    let mut aims = vec![
        Aim::at_least(
            "lifecycles per second at full load, at least",
            full.lifecycles_per_second,
            LIFECYCLES_PER_SECOND_MIN,
        ),
        Aim::at_least(
            "share of the floor, commands single, at least",
            figures.share_of_floor.commands_single,
            SHARE_OF_FLOOR_MIN,
        ),
        Aim::at_least(
            "share of the floor, batched, at least",
            figures.share_of_floor.batched,
            SHARE_OF_FLOOR_MIN,
        ),
    ];
    for way in ["NATS", "REST"] {
        let name = format!("delivered by {way}, since answered");
        let p99 = half.latencies.get(name.as_str()).map(|summary| summary.p99_ms);
        let name = format!("registered until delivered by {way}, p99 at half load, ms, below");
        aims.push(Aim::below(name, p99, DELIVERY_P99_MS_MAX));
    }
    for service in all_in_one::platform::SERVICES {
        let memory = [full, half].map(|window| window.shares.rss_mib_max.get(service).copied());
        let most = memory.into_iter().flatten().reduce(f64::max);
        let name = format!("memory of {service}, MiB, below");
        aims.push(Aim::below(name, most, MEMORY_MIB_MAX));
    }
    aims
}

/// One line each.
pub fn table(text: &mut String, aims: &[Aim]) -> fmt::Result {
    writeln!(text, "\n{:<66} {:>8} {:>10}", "aims", "aim", "measured")?;
    for aim in aims {
        let measured = aim
            .measured
            .map_or_else(|| "nothing".to_owned(), |measured| format!("{measured:.2}"));
        let verdict = if aim.met { "met" } else { "NOT MET" };
        writeln!(text, "{:<66} {:>8} {measured:>10}  {verdict}", aim.name, aim.aim)?;
    }
    Ok(())
}
