//! What other hotlines have put into our stream: taken per peer in order, heard in one transaction, then acknowledged. What is
//! taken twice changes nothing.
use crate::clients::peer_stream::{PeerStream, Taken};
use crate::ctx::Ctx;
use crate::domain::peer_way::Said;
use crate::usecases::hear_documents::{Content, Document, HearDocuments};
use crate::usecases::keep_peers;
use contracts::cause::{Asked, Cause};
use contracts::ids::TransferId;
use contracts::peer_links::{MESSAGE, REPLY};
use runtime::Job;
use serde::Deserialize;
use web::{Json, Lang, Problem};

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
    let count = taken.len();
    let mut read_well = Vec::with_capacity(count);
    for taken in taken {
        match taken.id.zip(read(&taken.kind, &taken.body)) {
            Some((id, said)) => {
                let command = Document {
                    peer: peer.to_owned(),
                    id,
                    said,
                };
                let cause = Cause::asked_by(format!("peer:{peer}"), taken.traceparent.clone());
                read_well.push((taken, Asked { cause, command }));
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
    let work = HearDocuments {
        hear: ctx.hear_peer(),
        record: ctx.record_told(),
    };
    let (taken, asked): (Vec<Taken>, Vec<Asked<Document>>) = read_well.into_iter().unzip();
    if asked.is_empty() || ctx.db.execute_many(&work, &asked).await.is_ok() {
        for taken in &taken {
            taken.done().await?;
        }
        return Ok(count);
    }
    // One that cannot be heard comes again later and holds up no other.
    for (taken, asked) in taken.iter().zip(asked) {
        let id = asked.command.id;
        match ctx.db.execute(&work, asked).await {
            Ok(()) => taken.done().await?,
            Err(error) => tracing::error!(
                peer, document.id = %id, error = &error as &dyn std::error::Error,
                "a document of a hotline was not heard; it is taken again"
            ),
        }
    }
    Ok(count)
}

/// What a message that cannot be read is about, as far as that can be read.
#[derive(Deserialize)]
struct About {
    transfer_id: TransferId,
}

/// `None` = not even who must be told what is wrong. What cannot be stored is as unreadable as what is no JSON.
fn read(kind: &str, body: &[u8]) -> Option<Content> {
    match kind {
        MESSAGE => Some(match Json::parse(body) {
            Ok(message) => Content::Said(Said::Message(message)),
            Err(problem) => Content::Unreadable {
                transfer_id: serde_json::from_slice::<About>(body).ok()?.transfer_id,
                fault: fault(&problem),
            },
        }),
        REPLY => Some(Content::Said(Said::Reply(Json::parse(body).ok()?))),
        _ => None,
    }
}

fn fault(problem: &Problem) -> String {
    let detail = problem.detail(Lang::En);
    match problem.field_name() {
        Some(field) => format!("{field}: {detail}"),
        None => detail.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unreadable(body: &str) -> Option<String> {
        match read(MESSAGE, body.as_bytes()) {
            Some(Content::Unreadable { fault, .. }) => Some(fault),
            _ => None,
        }
    }

    #[test]
    fn who_can_be_told_is_told_what_is_wrong() {
        let id = r#""transfer_id":"00000000-0000-0000-0000-000000000001""#;
        for (rest, fault) in [
            (r#""type":"refusal","reason":"a\u0000b""#, "reason: "),
            (
                r#""type":"end","state":"lapsed","ended_at":"-9999-01-01T00:00:00Z""#,
                "ended_at: ",
            ),
            (r#""type":"letter""#, "letter"),
            (r#""type":"refusal""#, "reason"),
        ] {
            let said = unreadable(&format!("{{{id},{rest}}}"));
            assert!(
                said.as_ref().is_some_and(|said| said.contains(fault)),
                "{rest}: {said:?}"
            );
        }
        let newer = format!(r#"{{{id},"type":"refusal","reason":"r","weather":"rain"}}"#);
        assert!(matches!(read(MESSAGE, newer.as_bytes()), Some(Content::Said(_))));
        for body in ["no JSON", r#"{"type":"refusal"}"#] {
            assert_eq!(read(MESSAGE, body.as_bytes()), None, "{body}");
        }
        assert_eq!(read("letter", newer.as_bytes()), None);
    }
}
