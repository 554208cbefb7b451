//! Way in: questions of other hotlines over NATS, `peer.<from>.<own>.ask.<what>`. Same bodies, same use cases and same codes as
//! at the door over HTTPS. Who asks stands in the subject: a link carries only what its own peer says.
use super::{error, peer_door, transfer_error};
use crate::ctx::Ctx;
use crate::usecases::keep_peers;
use anyhow::Context as _;
use async_nats::Message;
use contracts::peer_links::{IDENTITY, STANDINGS};
use futures::StreamExt as _;
use runtime::Task;
use serde::Serialize;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use web::Problem;

/// Questions worked on at the same time.
const IN_FLIGHT_MAX: usize = 32;
const SERVICE: &str = "intake";

/// The task, where there are links.
#[must_use]
pub fn task(ctx: &Ctx) -> Option<Task> {
    ctx.links.stream.as_ref()?;
    let ctx = ctx.clone();
    Some(Task::new("peer_asks", move |cancel| listen(ctx, cancel)))
}

async fn listen(ctx: Ctx, cancel: CancellationToken) -> anyhow::Result<()> {
    let Some(stream) = &ctx.links.stream else {
        return Ok(());
    };
    let mut asked = stream
        .asked(SERVICE)
        .await
        .context("subscribe to questions of hotlines")?;
    let mut in_flight: JoinSet<()> = JoinSet::new();
    loop {
        let full = in_flight.len() >= IN_FLIGHT_MAX;
        tokio::select! {
            () = cancel.cancelled() => return Ok(()),
            _ = in_flight.join_next(), if !in_flight.is_empty() => {}
            message = asked.next(), if !full => match message {
                Some(message) => { in_flight.spawn(answer(ctx.clone(), message)); }
                None => anyhow::bail!("the subscription to questions of hotlines ended"),
            },
        }
    }
}

/// Whoever does not say where the answer goes gets none.
async fn answer(ctx: Ctx, message: Message) {
    let (Some(stream), Some(to)) = (&ctx.links.stream, message.reply.clone()) else {
        return;
    };
    let Some((peer, what)) = stream.asker(&message) else {
        return;
    };
    let (status, body) = match decide(&ctx, peer, what, &message.payload).await {
        Ok(body) => (200, body),
        Err(problem) => {
            let body = serde_json::json!({ "code": problem.code(), "field": problem.field_name() });
            (problem.status().as_u16(), body.to_string().into_bytes())
        }
    };
    if let Err(error) = stream.answer(to, status, body).await {
        tracing::warn!(
            peer,
            what,
            error = &error as &dyn std::error::Error,
            "answer to a hotline not sent"
        );
    }
}

async fn decide(ctx: &Ctx, peer: &str, what: &str, body: &[u8]) -> Result<Vec<u8>, Problem> {
    let linked = keep_peers::linked(&ctx.db).await;
    let linked = linked.map_err(|problem| error::database(&problem))?;
    if !linked.iter().any(|known| known == peer) {
        return Err(transfer_error::peer_unknown());
    }
    match what {
        STANDINGS => json(&peer_door::standing(ctx, peer, &transfer_error::read(body)?).await?),
        IDENTITY => json(&peer_door::shown(ctx, peer.to_owned(), transfer_error::read(body)?).await?),
        _ => Err(transfer_error::unknown()),
    }
}

fn json<T: Serialize>(value: &T) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(value).map_err(|error| Problem::internal(&error))
}
