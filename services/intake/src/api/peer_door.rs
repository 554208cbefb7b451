//! `/v1/peer/…`: the door for other hotlines. A key says who calls, a signature that the call is whole and fresh.
use super::fetch_identity::{Question, fetched};
use super::{error, transfer_error};
use crate::ctx::Ctx;
use crate::domain::invalid;
use crate::domain::peer::{Answer, Message, Standings};
use crate::domain::reveal::Field;
use crate::links::THEIR_SECRET;
use crate::usecases::hear_peer::Heard;
use crate::usecases::keep_peers;
use crate::usecases::reveal_to_peer::{Look, PeerRevealed, RevealToPeer};
use crate::usecases::rotate_keys::{self, Signs};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use contracts::ids::TransferId;
use db::ExecuteError;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use signing::{PublicKey, SignatureError};
use utoipa::ToSchema;
use web::auth::Principal;
use web::{Json, Problem};

const REASON_CHARS_MAX: usize = 200;

/// Whose call this is, once its signature is believed, and what it says.
async fn believed<T: DeserializeOwned>(
    ctx: &Ctx,
    principal: &Principal,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<(String, T), Problem> {
    let invalid = || transfer_error::signature(SignatureError::Wrong);
    let peer = principal.subject.strip_prefix("peer:").ok_or_else(invalid)?;
    let now = ctx.db.clock().now().timestamp();
    // While a peer changes over from one key to the next, it may sign with either.
    let signs = rotate_keys::signs(&ctx.db, peer).await;
    let mut wrong = invalid();
    let mut fits = false;
    for signs in signs.map_err(|problem| error::database(&problem))? {
        match CheckedWith::read(ctx, peer, &signs).map(|key| key.verify(headers, body, now)) {
            None => {}
            Some(Ok(_)) => fits = true,
            Some(Err(error)) => wrong = transfer_error::signature(error),
        }
    }
    if !fits {
        return Err(wrong);
    }
    Ok((peer.to_owned(), transfer_error::read(body)?))
}

/// What signatures of a peer are checked with.
enum CheckedWith {
    Secret(Vec<u8>),
    Public(PublicKey),
}

impl CheckedWith {
    /// `None` and a line in the log when it cannot be read.
    fn read(ctx: &Ctx, peer: &str, signs: &Signs) -> Option<Self> {
        match signs {
            Signs::Privately(public_key) => PublicKey::read(public_key).map(Self::Public),
            Signs::Secret(sealed) => {
                let opened = ctx.links.vault.open_secret(peer, THEIR_SECRET, sealed);
                let opened = opened
                    .inspect_err(|error| tracing::error!(peer, %error, "the secret of a peer does not open"))
                    .ok()?;
                signing::read(&opened).map(Self::Secret)
            }
        }
    }

    fn verify(&self, headers: &HeaderMap, body: &[u8], now: i64) -> Result<String, SignatureError> {
        match self {
            Self::Secret(secret) => signing::verify(secret, headers, body, now),
            Self::Public(key) => key.verify(headers, body, now),
        }
    }
}

fn cause(peer: &str) -> Cause {
    Cause::asked_by(
        format!("peer:{peer}"),
        telemetry::propagation::current_traceparent(),
    )
}

/// Takes a message about a transfer, of one of the types of its schema. Every message may come twice and late; the answer says
/// where the transfer stands here.
#[utoipa::path(
    post, path = "/v1/peer/messages", request_body = Message,
    params(
        ("webhook-id" = String, Header, description = "stable over retries"),
        ("webhook-timestamp" = String, Header, description = "seconds since 1970"),
        ("webhook-signature" = String, Header, description = "`v1,` or, with a private key, `v1a,` and base64, as in Standard Webhooks"),
    ),
    responses(
        (status = 200, body = Answer),
        (status = 404, description = "`transfer_unknown`"),
        (status = 409, description = "`other_side_decides`, `order_closed`, `order_followed`"),
        (status = 422, description = "`message_unreadable`, `hop_limit`, `voice_first`"),
        (status = 503, description = "`case_unregistered`: say it again later"),
    )
)]
pub(super) async fn hear_peer(
    State(ctx): State<Ctx>,
    principal: Principal,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Answer>, Problem> {
    let (peer, message) = believed::<Message>(&ctx, &principal, &headers, &body).await?;
    let asked = Asked {
        cause: cause(&peer),
        command: Heard { peer, message },
    };
    let answer = ctx
        .db
        .execute(&ctx.hear_peer(), asked)
        .await
        .map_err(transfer_error::hear)?;
    Ok(Json(answer))
}

/// What is to be seen.
#[derive(Deserialize, ToSchema)]
pub(super) struct PeerLookBody {
    #[schema(value_type = uuid::Uuid)]
    transfer_id: TransferId,
    /// name, phone, words.
    field: String,
    /// Why, for the access log.
    reason: String,
}

/// What was sealed.
#[derive(Serialize, ToSchema)]
pub(super) struct PeerRevealedBody {
    value: String,
}

/// Shows one field of a caller's identity to the hotline that has taken the case over, when the caller agreed. What another hotline
/// keeps, from which the case came here, is asked for there. Every look is logged, refused ones too.
#[utoipa::path(
    post, path = "/v1/peer/identity-reveals", request_body = PeerLookBody,
    params(
        ("webhook-id" = String, Header), ("webhook-timestamp" = String, Header), ("webhook-signature" = String, Header),
    ),
    responses(
        (status = 200, body = PeerRevealedBody),
        (status = 403, description = "`look_refused`: no consent, confidential, or not accepted yet"),
        (status = 404, description = "`transfer_unknown`, `identity_absent`"),
        (status = 422, description = "`message_unreadable`, or `field` names the place"),
    )
)]
pub(super) async fn reveal_to_peer(
    State(ctx): State<Ctx>,
    principal: Principal,
    headers: HeaderMap,
    body: Bytes,
) -> Result<([(HeaderName, &'static str); 1], Json<PeerRevealedBody>), Problem> {
    let (peer, look) = believed::<PeerLookBody>(&ctx, &principal, &headers, &body).await?;
    let revealed = shown(&ctx, peer, look).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(revealed)))
}

