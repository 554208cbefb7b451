//! `/v1/peers`: the other hotlines, and the daily comparison.
use super::views::local;
use super::{error, transfer_error};
use crate::ctx::Ctx;
use crate::domain::peer::{Difference, Peer};
use crate::domain::peer_way::Way;
use crate::domain::{invalid, invalid::Invalid};
use crate::usecases::keep_peers::{self, Reconciliation};
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem, Query};

const NAME_CHARS_MAX: usize = 60;
const MATTERS_MAX: usize = 1_000;

/// Another hotline.
#[derive(Serialize, ToSchema)]
pub(super) struct PeerAnswer {
    code: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// How it is reached, in the order in which the ways are tried: https, nats.
    ways: Vec<&'static str>,
    matters: Vec<String>,
    active: bool,
}

impl From<Peer> for PeerAnswer {
    fn from(peer: Peer) -> Self {
        Self {
            code: peer.code,
            name: peer.name,
            url: peer.url,
            ways: peer.ways.into_iter().map(Way::as_str).collect(),
            matters: peer.matters,
            active: peer.active,
        }
    }
}

/// What is known of another hotline.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PutPeerBody {
    /// At most 60 characters.
    #[schema(example = "公共法律服务热线")]
    name: String,
    /// Base address of its door, https; absent = it cannot be called.
    #[serde(default)]
    url: Option<String>,
    /// How it is reached, in the order in which the ways are tried: https, nats. When one fails the next try goes the other way.
    #[serde(default = "by_https")]
    #[schema(example = json!(["nats", "https"]), default = json!(["https"]))]
    ways: Vec<String>,
    /// Catalogue entries whose cases are its.
    #[serde(default)]
    matters: Vec<String>,
    /// False = nothing is offered to it or taken from it.
    #[serde(default = "yes")]
    #[schema(default = true)]
    active: bool,
}

const fn yes() -> bool {
    true
}

fn by_https() -> Vec<String> {
    vec![Way::Https.as_str().to_owned()]
}

/// Keeps what is known of another hotline; its keys stay.
#[utoipa::path(
    put, path = "/v1/peers/{code}", params(("code" = String, Path)), request_body = PutPeerBody,
    responses((status = 200, body = PeerAnswer), (status = 422, description = "`field` names the place"))
)]
pub(super) async fn put_peer(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(code): Path<String>,
    Json(body): Json<PutPeerBody>,
) -> Result<Json<PeerAnswer>, Problem> {
    let peer = checked(&ctx, &code, body).map_err(error::invalid)?;
    let by = format!("agent:{}", principal.subject);
    keep_peers::put_peer(&ctx.db, &peer, &by)
        .await
        .map_err(|problem| error::database(&problem))?;
    Ok(Json(peer.into()))
}

fn checked(ctx: &Ctx, code: &str, body: PutPeerBody) -> Result<Peer, Invalid> {
    let missing = || {
        Invalid::new(
            "code",
            "must be 1 to 32 letters, digits, - or _",
            "须为 1 至 32 位字母、数字、- 或 _",
        )
    };
    let code = invalid::code_if_given("code", Some(code))?.ok_or_else(missing)?;
    if code == ctx.transfers.own_code {
        return Err(Invalid::new("code", "is this hotline's own", "为本热线代码"));
    }
    if body
        .url
        .as_deref()
        .is_some_and(|url| !ctx.links.client.accepts(url))
    {
        return Err(Invalid::new("url", "must be an https address", "须为 https 地址"));
    }
    if body.matters.len() > MATTERS_MAX {
        return Err(Invalid::new("matters", "at most 1000", "最多 1000 项"));
    }
    let mut matters = Vec::with_capacity(body.matters.len());
    for matter in &body.matters {
        matters.extend(invalid::code_if_given("matters", Some(matter))?);
    }
    Ok(Peer {
        code,
        name: invalid::text("name", &body.name, NAME_CHARS_MAX)?,
        url: body.url,
        ways: ways(&body.ways, ctx.links.stream.is_some())?,
        matters,
        active: body.active,
    })
}

