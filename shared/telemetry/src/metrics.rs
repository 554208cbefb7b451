//! The figures of one service for Prometheus, as one value that is handed around.
//!
//! In the all-in-one process every service has its own [`Metrics`]; each sample carries the label
//! `service`. Labels hold only words from the code (routes, use cases, shards), never ids: the
//! number of series must not grow with the number of orders.
use std::sync::Arc;
use std::time::Duration;

use prometheus::{
    Gauge, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};

/// Upper bounds of latency buckets, in seconds: 1 ms to 30 s.
const LATENCY_BUCKETS: [f64; 14] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0,
];

/// A cheap handle to the metrics of one service.
#[derive(Clone)]
pub struct Metrics {
    inner: Arc<Inner>,
}

struct Inner {
    service: String,
    registry: Registry,
    http_requests: IntCounterVec,
    http_duration: HistogramVec,
    outbox_oldest_age: Gauge,
    outbox_unpublished: IntGauge,
    consumer_lag: IntGaugeVec,
    dead_letters: IntGauge,
    held_messages: IntGauge,
    timer_lag: Gauge,
    usecase_duration: HistogramVec,
}

impl Metrics {
    /// A fresh registry for `service` with the platform's metrics registered.
    #[must_use]
    pub fn new(service: &str) -> Self {
        let labels = [("service".to_owned(), service.to_owned())].into();
        let registry =
            Registry::new_custom(None, Some(labels)).expect("a registry with one constant label is valid");
        let inner = Inner {
            service: service.to_owned(),
            http_requests: counters(
                &registry,
                "http_requests_total",
                "HTTP requests answered",
                &["method", "route", "status"],
            ),
            http_duration: histograms(
                &registry,
                "http_request_duration_seconds",
                "time to answer an HTTP request",
                &["method", "route"],
            ),
            outbox_oldest_age: gauge(
                &registry,
                "outbox_oldest_age_seconds",
                "age of the oldest unpublished outbox row",
            ),
            outbox_unpublished: int_gauge(
                &registry,
                "outbox_unpublished",
                "outbox rows not yet acknowledged by the stream",
            ),
            consumer_lag: int_gauges(
                &registry,
                "consumer_lag",
                "messages of a shard not yet applied",
                &["shard"],
            ),
            dead_letters: int_gauge(&registry, "dead_letters", "parked messages awaiting a person"),
            held_messages: int_gauge(
                &registry,
                "held_messages",
                "messages held behind an earlier failure of their order",
            ),
            timer_lag: gauge(
                &registry,
                "timer_lag_seconds",
                "age of the oldest due timer that has not fired",
            ),
            usecase_duration: histograms(
                &registry,
                "usecase_duration_seconds",
                "time of one use case, transaction included",
                &["usecase", "outcome"],
            ),
            registry,
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// The service these figures belong to.
    #[must_use]
    pub fn service(&self) -> &str {
        &self.inner.service
    }

    /// One answered request; `route` is the template (`/v1/orders/{order_id}`), never the path.
    pub fn http_request(&self, method: &str, route: &str, status: u16, took: Duration) {
        let status = status.to_string();
        self.inner
            .http_requests
            .with_label_values(&[method, route, status.as_str()])
            .inc();
        self.inner
            .http_duration
            .with_label_values(&[method, route])
            .observe(took.as_secs_f64());
    }

    /// The state of the outbox over all shards held by this replica.
    pub fn outbox(&self, unpublished: u64, oldest_age_secs: f64) {
        self.inner.outbox_unpublished.set(saturating(unpublished));
        self.inner.outbox_oldest_age.set(oldest_age_secs);
    }

    /// Messages waiting for this replica on one shard.
    pub fn consumer_lag(&self, shard: u16, pending: u64) {
        let shard = shard.to_string();
        self.inner
            .consumer_lag
            .with_label_values(&[shard.as_str()])
            .set(saturating(pending));
    }

    /// The shard went to another replica: its series must not keep the last value.
    pub fn consumer_lag_gone(&self, shard: u16) {
        let shard = shard.to_string();
        self.inner
            .consumer_lag
            .remove_label_values(&[shard.as_str()])
            .ok();
    }

    /// Parked messages.
    pub fn dead_letters(&self, count: u64) {
        self.inner.dead_letters.set(saturating(count));
    }

    /// Messages held behind a failed one.
    pub fn held_messages(&self, count: u64) {
        self.inner.held_messages.set(saturating(count));
    }

    /// How late the oldest due timer is; 0 when none is due.
    pub fn timer_lag(&self, secs: f64) {
        self.inner.timer_lag.set(secs);
    }

    /// One run of a use case; `outcome` is `ok`, `refused` or `error`.
    pub fn usecase(&self, usecase: &str, outcome: &str, took: Duration) {
        self.inner
            .usecase_duration
            .with_label_values(&[usecase, outcome])
            .observe(took.as_secs_f64());
    }

    /// A further counter of this service. Call once per name.
    ///
    /// # Panics
    /// When the name is taken or malformed.
    #[must_use]
    pub fn counter(&self, name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
        counters(&self.inner.registry, name, help, labels)
    }

    /// A further gauge of this service. Call once per name.
    ///
    /// # Panics
    /// When the name is taken or malformed.
    #[must_use]
    pub fn gauge(&self, name: &str, help: &str, labels: &[&str]) -> IntGaugeVec {
        int_gauges(&self.inner.registry, name, help, labels)
    }

    /// A further histogram of seconds. Call once per name.
    ///
    /// # Panics
    /// When the name is taken or malformed.
    #[must_use]
    pub fn histogram(&self, name: &str, help: &str, labels: &[&str]) -> HistogramVec {
        histograms(&self.inner.registry, name, help, labels)
    }

    /// Everything in the Prometheus text format.
    #[must_use]
    pub fn render(&self) -> String {
        TextEncoder::new()
            .encode_to_string(&self.inner.registry.gather())
            .unwrap_or_default()
    }
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Metrics")
            .field("service", &self.inner.service)
            .finish_non_exhaustive()
    }
}

fn saturating(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

const NAMED_ONCE: &str = "a metric has a valid name that is registered once";

fn register<C: prometheus::core::Collector + Clone + 'static>(
    registry: &Registry,
    metric: prometheus::Result<C>,
) -> C {
    let metric = metric.expect(NAMED_ONCE);
    registry.register(Box::new(metric.clone())).expect(NAMED_ONCE);
    metric
}

fn gauge(registry: &Registry, name: &str, help: &str) -> Gauge {
    register(registry, Gauge::new(name, help))
}

fn int_gauge(registry: &Registry, name: &str, help: &str) -> IntGauge {
    register(registry, IntGauge::new(name, help))
}

fn int_gauges(registry: &Registry, name: &str, help: &str, labels: &[&str]) -> IntGaugeVec {
    register(registry, IntGaugeVec::new(Opts::new(name, help), labels))
}

fn counters(registry: &Registry, name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
    register(registry, IntCounterVec::new(Opts::new(name, help), labels))
}

fn histograms(registry: &Registry, name: &str, help: &str, labels: &[&str]) -> HistogramVec {
    let opts = HistogramOpts::new(name, help).buckets(LATENCY_BUCKETS.to_vec());
    register(registry, HistogramVec::new(opts, labels))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_services_in_one_process_keep_their_own_figures() {
        let (intake, routing) = (Metrics::new("intake"), Metrics::new("routing"));
        intake.http_request("POST", "/v1/complaints", 201, Duration::from_millis(3));
        intake.clone().outbox(4, 1.5);
        intake.usecase("register_complaint", "ok", Duration::from_millis(2));
        routing.consumer_lag(7, 12);
        routing.consumer_lag(8, 1);
        routing.consumer_lag_gone(8);
        let text = intake.render();
        let request =
            r#"http_requests_total{method="POST",route="/v1/complaints",status="201",service="intake"} 1"#;
        assert!(text.contains(request), "{text}");
        assert!(
            text.contains(r#"outbox_unpublished{service="intake"} 4"#),
            "{text}"
        );
        assert!(
            text.contains(r#"outbox_oldest_age_seconds{service="intake"} 1.5"#),
            "{text}"
        );
        assert!(text.contains("usecase_duration_seconds_count"), "{text}");
        let text = routing.render();
        assert!(
            text.contains(r#"consumer_lag{shard="7",service="routing"} 12"#),
            "{text}"
        );
        assert!(!text.contains(r#"shard="8""#), "{text}");
        assert!(!text.contains("/v1/complaints"), "{text}");
    }

    #[test]
    fn a_service_adds_its_own() {
        let metrics = Metrics::new("routing");
        metrics
            .counter("decisions_total", "routing decisions", &["result"])
            .with_label_values(&["undecided"])
            .inc();
        assert!(
            metrics
                .render()
                .contains(r#"decisions_total{result="undecided",service="routing"} 1"#)
        );
    }
}
