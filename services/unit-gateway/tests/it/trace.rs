//! One trace from the event to the unit and back.
use crate::harness::{LEAD, Order, access, key, start};
use async_nats::jetstream::consumer::PullConsumer;
use contracts::streams;
use contracts::subjects::Namespace;
use contracts::unit_gateway::{OrderDeliveredV1, OrderSignedV1};
use futures::StreamExt;
use serde_json::json;
use telemetry::propagation::trace_id_of;
use testkit::TestApp;
use testkit::servers::servers;

const REMOTE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[tokio::test(flavor = "multi_thread")]
async fn the_trace_goes_to_the_unit_and_comes_back_with_its_command() {
    let captured = telemetry::testing::install();
    let app = start().await;
    access(&app, LEAD, json!({ "way": "nats" })).await;
    let (_, key) = key(&app, LEAD).await;
    let order = Order::new(&app);
    app.publish(order.key(), 1, &order.registered()).await;
    let mut assigned = app.envelope(order.key(), 1, &order.assigned(1, LEAD, &[]));
    assigned.traceparent = Some(REMOTE.to_owned());
    app.publish_envelope(&assigned).await;
    app.settle().await;

    let carried = receive_and_sign(&app, &order, &key).await;
    assert_eq!(trace_id_of(&carried), trace_id_of(REMOTE));
    app.settle().await;
    let (delivered, signed) = (
        app.published::<OrderDeliveredV1>().await,
        app.published::<OrderSignedV1>().await,
    );
    assert_eq!((delivered.len(), signed.len()), (1, 1));
    for traceparent in [&delivered[0].traceparent, &signed[0].traceparent] {
        assert_eq!(trace_id_of(traceparent.as_deref().unwrap()), trace_id_of(REMOTE));
    }
    assert_eq!(delivered[0].correlation_id, assigned.correlation_id);
    assert_eq!(
        signed[0].correlation_id, assigned.correlation_id,
        "one id for all that follows from one contact"
    );
    assert_eq!(delivered[0].causation_id, Some(assigned.id));
    let names: Vec<String> = captured
        .trace(&trace_id_of(REMOTE).unwrap())
        .into_iter()
        .map(|span| span.name)
        .collect();
    for name in ["deliver.nats", "command.sign"] {
        assert!(
            names.iter().any(|found| found == name),
            "{name} is missing in {names:?}"
        );
    }
    let shown = app.metrics().render();
    for figure in [
        r#"unit_pushes_total{outcome="delivered",way="nats",service="unit-gateway"} 1"#,
        r#"unit_commands_total{outcome="ok",verb="sign",service="unit-gateway"} 1"#,
        r#"unit_deliveries_waiting{way="nats",service="unit-gateway"} 0"#,
    ] {
        assert!(shown.contains(figure), "{figure} is missing in {shown}");
    }
}

/// What the unit's own system does: takes the document, and signs in its trace. Answers the trace it got.
async fn receive_and_sign(app: &TestApp, order: &Order, key: &str) -> String {
    let options = async_nats::ConnectOptions::new()
        .user_and_password("units".into(), "units".into())
        .custom_inbox_prefix(format!("_INBOX_{LEAD}"));
    let client = options.connect(servers().nats.url()).await.unwrap();
    let namespace = Namespace::new(&app.world.namespace);
    let consumer: PullConsumer = async_nats::jetstream::new(client.clone())
        .get_consumer_from_stream(
            Namespace::unit_durable(&LEAD.into()),
            streams::units(&namespace).name,
        )
        .await
        .unwrap();
    let message = consumer
        .fetch()
        .max_messages(1)
        .messages()
        .await
        .unwrap()
        .next()
        .await
        .unwrap()
        .unwrap();
    let carried = message
        .headers
        .as_ref()
        .unwrap()
        .get("traceparent")
        .unwrap()
        .as_str()
        .to_owned();
    let mut headers = async_nats::HeaderMap::new();
    headers.insert("Authorization", format!("Bearer {key}").as_str());
    headers.insert("traceparent", carried.as_str());
    let body = json!({ "order_id": order.id, "generation": 1 }).to_string();
    let subject = namespace.unit_command(&LEAD.into(), "sign");
    client
        .request_with_headers(subject, headers, body.into())
        .await
        .unwrap();
    carried
}
