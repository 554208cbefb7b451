//! What other hotlines have put into our stream: taken per peer in order, heard in one transaction, then acknowledged. What is
//! taken twice changes nothing.
use crate::clients::peer_stream::{PeerStream, Taken};
use crate::ctx::Ctx;
use crate::domain::peer_way::Said;
use crate::usecases::hear_documents::{Document, HearDocuments};
use crate::usecases::keep_peers;
use contracts::cause::{Asked, Cause};
use contracts::peer_links::{MESSAGE, REPLY};
use runtime::Job;

pub(super) fn job(ctx: Ctx, every_ms: u64) -> Job {
    Job::new("hear_peers", every_ms, move || run(ctx.clone()))
}

async fn run(ctx: Ctx) -> anyhow::Result<usize> {
    let Some(stream) = ctx.links.stream.clone() else {
        return Ok(0);
    };
    let peers = keep_peers::linked(&ctx.db).await?;
    let heard = peers.iter().map(|peer| hear(&ctx, &stream, peer));
    let mut count = 0;
    let mut failed = None;
    for heard in futures::future::join_all(heard).await {
        match heard {
            Ok(heard) => count += heard,
            Err(error) => failed = Some(error),
        }
    }
    failed.map_or(Ok(count), Err)
}

async fn hear(ctx: &Ctx, stream: &PeerStream, peer: &str) -> anyhow::Result<usize> {
    let taken = stream.take(peer).await?;
    let mut asked = Vec::with_capacity(taken.len());
    for taken in &taken {
        match read(taken) {
            Some((id, said)) => {
                let document = Document {
                    peer: peer.to_owned(),
                    id,
                    said,
                };
                let cause = Cause::asked_by(format!("peer:{peer}"), taken.traceparent.clone());
                asked.push(Asked {
                    cause,
                    command: document,
                });
            }
            None => {
                tracing::error!(
                    peer,
                    kind = taken.kind,
                    "a document of a hotline cannot be read and is dropped"
                );
                taken.drop_unread().await?;
            }
        }
    }
    if !asked.is_empty() {
        let work = HearDocuments {
            hear: ctx.hear_peer(),
            record: ctx.record_told(),
        };
        ctx.db.execute_many(&work, &asked).await?;
    }
    for taken in taken.iter().filter(|taken| read(taken).is_some()) {
        taken.done().await?;
    }
    Ok(taken.len())
}

fn read(taken: &Taken) -> Option<(uuid::Uuid, Said)> {
    let said = match taken.kind.as_str() {
        MESSAGE => Said::Message(serde_json::from_slice(&taken.body).ok()?),
        REPLY => Said::Reply(serde_json::from_slice(&taken.body).ok()?),
        _ => return None,
    };
    Some((taken.id?, said))
}
