//! The summary that a run prints.
use crate::storm::Blow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;
use system_tests::generator::Summary;

/// What a run did and what was found.
pub struct Report {
    /// One line each: a name and a figure.
    pub counts: Vec<(String, String)>,
    /// Every kill.
    pub blows: Vec<Blow>,
    /// How long things took, the storm included.
    pub latencies: BTreeMap<&'static str, Summary>,
    /// Every invariant that was checked, with how many things it looked at.
    pub checked: Vec<(&'static str, usize)>,
    /// From the first start to the last check.
    pub took: Duration,
}

impl Report {
    /// As a table.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let _ = writeln!(text, "\nchaos: {:.0} s in all", self.took.as_secs_f64());
        for (name, figure) in &self.counts {
            let _ = writeln!(text, "  {name:<44} {figure:>12}");
        }
        let _ = writeln!(
            text,
            "\n  {:<16} {:>10} {:>14} {:>18}",
            "kill -9 of", "at order", "ready after", "flowing after"
        );
        for blow in &self.blows {
            let _ = writeln!(
                text,
                "  {:<16} {:>10} {:>12.1} s {:>16.1} s",
                blow.victim,
                blow.at_order,
                blow.ready_after.as_secs_f64(),
                blow.flowing_after.as_secs_f64()
            );
        }
        let _ = writeln!(
            text,
            "\n  {:<40} {:>7} {:>9} {:>9} {:>9}",
            "seconds, the storm included", "count", "p50", "p99", "longest"
        );
        for (name, summary) in &self.latencies {
            let [p50, p99, max] = [summary.p50_ms, summary.p99_ms, summary.max_ms].map(|ms| ms / 1_000.0);
            let _ = writeln!(
                text,
                "  {name:<40} {:>7} {p50:>9.2} {p99:>9.2} {max:>9.2}",
                summary.count
            );
        }
        let _ = writeln!(text, "\n  invariants that held over");
        for (name, count) in &self.checked {
            let _ = writeln!(text, "  {name:<68} {count:>8}");
        }
        text
    }
}
