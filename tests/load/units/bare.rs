//! The floors: as many messages of the same size with nothing but the transport, as many calls of the same size with
//! nothing but the HTTP client.
use super::Cluster;
use super::endpoints::Endpoints;
use super::post::Post;
use anyhow::Context;
use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use async_nats::jetstream::{self, stream};
use futures::{StreamExt, TryStreamExt};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use system_tests::cluster::until;
use tokio::task::JoinSet;

const STREAM: &str = "FLOOR";
const IN_FLIGHT: usize = 256;
const BATCH: usize = 200;

/// What the bare transport does.
#[derive(Clone, Copy, Debug)]
pub struct Transport {
    /// Messages a second, published and read at the same time.
    pub together: f64,
    /// Messages a second that one consumer reads when all of them wait already.
    pub drained: f64,
}

/// Publishes `messages` of `bytes` to `units` consumers of their own, read and acknowledged one by one.
pub async fn nats(
    cluster: &Cluster,
    units: usize,
    messages: usize,
    bytes: usize,
) -> anyhow::Result<Transport> {
    let context = cluster.transport().await?;
    let config = stream::Config {
        name: STREAM.to_owned(),
        subjects: vec!["floor.>".to_owned()],
        ..stream::Config::default()
    };
    let stream = context.create_stream(config).await?;
    let (read, mut readers) = (Arc::<AtomicU64>::default(), JoinSet::new());
    for unit in 0..units {
        let consumer = consumer(&stream, &format!("unit-{unit}"), &format!("floor.{unit}")).await?;
        readers.spawn(drain(consumer, Arc::clone(&read)));
    }
    let began = Instant::now();
    let body: bytes::Bytes = vec![b'x'; bytes].into();
    futures::stream::iter(0..messages)
        .map(|number| publish(&context, format!("floor.{}", number % units), body.clone()))
        .buffer_unordered(IN_FLIGHT)
        .try_collect::<Vec<()>>()
        .await?;
    all(&read, messages).await?;
    let together = messages as f64 / began.elapsed().as_secs_f64();

    let read = Arc::<AtomicU64>::default();
    let late = consumer(&stream, "late", "floor.>").await?;
    let began = Instant::now();
    readers.spawn(drain(late, Arc::clone(&read)));
    all(&read, messages).await?;
    let drained = messages as f64 / began.elapsed().as_secs_f64();
    readers.shutdown().await;
    context.delete_stream(STREAM).await?;
    Ok(Transport { together, drained })
}

async fn consumer(stream: &stream::Stream, name: &str, subject: &str) -> anyhow::Result<PullConsumer> {
    let config = pull::Config {
        durable_name: Some(name.to_owned()),
        filter_subject: subject.to_owned(),
        ack_policy: AckPolicy::Explicit,
        // As the consumers of units have it.
        max_ack_pending: 256,
        ..pull::Config::default()
    };
    Ok(stream.create_consumer(config).await?)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the floor has no outbox: that is what makes it the floor"
)]
async fn publish(context: &jetstream::Context, subject: String, body: bytes::Bytes) -> anyhow::Result<()> {
    context.publish(subject, body).await?.await?;
    Ok(())
}

async fn drain(consumer: PullConsumer, read: Arc<AtomicU64>) -> anyhow::Result<()> {
    let mut messages = consumer.stream().max_messages_per_batch(BATCH).messages().await?;
    while let Some(message) = messages.next().await {
        message?.ack().await.map_err(|error| anyhow::anyhow!(error))?;
        read.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

async fn all(read: &AtomicU64, messages: usize) -> anyhow::Result<()> {
    until("the bare messages are read", super::PATIENCE, || async {
        Ok((read.load(Ordering::Relaxed) >= messages as u64).then_some(()))
    })
    .await
}

/// Calls a second: `calls` POSTs of `bytes` to endpoints in turn, `in_flight` at the same time.
pub async fn http(
    group: &'static str,
    endpoints: usize,
    calls: usize,
    bytes: usize,
    in_flight: usize,
) -> anyhow::Result<f64> {
    let post = Post::new();
    let units = super::codes("B", endpoints);
    let open = Endpoints::open(units, group, super::endpoints::Mood::Well, &post).await?;
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(20))
        .no_proxy()
        .build()?;
    let body: bytes::Bytes = vec![b'x'; bytes].into();
    let began = Instant::now();
    futures::stream::iter(0..calls)
        .map(|number| {
            let request = client
                .post(&open.addresses[number % endpoints])
                .body(body.clone());
            async move { request.send().await?.error_for_status()?.bytes().await.map(drop) }
        })
        .buffer_unordered(in_flight)
        .try_collect::<Vec<()>>()
        .await
        .context("bare calls")?;
    Ok(calls as f64 / began.elapsed().as_secs_f64())
}
