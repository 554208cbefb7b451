//! The service's own figures, beside those that every service has.
use contracts::words::DeliveryWay;
use prometheus::{IntCounterVec, IntGaugeVec};
use telemetry::metrics::Metrics;

/// Counters and gauges. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Figures {
    pushes: IntCounterVec,
    waiting: IntGaugeVec,
    oldest: IntGaugeVec,
    failing: IntGaugeVec,
    commands: IntCounterVec,
    logins: IntCounterVec,
}

impl Figures {
    /// Registers them; once per service.
    #[must_use]
    pub fn new(metrics: &Metrics) -> Self {
        Self {
            pushes: metrics.counter(
                "unit_pushes_total",
                "documents pushed to units",
                &["way", "outcome"],
            ),
            waiting: metrics.gauge(
                "unit_deliveries_waiting",
                "documents that wait to be pushed",
                &["way"],
            ),
            oldest: metrics.gauge(
                "unit_deliveries_oldest_age_seconds",
                "age of the oldest document that waits to be pushed",
                &["way"],
            ),
            failing: metrics.gauge(
                "units_failing",
                "units that are not reached, as people were told",
                &["way"],
            ),
            commands: metrics.counter(
                "unit_commands_total",
                "commands of units over NATS",
                &["verb", "outcome"],
            ),
            logins: metrics.counter("unit_logins_total", "logins of units on NATS", &["outcome"]),
        }
    }

    /// Some pushes ended.
    pub fn pushed(&self, way: DeliveryWay, outcome: &str, count: u64) {
        self.pushes
            .with_label_values(&[way.as_str(), outcome])
            .inc_by(count);
    }

    /// What waits now.
    pub fn backlog(&self, way: &str, waiting: i64, oldest_secs: i64) {
        self.waiting.with_label_values(&[way]).set(waiting);
        self.oldest.with_label_values(&[way]).set(oldest_secs);
    }

    /// So many units are not reached on a way.
    pub fn failing(&self, way: &str, units: i64) {
        self.failing.with_label_values(&[way]).set(units);
    }

    /// A unit logged in on NATS, or was refused; `outcome` is `ok` or why.
    pub fn logged_in(&self, outcome: &'static str) {
        self.logins.with_label_values(&[outcome]).inc();
    }

    /// A command over NATS was answered; `outcome` is `ok` or the code of the problem.
    pub fn commanded(&self, verb: &'static str, outcome: &str) {
        self.commands.with_label_values(&[verb, outcome]).inc();
    }
}