/// Each way once; `linked` = there are links over NATS here.
fn ways(words: &[String], linked: bool) -> Result<Vec<Way>, Invalid> {
    let mut ways = Vec::with_capacity(words.len());
    for word in words {
        let way: Way = word
            .parse()
            .map_err(|_| Invalid::new("ways", "must be https or nats", "须为 https 或 nats"))?;
        if way == Way::Nats && !linked {
            return Err(Invalid::new(
                "ways",
                "this hotline has no links over NATS (service.peers_nats)",
                "本热线未配置 NATS 链路",
            ));
        }
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    if ways.is_empty() {
        return Err(Invalid::new("ways", "needs at least one", "至少一种方式"));
    }
    Ok(ways)
}

/// Which hotlines are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListPeers {
    /// Only those whose cases this catalogue entry's are.
    matter: Option<String>,
}

/// The other hotlines, by code.
#[derive(Serialize, ToSchema)]
pub(super) struct PeersAnswer {
    items: Vec<PeerAnswer>,
}

/// The other hotlines; with `matter`, those to which such a case goes.
#[utoipa::path(get, path = "/v1/peers", params(ListPeers), responses((status = 200, body = PeersAnswer)))]
pub(super) async fn list_peers(
    State(ctx): State<Ctx>,
    Query(wanted): Query<ListPeers>,
) -> Result<Json<PeersAnswer>, Problem> {
    let found = keep_peers::list_peers(&ctx.db, wanted.matter.as_deref()).await;
    let found = found.map_err(|problem| error::database(&problem))?;
    Ok(Json(PeersAnswer {
        items: found.into_iter().map(Into::into).collect(),
    }))
}

/// What a comparison with a peer found.
#[derive(Serialize, ToSchema)]
pub(super) struct ReconciliationBody {
    peer: String,
    /// Transfers offered from then on.
    since: DateTime<FixedOffset>,
    /// Transfers that either side knows.
    compared: i32,
    /// Where they differ; empty = agreement.
    differences: Vec<DifferenceBody>,
    made_at: DateTime<FixedOffset>,
}

/// Where two sides differ about one transfer.
#[derive(Serialize, ToSchema)]
struct DifferenceBody {
    transfer_id: Uuid,
    /// How it stands here; absent = unknown here.
    #[serde(skip_serializing_if = "Option::is_none")]
    here: Option<String>,
    /// How it stands there; absent = unknown there.
    #[serde(skip_serializing_if = "Option::is_none")]
    there: Option<String>,
    /// How many say that they own the case.
    owners: u8,
}

impl ReconciliationBody {
    fn of(made: Reconciliation, offset: FixedOffset) -> Self {
        let difference = |difference: Difference| DifferenceBody {
            transfer_id: difference.transfer_id.uuid(),
            here: difference.here,
            there: difference.there,
            owners: difference.owners,
        };
        Self {
            peer: made.peer,
            since: local(made.since, offset),
            compared: made.compared,
            differences: made.differences.into_iter().map(difference).collect(),
            made_at: local(made.made_at, offset),
        }
    }
}

/// What the newest comparison with a peer found.
#[utoipa::path(
    get, path = "/v1/peers/{code}/reconciliation", params(("code" = String, Path)),
    responses((status = 200, body = ReconciliationBody), (status = 404, description = "`peer_unknown`: none was made yet"))
)]
pub(super) async fn get_reconciliation(
    State(ctx): State<Ctx>,
    Path(code): Path<String>,
) -> Result<Json<ReconciliationBody>, Problem> {
    let made = keep_peers::last_reconciliation(&ctx.db, &code).await;
    let made = made.map_err(|problem| error::database(&problem))?;
    let made = made.ok_or_else(transfer_error::peer_unknown)?;
    Ok(Json(ReconciliationBody::of(made, ctx.offset)))
}

/// Compares now; it is done once a day anyway.
#[utoipa::path(
    post, path = "/v1/peers/{code}/reconciliation", params(("code" = String, Path)),
    responses((status = 200, body = ReconciliationBody), (status = 409, description = "`peer_unreachable`: unknown, no address or no keys"), (status = 502, description = "`peer_unreachable`"))
)]
pub(super) async fn reconcile(
    State(ctx): State<Ctx>,
    Path(code): Path<String>,
) -> Result<Json<ReconciliationBody>, Problem> {
    let made = ctx
        .reconcile(&code)
        .await
        .map_err(|problem| transfer_error::reconcile(&problem))?;
    Ok(Json(ReconciliationBody::of(made, ctx.offset)))
}
