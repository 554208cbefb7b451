//! Bad settings, a real exporter, and what the two filters let through.
use std::io::{Read as _, Write as _};

use super::*;
use crate::LogFormat;

#[test]
fn a_bad_setting_names_itself() {
    let config = TelemetryConfig {
        sample_ratio: 1.5,
        ..TelemetryConfig::default()
    };
    let error = init("intake", &config).unwrap_err();
    assert!(error.to_string().contains("sample_ratio"), "{error}");
    let config = TelemetryConfig {
        log_filter: "a=b=c".into(),
        ..TelemetryConfig::default()
    };
    let error = init("intake", &config).unwrap_err();
    assert!(error.to_string().contains("log_filter"), "{error}");
}

#[test]
fn the_collector_path_is_added_once() {
    assert_eq!(traces_url("http://c:4318"), "http://c:4318/v1/traces");
    assert_eq!(traces_url("http://c:4318/"), "http://c:4318/v1/traces");
    assert_eq!(traces_url("http://c/v1/traces"), "http://c/v1/traces");
}

#[test]
fn a_span_reaches_the_collector_before_shutdown_returns() {
    let collector = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let config = TelemetryConfig {
        otlp_endpoint: Some(format!("http://{}", collector.local_addr().unwrap())),
        ..TelemetryConfig::default()
    };
    let received = std::thread::spawn(move || {
        let (mut stream, _) = collector.accept().unwrap();
        let mut request = Vec::new();
        while !contains(&request, b"api.register_complaint") {
            let mut part = [0; 4096];
            let len = stream.read(&mut part).unwrap();
            assert_ne!(len, 0, "closed before the span came");
            request.extend_from_slice(&part[..len]);
        }
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            .unwrap();
        request
    });
    let provider = provider("intake", &config).unwrap();
    drop(opentelemetry::trace::Tracer::start(
        &provider.tracer("t"),
        "api.register_complaint",
    ));
    Telemetry {
        provider,
        output: LogOutput::stdout().unwrap(),
    }
    .shutdown();
    let request = received.join().unwrap();
    assert!(request.starts_with(b"POST /v1/traces HTTP/1.1"));
    assert!(contains(&request, b"service.name") && contains(&request, b"intake"));
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

#[cfg(feature = "test-exporter")]
#[test]
fn a_quiet_filter_keeps_the_fields_of_spans() {
    let buffer = std::sync::Arc::default();
    let output = LogOutput::Buffer(std::sync::Arc::clone(&buffer));
    let config = TelemetryConfig {
        log_filter: "warn".into(),
        ..TelemetryConfig::default()
    };
    let provider = provider("hotline", &config).unwrap();
    let subscriber = subscriber("hotline", &config, &provider, &output).unwrap();
    tracing::subscriber::with_default(subscriber, || {
        let _span = tracing::info_span!("consume", service = "routing", shard = 7).entered();
        tracing::info!("not written");
        tracing::warn!("late");
    });
    let text = buffer.lock().unwrap().clone();
    let line: serde_json::Value = serde_json::from_str(&text).expect("exactly one line");
    assert_eq!(
        (&line["service"], &line["shard"], &line["message"]),
        (&"routing".into(), &7.into(), &"late".into())
    );
    assert_eq!(line["trace_id"].as_str().map(str::len), Some(32));
}

#[test]
fn an_exporter_is_built_and_given_up_in_time() {
    let config = TelemetryConfig {
        otlp_endpoint: Some("http://127.0.0.1:9".into()),
        log_format: LogFormat::Pretty,
        ..TelemetryConfig::default()
    };
    let provider = provider("intake", &config).unwrap();
    let span = opentelemetry::trace::Tracer::start(&provider.tracer("t"), "one");
    drop(span);
    let output = LogOutput::stdout().unwrap();
    let started = std::time::Instant::now();
    Telemetry { provider, output }.shutdown();
    assert!(started.elapsed() < SHUTDOWN_DEADLINE + Duration::from_secs(2));
}
