//! What is for other hotlines: claimed, told with no transaction open, recorded. What fails is tried again, for ever. Every
//! try is a task of its own and a peer has few of them at a time, so that a dead one costs the others nothing.
use crate::ctx::Ctx;
use crate::domain::peer::refusal::why;
use crate::domain::peer_way::{Said, Way};
use crate::links::Heard;
use crate::usecases::tell_peers::{Attempt, Claim, Told, Waiting, claim};
use chrono::TimeDelta;
use contracts::cause::{Asked, Cause};
use runtime::Job;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::task::{Id, JoinSet};
use web::Json;

/// Most told to one peer at the same time.
const PER_PEER_MAX: i64 = 8;
/// One run waits so long for the first try to end.
const GATHER: Duration = Duration::from_millis(500);

pub(super) fn job(ctx: Ctx, every_ms: u64) -> Job {
    let woken_by = ctx.db.committed();
    let gather_ms = every_ms;
    let tries = Arc::new(Mutex::new(Tries::default()));
    Job::new("tell_peers", every_ms, move || {
        run(ctx.clone(), Arc::clone(&tries))
    })
    .woken_by(woken_by, gather_ms)
}

/// Tries in flight. They survive a run, not the process: then their leases end and they are made again.
#[derive(Default)]
struct Tries {
    tasks: JoinSet<Attempt>,
    peers: HashMap<Id, String>,
}

impl Tries {
    fn start(&mut self, ctx: &Ctx, waiting: Waiting) {
        let (ctx, peer) = (ctx.clone(), waiting.peer.clone());
        let handle = self.tasks.spawn(async move { tell(&ctx, waiting).await });
        self.peers.insert(handle.id(), peer);
    }

    /// Whatever has ended; waits a moment for the first.
    async fn ended(&mut self) -> Vec<Attempt> {
        let mut attempts = Vec::new();
        let mut next = tokio::time::timeout(GATHER, self.tasks.join_next_with_id())
            .await
            .ok()
            .flatten();
        while let Some(ended) = next {
            match ended {
                Ok((id, attempt)) => {
                    self.peers.remove(&id);
                    attempts.push(attempt);
                }
                Err(error) => {
                    self.peers.remove(&error.id());
                    tracing::error!(%error, "telling a hotline broke off; it is tried again when its lease ends");
                }
            }
            next = self.tasks.try_join_next_with_id();
        }
        attempts
    }
}

async fn run(ctx: Ctx, tries: Arc<Mutex<Tries>>) -> anyhow::Result<usize> {
    let mut tries = tries.lock().await;
    let wanted = Claim {
        lease: ctx.transfers.lease(),
        per_peer: PER_PEER_MAX,
        busy: tries.peers.values().cloned().collect(),
        nats: ctx.links.stream.is_some(),
    };
    for waiting in claim(&ctx.db, &wanted).await? {
        tries.start(&ctx, waiting);
    }
    if tries.tasks.is_empty() {
        return Ok(0);
    }
    let attempts = tries.ended().await;
    let ended = attempts.len();
    let work = ctx.record_told();
    for attempt in attempts {
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
    Ok(ended + tries.tasks.len())
}

async fn tell(ctx: &Ctx, waiting: Waiting) -> Attempt {
    let told = match ctx.links.tell(&ctx.db, &waiting).await {
        Ok(Heard::Stored) => Told::Stored(wait_for_reply(ctx, &waiting)),
        Ok(Heard::Answered(200..=299, body)) => match Json::parse(body.as_bytes()) {
            Ok(answer) => Told::Answered(answer),
            Err(_) => failed(ctx, &waiting, "its answer cannot be read".to_owned()),
        },
        Ok(Heard::Answered(status, body)) => match last_word(&waiting.said, status, &body) {
            Some(why) => Told::Refused(why),
            None => failed(ctx, &waiting, format!("answered {status}")),
        },
        Err(error) => failed(ctx, &waiting, error.to_string()),
    };
    Attempt {
        message_id: waiting.message_id,
        said: waiting.said,
        told,
    }
}

/// What the peer's stream has is not lost, so it is sent again soon only where there is another way.
fn wait_for_reply(ctx: &Ctx, waiting: &Waiting) -> TimeDelta {
    let other_way = matches!(waiting.said, Said::Message(_)) && waiting.ways.contains(&Way::Https);
    let wait = ctx.transfers.reply_wait(other_way);
    if other_way {
        hurried(ctx, waiting, wait)
    } else {
        wait
    }
}

fn failed(ctx: &Ctx, waiting: &Waiting, why: String) -> Told {
    let wait = hurried(ctx, waiting, ctx.transfers.wait_after(waiting.attempts));
    tracing::warn!(peer = %waiting.peer, transfer.id = %waiting.transfer_id, attempt = waiting.attempts + 1, why, "a hotline was not told");
    Told::Failed(why, wait)
}

/// An emergency lapses within minutes: a link that is whole again is noticed soon.
fn hurried(ctx: &Ctx, waiting: &Waiting, wait: TimeDelta) -> TimeDelta {
    if waiting.emergency {
        wait.min(ctx.transfers.wait_emergency())
    } else {
        wait
    }
}

/// Why the peer will never take it; `None` = it has not said so.
fn last_word(said: &Said, status: u16, body: &str) -> Option<String> {
    let Said::Message(message) = said else { return None };
    if !(400..500).contains(&status) {
        return None;
    }
    let problem: serde_json::Value = serde_json::from_str(body).ok()?;
    let code = problem["code"]
        .as_str()
        .filter(|code| message.is_ended_by(code))?;
    let said = |name: &str| problem[name].as_str().filter(|text| !text.is_empty());
    let fault = match (said("field"), said("detail")) {
        (Some(field), Some(detail)) => Some(format!("{field}: {detail}")),
        (one, other) => one.or(other).map(str::to_owned),
    };
    Some(why(code, fault.as_deref()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::peer::Message;
    use contracts::ids::TransferId;
    use uuid::Uuid;

    #[test]
    fn only_the_peer_itself_says_the_last_word() {
        let transfer_id = TransferId(Uuid::from_u128(1));
        let yes = Said::Message(Message::Acceptance {
            transfer_id,
            number: "7".into(),
        });
        let end = Said::Message(Message::End {
            transfer_id,
            state: "withdrawn".into(),
            ended_at: "2026-03-02T01:00:00Z".parse().expect("a time"),
        });
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
                last_word(message, status, body).is_some(),
                is_final,
                "{status} {body}"
            );
        }
    }
}
