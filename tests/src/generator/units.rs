//! Unit systems: one that pulls with a cursor, one that has a durable consumer.
use super::{Call, Inner};
use crate::cluster::pause;
use anyhow::Context;
use async_nats::jetstream::{self, consumer::PullConsumer};
use contracts::ids::UnitCode;
use contracts::subjects::Namespace;
use contracts::unit_documents::{UnitDocumentV1, UnitNotice};
use futures::StreamExt;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What a document tells its unit, as far as a lifecycle waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Told {
    /// The order is yours.
    Assigned,
    /// Again, for this round.
    Reworked(u64),
    /// It stays yours.
    ReturnRejected,
}

/// A document reached its unit.
#[derive(Clone, Debug)]
pub(super) struct Arrival {
    /// The unit.
    pub(super) unit: String,
    /// Generation that it must name when it acts.
    pub(super) generation: i32,
    /// By its durable consumer, not by pulling.
    pub(super) by_nats: bool,
    /// When its system had it.
    pub(super) at: Instant,
}

const PAGE: usize = 200;
/// How long a unit that has everything waits for more.
const WAIT_MS: u64 = 5_000;
/// Wait before a connection that failed is tried again.
const AGAIN: Duration = Duration::from_millis(250);

/// A unit that pulls. Its cursor is all it remembers, and what it asks with acknowledges what it has.
pub(super) async fn pull(inner: Arc<Inner>, unit: String) {
    let mut cursor = None::<String>;
    loop {
        match pull_once(&inner, &unit, &mut cursor).await {
            Ok(0) => pause(inner.pace.pull_every).await,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(unit, error = %format!("{error:#}"), "nothing pulled");
                pause(AGAIN).await;
            }
        }
    }
}

async fn pull_once(inner: &Inner, unit: &str, cursor: &mut Option<String>) -> anyhow::Result<usize> {
    let after = cursor
        .as_ref()
        .map(|cursor| format!("&after={cursor}"))
        .unwrap_or_default();
    let call = Call {
        name: None,
        service: "unit-gateway",
        path: format!("/v1/units/{unit}/orders?limit={PAGE}&wait_ms={WAIT_MS}{after}"),
        token: inner.unit_tokens.get(unit).context("a token of the unit")?,
        key: None,
        body: None,
    };
    let answer = inner.api.ask(&call).await?;
    anyhow::ensure!(answer.status.is_success(), "{}: {}", answer.status, answer.body);
    let at = Instant::now();
    let items = answer.body["items"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    for item in items {
        let document = UnitDocumentV1::deserialize(item).with_context(|| item.to_string())?;
        arrived(inner, unit, &document, false, at);
    }
    if let Some(next) = answer.body["next"].as_str() {
        *cursor = Some(next.to_owned());
    }
    Ok(items.len())
}

use serde::Deserialize as _;

/// A unit with a durable consumer in the account UNITS.
pub(super) async fn subscribe(inner: Arc<Inner>, unit: String, url: String, password: String) {
    loop {
        if let Err(error) = listen(&inner, &unit, &url, &password).await {
            tracing::debug!(unit, error = %format!("{error:#}"), "the unit's consumer begins again");
        }
        pause(AGAIN).await;
    }
}

async fn listen(inner: &Inner, unit: &str, url: &str, password: &str) -> anyhow::Result<()> {
    let client = async_nats::ConnectOptions::with_user_and_password(unit.to_owned(), password.to_owned())
        .custom_inbox_prefix(format!("_INBOX_{unit}"))
        .connect(url)
        .await?;
    let durable = Namespace::unit_durable(&UnitCode::from(unit));
    let consumer: PullConsumer = jetstream::new(client)
        .get_consumer_from_stream(durable, "UNITS")
        .await?;
    let mut messages = consumer
        .stream()
        .max_messages_per_batch(PAGE)
        .expires(Duration::from_secs(10))
        .heartbeat(Duration::from_secs(2))
        .messages()
        .await?;
    while let Some(message) = messages.next().await {
        let message = message?;
        let document: UnitDocumentV1 = serde_json::from_slice(&message.payload)?;
        arrived(inner, unit, &document, true, Instant::now());
        message.ack().await.map_err(|error| anyhow::anyhow!(error))?;
    }
    Ok(())
}

fn arrived(inner: &Inner, unit: &str, document: &UnitDocumentV1, by_nats: bool, at: Instant) {
    let order = &document.data;
    let told = match order.notice {
        UnitNotice::Assigned => Told::Assigned,
        UnitNotice::Reworked => Told::Reworked(u64::from(order.rework.unsigned_abs())),
        UnitNotice::ReturnRejected => Told::ReturnRejected,
        UnitNotice::ExtensionGranted
        | UnitNotice::ExtensionDenied
        | UnitNotice::Suspended
        | UnitNotice::SuspensionDenied
        | UnitNotice::Resumed
        | UnitNotice::Supervised
        | UnitNotice::Escalated
        | UnitNotice::Summoned
        | UnitNotice::Outcome
        | UnitNotice::Answer
        | UnitNotice::Appeal
        | UnitNotice::CoReplied
        | UnitNotice::Amended
        | UnitNotice::Supplemented
        | UnitNotice::Revoked
        | UnitNotice::Closed => return,
    };
    if order.lead {
        let arrival = Arrival {
            unit: unit.to_owned(),
            generation: order.generation,
            by_nats,
            at,
        };
        inner.arrivals.put((order.order_id.uuid(), told), arrival);
    }
}
