//! The subscription of all replicas together: each command is worked on by one of them, many at the same time.
use super::answer::answer;
use super::rates::Rates;
use crate::SERVICE;
use crate::ctx::Ctx;
use anyhow::Context;
use async_nats::{Message, Subject};
use contracts::subjects::Namespace;
use futures::StreamExt;
use runtime::Task;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How long commands in flight may finish at shutdown.
const DRAIN: Duration = Duration::from_secs(5);

/// The task.
#[must_use]
pub fn task(ctx: Ctx) -> Task {
    Task::new("unit_commands", move |cancel| listen(ctx, cancel))
}

async fn listen(ctx: Ctx, cancel: CancellationToken) -> anyhow::Result<()> {
    let bus = ctx.stream.bus().clone();
    let subject = bus.namespace().all_unit_commands();
    let mut commands = bus
        .client()
        .queue_subscribe(subject, SERVICE.to_owned())
        .await
        .context("subscribe to commands")?;
    let rates = Arc::new(Rates::new(ctx.config.commands.rate_per_second_max));
    let mut in_flight: JoinSet<()> = JoinSet::new();
    loop {
        let full = in_flight.len() >= ctx.config.commands.in_flight_max;
        tokio::select! {
            () = cancel.cancelled() => break,
            _ = in_flight.join_next(), if !in_flight.is_empty() => {}
            command = commands.next(), if !full => match command {
                Some(command) => if let Some(reply) = asker(&ctx, &command) {
                    in_flight.spawn(serve(ctx.clone(), Arc::clone(&rates), command, reply));
                },
                None => anyhow::bail!("the subscription to commands ended"),
            },
        }
    }
    // Others of the group take what comes now.
    commands
        .unsubscribe()
        .await
        .context("unsubscribe from commands")?;
    let _ = tokio::time::timeout(DRAIN, async { while in_flight.join_next().await.is_some() {} }).await;
    Ok(())
}

async fn serve(ctx: Ctx, rates: Arc<Rates>, command: Message, reply: Subject) {
    let document = answer(&ctx, &rates, &command).await;
    let body = serde_json::to_vec(&document).unwrap_or_default();
    if let Err(error) = ctx.stream.reply(reply, body).await {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, "answer to a command not sent");
    }
}

/// Where the answer goes: only to the inbox of the unit whose command it is, which nobody else may hear. A sender
/// that names another place would have it written with our rights, into another unit's orders, say.
fn asker(ctx: &Ctx, command: &Message) -> Option<Subject> {
    let Some(reply) = command.reply.clone() else {
        // Nobody would learn what became of it, so nothing does.
        tracing::debug!("command without a reply subject dropped");
        return None;
    };
    let parsed = ctx.stream.bus().namespace().parse_unit_command(&command.subject);
    let inbox = parsed.map(|(unit, _)| Namespace::unit_inbox(&unit));
    let rest = inbox.and_then(|inbox| reply.strip_prefix(inbox.as_str()));
    if rest.is_none_or(|rest| rest.is_empty() || rest.contains(['*', '>'])) {
        ctx.figures.commanded("unknown", "reply_refused");
        tracing::warn!(subject = %command.subject, %reply, "command dropped, its reply subject is not in the unit's inbox");
        return None;
    }
    Some(reply)
}