/// Shows it, or writes down that it was refused.
pub(super) async fn shown(ctx: &Ctx, peer: String, look: PeerLookBody) -> Result<PeerRevealedBody, Problem> {
    let unknown = || invalid::Invalid::new("field", "is none of the words for it", "取值不在允许范围内");
    let field: Field = look.field.parse().map_err(|_| error::invalid(unknown()))?;
    let reason = invalid::text("reason", &look.reason, REASON_CHARS_MAX).map_err(error::invalid)?;
    let asked = Asked {
        cause: cause(&peer),
        command: Look {
            peer: peer.clone(),
            transfer_id: look.transfer_id,
            field,
            reason: reason.clone(),
        },
    };
    let work = RevealToPeer {
        reveal: ctx.reveal.clone(),
    };
    let value = match ctx.db.execute(&work, asked).await {
        Ok(PeerRevealed::Here(revealed)) => super::reveal_identity::shown(revealed)?,
        Ok(PeerRevealed::KeptBy(transfer)) => {
            let looker = format!("peer:{peer}");
            let question = Question {
                transfer: *transfer,
                field,
                reason,
                looked_by: looker.clone(),
                roles: "peer".to_owned(),
                actor: looker,
            };
            fetched(ctx, question).await?
        }
        Err(ExecuteError::Db(problem)) => return Err(error::database(&problem)),
        Err(ExecuteError::Refused(_)) => return Err(transfer_error::unknown()),
    };
    Ok(PeerRevealedBody { value })
}

/// From when on transfers are compared.
#[derive(Deserialize, ToSchema)]
pub(super) struct StandingsWanted {
    since: DateTime<Utc>,
    /// Only those after this one, newest first: `next` of the answer before.
    #[serde(default)]
    #[schema(value_type = Option<uuid::Uuid>)]
    after: Option<TransferId>,
}

/// How the transfers with the calling hotline stand here, for the daily comparison.
#[utoipa::path(
    post, path = "/v1/peer/standings", request_body = StandingsWanted,
    params(
        ("webhook-id" = String, Header), ("webhook-timestamp" = String, Header), ("webhook-signature" = String, Header),
    ),
    responses((status = 200, body = Standings), (status = 422, description = "`message_unreadable`"))
)]
pub(super) async fn standings(
    State(ctx): State<Ctx>,
    principal: Principal,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Standings>, Problem> {
    let (peer, wanted) = believed::<StandingsWanted>(&ctx, &principal, &headers, &body).await?;
    Ok(Json(standing(&ctx, &peer, &wanted).await?))
}

/// One page.
pub(super) async fn standing(ctx: &Ctx, peer: &str, wanted: &StandingsWanted) -> Result<Standings, Problem> {
    let standings = keep_peers::standings_page(&ctx.db, peer, wanted.since, wanted.after).await;
    standings.map_err(|problem| error::database(&problem))
}

#[cfg(test)]
mod tests;
