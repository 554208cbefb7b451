//! One trace: from the request that registers a complaint, over HTTP and NATS headers, through all five services,
//! to the unit that gets the document and signs.
use crate::tree::{drawn, service};
use serde_json::json;
use std::collections::BTreeSet;
use system_tests::Platform;
use system_tests::nats_unit::NatsUnit;
use system_tests::people::{Registered, complaint};
use telemetry::propagation::trace_id_of;
use testkit::Role;

const UNIT: &str = "SJ-MUNI";
const CALLER_TRACE: &str = "5d1f2a3b4c5d6e7f8091a2b3c4d5e6f7";

#[tokio::test]
async fn one_trace_from_the_first_request_to_the_unit_that_signs() {
    let captured = telemetry::testing::install();
    let platform = Platform::start().await;
    let unit = NatsUnit::open(&platform, UNIT).await;

    let agent = platform
        .intake
        .http(Role::Agent)
        .header("traceparent", &format!("00-{CALLER_TRACE}-00f067aa0ba902b7-01"));
    let answer = agent
        .post("/v1/complaints", complaint("M020101", "990102002"))
        .await
        .expect(201);
    let order = Registered::read(&answer).order().to_owned();
    platform.settle().await;

    // The unit's system finds the trace in the header of its document and goes on in it.
    let received = unit.next().await;
    let traceparent = received.traceparent.expect("the document carries its trace");
    assert_eq!(trace_id_of(&traceparent).as_deref(), Some(CALLER_TRACE));
    let signed = unit
        .ask_in_trace(
            "sign",
            &json!({ "order_id": order, "generation": 1 }),
            &traceparent,
        )
        .await;
    assert_eq!(signed["ok"], true, "{signed}");
    platform.settle().await;

    let spans = captured.trace(CALLER_TRACE);
    println!("{}", drawn(&spans));
    let services: BTreeSet<&str> = spans.iter().filter_map(service).collect();
    for expected in ["intake", "routing", "unit-gateway", "callback", "supervision"] {
        assert!(
            services.contains(expected),
            "no span of {expected}:\n{}",
            drawn(&spans)
        );
    }
    // Every step that others wait for is in it: request, publication, reception, the unit's command.
    for part in [
        "register_complaint",
        "intake.order.registered",
        "routing.order.assigned",
        "unit-gateway.order.signed",
    ] {
        assert!(
            spans.iter().any(|span| span.name.contains(part)),
            "no span of {part}:\n{}",
            drawn(&spans)
        );
    }
    // And it is one tree: nothing in it hangs in the air but what the caller's own span is the parent of.
    let ids: BTreeSet<&str> = spans.iter().map(|span| span.span_id.as_str()).collect();
    let loose: Vec<&str> = spans
        .iter()
        .filter(|span| {
            span.parent_span_id != "00f067aa0ba902b7" && !ids.contains(span.parent_span_id.as_str())
        })
        .map(|span| span.name.as_str())
        .collect();
    assert!(
        loose.is_empty(),
        "spans whose parent was not exported: {loose:?}\n{}",
        drawn(&spans)
    );

    // The facts themselves keep it, for whoever reads the journal years later.
    for fact in platform
        .gateway
        .published::<contracts::unit_gateway::OrderSignedV1>()
        .await
    {
        assert_eq!(
            fact.traceparent.as_deref().and_then(trace_id_of).as_deref(),
            Some(CALLER_TRACE)
        );
    }
}
