//! The doors of the platform that is played: REST for units, and request/reply over NATS.
use crate::book::{Book, Said};
use anyhow::Context as _;
use async_nats::jetstream::{self, consumer, stream};
use axum::extract::{Path, State};
use axum::routing::post;
use axum::{Json, Router};
use contracts::ids::UnitCode;
use contracts::subjects::Namespace;
use futures::StreamExt as _;
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

type Sent = (String, String, String);

/// Serves `POST /v1/units/{unit}/orders/{order_id}/{verb}` until it is dropped.
///
/// # Errors
/// When the socket fails.
pub async fn serve(listener: TcpListener, book: Arc<Book>) -> anyhow::Result<()> {
    let routes = Router::new()
        .route("/v1/units/{unit}/orders/{order_id}/{verb}", post(act))
        .with_state(book);
    axum::serve(listener, routes)
        .await
        .context("serve the platform's door")
}

async fn act(
    State(book): State<Arc<Book>>,
    Path((unit, order_id, verb)): Path<Sent>,
    headers: HeaderMap,
    body: String,
) -> (StatusCode, Json<Value>) {
    let mut body: Value = serde_json::from_str(&body).unwrap_or_default();
    // Over REST the order stands in the address alone.
    if body.get("order_id").is_none()
        && let Some(members) = body.as_object_mut()
    {
        members.insert("order_id".into(), json!(order_id));
    }
    let said = Said {
        unit: &unit,
        verb: &verb,
        order_id: &order_id,
        authorization: headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok()),
        body,
        reply: None,
    };
    let (wait, status, answer) = book.hear(&said);
    tokio::time::sleep(wait).await;
    (status, Json(answer))
}

/// The unit's stream and durable consumer, as the platform makes them.
///
/// # Errors
/// When the server refuses.
pub async fn provision(
    client: &async_nats::Client,
    unit: &UnitCode,
) -> anyhow::Result<consumer::PullConsumer> {
    let namespace = Namespace::default();
    let jetstream = jetstream::new(client.clone());
    let config = stream::Config {
        name: namespace.stream("UNITS"),
        subjects: vec![namespace.all_unit_orders()],
        ..stream::Config::default()
    };
    let stream = jetstream
        .get_or_create_stream(config)
        .await
        .context("make the stream UNITS")?;
    let durable = Namespace::unit_durable(unit);
    let config = consumer::pull::Config {
        durable_name: Some(durable.clone()),
        filter_subject: namespace.unit_orders(unit),
        ack_policy: consumer::AckPolicy::Explicit,
        ..consumer::pull::Config::default()
    };
    let consumer = stream.get_or_create_consumer(&durable, config).await;
    consumer.with_context(|| format!("make the consumer {durable}"))
}

/// Answers the unit's commands until it is dropped.
///
/// # Errors
/// When the connection ends.
pub async fn answer(client: async_nats::Client, book: Arc<Book>) -> anyhow::Result<()> {
    let subject = Namespace::default().unit_command(&book.unit().into(), "*");
    let mut commands = client.subscribe(subject).await.context("listen to commands")?;
    let mut answers = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = answers.join_next() => {}
            command = commands.next() => {
                let command = command.context("the connection to NATS ended")?;
                answers.spawn(reply(client.clone(), Arc::clone(&book), command));
            }
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "an answer is worth nothing to anybody but the waiting asker"
)]
async fn reply(client: async_nats::Client, book: Arc<Book>, command: async_nats::Message) {
    let (Some(reply), Some((unit, verb))) = (
        &command.reply,
        Namespace::default().parse_unit_command(&command.subject),
    ) else {
        return;
    };
    let body: Value = serde_json::from_slice(&command.payload).unwrap_or_default();
    let header = |name: &str| {
        command
            .headers
            .as_ref()?
            .get(name)
            .map(async_nats::HeaderValue::as_str)
    };
    let order_id = body["order_id"].as_str().unwrap_or_default().to_owned();
    let said = Said {
        unit: unit.as_str(),
        verb,
        order_id: &order_id,
        authorization: header("Authorization"),
        body,
        reply: Some(reply.as_str()),
    };
    let (wait, _, answer) = book.hear(&said);
    tokio::time::sleep(wait).await;
    // As the real one: elsewhere than in the unit's inbox nothing is answered.
    if reply.starts_with(&Namespace::unit_inbox(&unit)) {
        client
            .publish(reply.clone(), answer.to_string().into())
            .await
            .ok();
    }
}
