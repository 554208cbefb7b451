//! Figures with their floors, as lines for people and as JSON.
use serde::Serialize;
use std::fmt::{self, Display};
use system_tests::generator::Summary;

/// One measured thing.
#[derive(Clone, Debug, Serialize)]
struct Line {
    name: String,
    figure: f64,
    /// What the bare servers or clients do.
    #[serde(skip_serializing_if = "Option::is_none")]
    floor: Option<f64>,
}

/// What one measurement found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// What was measured, with its settings.
    title: String,
    lines: Vec<Line>,
}

impl Report {
    pub fn new(title: String) -> Self {
        Self {
            title,
            lines: Vec::new(),
        }
    }

    pub fn add(&mut self, name: impl Into<String>, figure: f64) {
        self.line(name.into(), figure, None);
    }

    /// Beside the floor.
    pub fn beside(&mut self, name: impl Into<String>, figure: f64, floor: f64) {
        self.line(name.into(), figure, Some(floor));
    }

    /// Median, 99th percentile and longest, in milliseconds.
    pub fn latency(&mut self, name: &str, summary: Option<&Summary>) {
        if let Some(summary) = summary {
            self.add(
                format!("{name}: p50, ms ({} documents)", summary.count),
                summary.p50_ms,
            );
            self.add(format!("{name}: p99, ms"), summary.p99_ms);
            self.add(format!("{name}: longest, ms"), summary.max_ms);
        }
    }

    pub fn shares(&mut self, name: &str, shares: &crate::sampler::Shares) {
        for (who, share) in &shares.cpu {
            self.add(format!("{name}: processors of {who}"), *share);
        }
    }

    fn line(&mut self, name: String, figure: f64, floor: Option<f64>) {
        self.lines.push(Line { name, figure, floor });
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{:<76} {:>10} {:>10}", self.title, "", "measured", "floor")?;
        for Line { name, figure, floor } in &self.lines {
            let floor = floor.map_or_else(String::new, |floor| format!("{floor:>10.1}"));
            writeln!(f, "{name:<76} {figure:>10.2} {floor}")?;
        }
        Ok(())
    }
}
