//! What the operators' port of a running service tells: alive, ready, and the figures that alerts are made of.
use serde_json::json;
use system_tests::live::Live;
use system_tests::people::complaint;
use system_tests::wait;
use testkit::Role;

const SERVICES: [&str; 5] = ["intake", "routing", "unit-gateway", "callback", "supervision"];
/// Series that every service has.
const EVERYWHERE: [&str; 6] = [
    "http_requests_total{",
    "http_request_duration_seconds_count{",
    "outbox_oldest_age_seconds{",
    "outbox_unpublished{",
    "consumer_lag{",
    "dead_letters{",
];

/// One request that each service answers, so that there is a request to count.
async fn knock(live: &Live) {
    for (service, role, path) in [
        ("intake", Role::Agent, "/v1/complaints"),
        (
            "routing",
            Role::Dispatcher,
            "/v1/orders/01890a5d-ac96-774b-bcce-b302099a8057/assignment",
        ),
        ("unit-gateway", Role::Admin, "/v1/units/SJ-MUNI/access"),
        ("callback", Role::CallbackAgent, "/v1/callbacks"),
        ("supervision", Role::Supervisor, "/v1/orders"),
    ] {
        let (status, _) = live.ask(service, role, reqwest::Method::GET, path, None).await;
        assert!(status < 500, "{service} {path}: {status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_service_is_ready_and_shows_its_figures() {
    let live = Live::start(&[]).await;
    live.post(
        "intake",
        Role::Agent,
        "/v1/complaints",
        &complaint("M020101", "990102002"),
    )
    .await;
    knock(&live).await;
    for service in SERVICES {
        assert_eq!(live.ops(service, "/livez").await.0, 200, "{service}");
        assert_eq!(live.ops(service, "/readyz").await.0, 200, "{service}");
        let text = wait::until(&format!("figures of {service}"), || async {
            let (status, text) = live.ops(service, "/metrics").await;
            assert_eq!(status, 200, "{service}");
            EVERYWHERE
                .iter()
                .all(|series| text.contains(series))
                .then_some(text)
        })
        .await;
        let own = json!(service).to_string();
        assert!(
            text.contains(&format!("service={own}")),
            "the series say whose they are: {text}"
        );
        assert!(
            text.lines()
                .any(|line| line.starts_with("dead_letters{") && line.ends_with(" 0")),
            "{service}: {text}"
        );
    }
    let (_, text) = live.ops("supervision", "/metrics").await;
    assert!(
        text.lines().any(|line| line.starts_with("timer_lag_seconds{")),
        "{text}"
    );
    live.stop().await;
}
