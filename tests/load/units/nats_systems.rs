//! Systems of units on NATS: each with its own login, reading its durable consumer and acknowledging every document.
use super::Cluster;
use super::post::Post;
use async_nats::jetstream::{self, consumer::PullConsumer};
use contracts::subjects::Namespace;
use futures::StreamExt;
use std::time::Duration;
use tokio::task::JoinSet;

/// Documents that one pull asks for.
const BATCH: usize = 200;

/// Systems of a group. They end when dropped.
pub struct NatsSystems {
    _running: JoinSet<anyhow::Result<()>>,
}

impl NatsSystems {
    /// Connects and reads from now on.
    pub async fn open(
        cluster: &Cluster,
        units: &[String],
        group: &'static str,
        post: &Post,
    ) -> anyhow::Result<Self> {
        let mut running = JoinSet::new();
        for unit in units {
            let options = async_nats::ConnectOptions::with_user_and_password(
                unit.clone(),
                cluster.unit_password(unit)?,
            )
            .custom_inbox_prefix(format!("_INBOX_{unit}"));
            let client = options.connect(cluster.nats.url()).await?;
            let consumer: PullConsumer = jetstream::new(client)
                .get_consumer_from_stream(Namespace::unit_durable(&super::code(unit)), "UNITS")
                .await?;
            running.spawn(read(consumer, group, post.clone()));
        }
        Ok(Self { _running: running })
    }
}

async fn read(consumer: PullConsumer, group: &'static str, post: Post) -> anyhow::Result<()> {
    let mut messages = consumer
        .stream()
        .max_messages_per_batch(BATCH)
        .expires(Duration::from_secs(10))
        .messages()
        .await?;
    while let Some(message) = messages.next().await {
        let message = message?;
        post.arrived(group, &message.payload);
        message.ack().await.map_err(|error| anyhow::anyhow!(error))?;
    }
    Ok(())
}
