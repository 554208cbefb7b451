//! Messages for other hotlines: claimed, called with no transaction open, recorded. What fails is tried again, for ever.
use crate::ctx::Ctx;
use crate::domain::peer::{Answer, Message};
use crate::links::AskError;
use crate::usecases::register_complaint::RegisterComplaint;
use crate::usecases::tell_peers::{Attempt, RecordTold, Told, Waiting, claim};
use chrono::TimeDelta;
use contracts::cause::{Asked, Cause};
use runtime::Job;
use std::sync::Arc;

const BATCH_MAX: i64 = 32;
/// Codes of problems that no retry changes. Only they are a peer's word: what a proxy before it answers is not.
const FINAL: [&str; 5] = [
    "transfer_unknown",
    "hop_limit",
    "voice_first",
    "other_side_decides",
    "message_unreadable",
];

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
        // One that cannot be recorded is told again after its lease; the others have been heard all the same.
        if let Err(error) = ctx.db.execute(&work, asked).await {
            tracing::error!(%error, "what came of telling a hotline could not be recorded");
        }
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
        Ok((status, body)) => match final_code(&waiting.message, status, &body) {
            Some(code) => Told::Refused(code),
            None => failed(ctx, &waiting, format!("answered {status}")),
        },
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

/// The code of a refusal that is final. A yes of ours ends only with a sender that does not know the transfer: anything
/// else may be a sender that has given the case away already.
fn final_code(message: &Message, status: u16, body: &str) -> Option<String> {
    if !(400..500).contains(&status) {
        return None;
    }
    let problem: serde_json::Value = serde_json::from_str(body).ok()?;
    let code = problem["code"].as_str().filter(|code| FINAL.contains(code))?;
    let yes = matches!(message, Message::Acceptance { .. });
    (!yes || code == "transfer_unknown").then(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::ids::TransferId;
    use uuid::Uuid;

    #[test]
    fn only_the_peer_itself_says_the_last_word() {
        let transfer_id = TransferId(Uuid::from_u128(1));
        let yes = Message::Acceptance {
            transfer_id,
            number: "7".into(),
        };
        let end = Message::End {
            transfer_id,
            state: "withdrawn".into(),
            ended_at: "2026-03-02T01:00:00Z".parse().expect("a time"),
        };
        let unknown = r#"{"code":"transfer_unknown"}"#;
        let other = r#"{"code":"other_side_decides"}"#;
        for (message, status, body, is_final) in [
            (&yes, 404, unknown, true),
            (&yes, 404, "<html>not found</html>", false),
            (&yes, 404, r#"{"code":"not_found"}"#, false),
            (&yes, 409, other, false),
            (&end, 409, other, true),
            (&end, 404, unknown, true),
            (&end, 500, unknown, false),
        ] {
            assert_eq!(
                final_code(message, status, body).is_some(),
                is_final,
                "{status} {body}"
            );
        }
    }
}
