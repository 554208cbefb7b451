//! Logins of units on NATS: the server asks, one replica answers (auth callout).
use crate::SERVICE;
use crate::ctx::Ctx;
use crate::domain::nats_login::{self, Issuer, LoginRequest};
use crate::usecases::log_in::log_in;
use anyhow::Context as _;
use async_nats::Message;
use chrono::TimeDelta;
use futures::StreamExt as _;
use runtime::Task;
use std::sync::Arc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Where servers ask, in the account that the configuration names.
const SUBJECT: &str = "$SYS.REQ.USER.AUTH";
/// Logins worked on at the same time: when a server restarts, all units come back together.
const IN_FLIGHT_MAX: usize = 64;

/// The task.
#[must_use]
pub fn task(ctx: Ctx, issuer: Issuer) -> Task {
    let issuer = Arc::new(issuer);
    Task::new("unit_logins", move |cancel| {
        listen(ctx.clone(), Arc::clone(&issuer), cancel)
    })
}

async fn listen(ctx: Ctx, issuer: Arc<Issuer>, cancel: CancellationToken) -> anyhow::Result<()> {
    tracing::info!(
        issuer = issuer.public_key(),
        "units log in on NATS with their keys"
    );
    let client = ctx.stream.bus().client().clone();
    let mut asked = client
        .queue_subscribe(SUBJECT, SERVICE.to_owned())
        .await
        .context("subscribe to logins")?;
    let mut in_flight: JoinSet<()> = JoinSet::new();
    loop {
        let full = in_flight.len() >= IN_FLIGHT_MAX;
        tokio::select! {
            () = cancel.cancelled() => break,
            _ = in_flight.join_next(), if !in_flight.is_empty() => {}
            message = asked.next(), if !full => match message {
                Some(message) => { in_flight.spawn(answer(ctx.clone(), Arc::clone(&issuer), message)); }
                None => anyhow::bail!("the subscription to logins ended"),
            },
        }
    }
    Ok(())
}

async fn answer(ctx: Ctx, issuer: Arc<Issuer>, message: Message) {
    let (Some(reply), Some(asked)) = (message.reply.clone(), nats_login::read(&message.payload)) else {
        tracing::warn!("a question about a login could not be read");
        return;
    };
    let answer = decide(&ctx, &issuer, &asked).await;
    if let Err(error) = ctx.stream.reply(reply, answer.into_bytes()).await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "answer to a login not sent"
        );
    }
}

async fn decide(ctx: &Ctx, issuer: &Issuer, asked: &LoginRequest) -> String {
    let now = ctx.db.clock().now();
    let lifetime = TimeDelta::seconds(ctx.config.unit_logins.lifetime_secs);
    match log_in(ctx, asked, now + lifetime).await {
        Ok(Ok(unit)) => {
            ctx.figures.logged_in("ok");
            let rights = ctx.stream.bus().namespace().unit_rights(&unit);
            // The server ends the connection by its own clock, not by one that a test moves.
            issuer.admit(asked, &unit, &rights, (server_time(), lifetime))
        }
        Ok(Err(code)) => {
            ctx.figures.logged_in(code);
            tracing::warn!(unit = asked.user, code, "login of a unit on NATS refused");
            issuer.refuse(asked, server_time(), code)
        }
        Err(error) => {
            ctx.figures.logged_in("failed");
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "login of a unit not checked"
            );
            issuer.refuse(asked, server_time(), "unavailable")
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the token is checked by another process, against the time of the machine"
)]
fn server_time() -> chrono::DateTime<chrono::Utc> {
    chrono::Utc::now()
}
