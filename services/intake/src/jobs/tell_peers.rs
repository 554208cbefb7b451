//! Messages for other hotlines: claimed, called with no transaction open, recorded. What fails is tried again, for ever.
use crate::ctx::Ctx;
use crate::domain::peer::Answer;
use crate::links::AskError;
use crate::usecases::register_complaint::RegisterComplaint;
use crate::usecases::tell_peers::{Attempt, RecordTold, Told, Waiting, claim};
use chrono::TimeDelta;
use contracts::cause::{Asked, Cause};
use runtime::Job;
use std::sync::Arc;

const BATCH_MAX: i64 = 32;
/// Answers that no retry changes.
const FINAL: [u16; 4] = [400, 404, 409, 422];

pub(super) fn job(ctx: Ctx, every_ms: u64) -> Job {
    let woken_by = ctx.db.committed();
    let gather_ms = every_ms;
    Job::new("tell_peers", every_ms, move || run(ctx.clone())).woken_by(woken_by, gather_ms)
}

async fn run(ctx: Ctx) -> anyhow::Result<usize> {
    let lease = ctx.transfers.lease();
    let waiting = claim(&ctx.db, lease, BATCH_MAX).await?;
    let count = waiting.len();
    if count == 0 {
        return Ok(0);
    }
    let told = futures::future::join_all(waiting.into_iter().map(|waiting| tell(&ctx, waiting))).await;
    let work = RecordTold {
        register: RegisterComplaint {
            vault: Arc::clone(&ctx.links.vault),
            offset: ctx.offset,
        },
    };
    for attempt in told {
        let cause = Cause::asked_by(
            "job:tell_peers".to_owned(),
            telemetry::propagation::current_traceparent(),
        );
        let asked = Asked {
            cause,
            command: attempt,
        };
        ctx.db.execute(&work, asked).await?;
    }
    Ok(count)
}

async fn tell(ctx: &Ctx, waiting: Waiting) -> Attempt {
    let body = serde_json::to_string(&waiting.message).unwrap_or_default();
    let id = waiting.message_id.to_string();
    let asked = ctx
        .links
        .ask(&ctx.db, &waiting.peer, "/v1/peer/messages", &id, body)
        .await;
    let told = match asked {
        Ok((200..=299, body)) => match serde_json::from_str::<Answer>(&body) {
            Ok(answer) => Told::Answered(answer),
            Err(error) => failed(ctx, &waiting, format!("its answer cannot be read: {error}")),
        },
        Ok((status, body)) if FINAL.contains(&status) => Told::Refused(problem_code(&body, status)),
        Ok((status, _)) => failed(ctx, &waiting, format!("answered {status}")),
        Err(error) => failed(ctx, &waiting, reason(&error)),
    };
    Attempt { waiting, told }
}

fn reason(error: &AskError) -> String {
    error.to_string()
}

fn failed(ctx: &Ctx, waiting: &Waiting, why: String) -> Told {
    let wait: TimeDelta = ctx.transfers.wait_after(waiting.attempts);
    tracing::warn!(peer = %waiting.peer, transfer.id = %waiting.transfer_id, attempt = waiting.attempts + 1, why, "a hotline was not told");
    Told::Failed(why, wait)
}

fn problem_code(body: &str, status: u16) -> String {
    serde_json::from_str::<serde_json::Value>(body)
        .ok()
        .and_then(|problem| problem["code"].as_str().map(str::to_owned))
        .unwrap_or_else(|| format!("status_{status}"))
}
