//! `/v1/reply-addresses`: desks outside of the hotline, to which the results of what they brought go.
use super::error;
use super::views::local;
use crate::ctx::Ctx;
use crate::domain::Channel;
use crate::domain::invalid::Invalid;
use crate::domain::reply_address::{ReplyAddress, ReplyWay};
use crate::links::DESK_SECRET;
use crate::usecases::keep_reply_addresses::{self, RefusedResult, Shown};
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// A desk.
#[derive(Serialize, ToSchema)]
pub(super) struct ReplyAddressAnswer {
    code: String,
    name: String,
    /// What it brings comes by this channel.
    channel: &'static str,
    /// post, sms.
    way: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    private_target: bool,
    active: bool,
}

impl From<ReplyAddress> for ReplyAddressAnswer {
    fn from(address: ReplyAddress) -> Self {
        Self {
            code: address.code,
            name: address.name,
            channel: address.channel.as_str(),
            way: address.way.as_str(),
            url: address.url,
            private_target: address.private_target,
            active: address.active,
        }
    }
}

/// A desk, and how telling it goes.
#[derive(Serialize, ToSchema)]
struct DeskAnswer {
    #[serde(flatten)]
    desk: ReplyAddressAnswer,
    /// Results that are to be told now.
    waiting: i64,
    /// Tries in a row that it did not take.
    failures: i32,
    /// Nothing is told to it before: it did not take the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    paused_until: Option<DateTime<FixedOffset>>,
    /// What it refused for good, the newest 20: not tried again before the desk is put anew or gets a new secret.
    refused: Vec<RefusedAnswer>,
}

/// A result that its desk, or the provider of messages, will never take.
#[derive(Serialize, ToSchema)]
struct RefusedAnswer {
    complaint_id: Uuid,
    complaint_number: String,
    refused_at: DateTime<FixedOffset>,
    error: String,
}

impl DeskAnswer {
    fn new(shown: Shown, offset: FixedOffset) -> Self {
        let going = shown.going.as_ref();
        let refused = |refused: RefusedResult| RefusedAnswer {
            complaint_id: refused.complaint_id,
            complaint_number: refused.complaint_number,
            refused_at: local(refused.refused_at, offset),
            error: refused.error,
        };
        Self {
            waiting: going.map_or(0, |going| going.waiting),
            failures: going.map_or(0, |going| going.failures),
            paused_until: going
                .and_then(|going| going.paused_until)
                .map(|at| local(at, offset)),
            refused: shown.refused.into_iter().map(refused).collect(),
            desk: shown.address.into(),
        }
    }
}

/// What is known of a desk.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PutReplyAddressBody {
    /// At most 60 characters.
    #[schema(example = "领导留言板")]
    name: String,
    /// phone, sms, wechat, app, web, mailbox, message_board, province, hotline, visit: the only one whose complaints may name it.
    #[schema(value_type = String, example = "message_board")]
    channel: Channel,
    /// post: to the desk's own system; sms: to the phone of whoever wrote.
    #[schema(example = "post")]
    way: String,
    /// With `post`: address of its system, https. Absent = results are kept as files here, which is for a laptop.
    #[serde(default)]
    url: Option<String>,
    /// True: its system may be in a private network of the city. Never this machine or its link.
    #[serde(default)]
    private_target: bool,
    /// False = no new complaint may name it; what it brought is still answered.
    #[serde(default = "yes")]
    #[schema(default = true)]
    active: bool,
}

const fn yes() -> bool {
    true
}

/// Keeps what is known of a desk; its secret stays. What it refused or did not take is tried again.
#[utoipa::path(
    put, path = "/v1/reply-addresses/{code}", params(("code" = String, Path)), request_body = PutReplyAddressBody,
    responses((status = 200, body = ReplyAddressAnswer), (status = 422, description = "`field` names the place"))
)]
pub(super) async fn put_reply_address(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(code): Path<String>,
    Json(body): Json<PutReplyAddressBody>,
) -> Result<Json<ReplyAddressAnswer>, Problem> {
    let way: ReplyWay = body
        .way
        .parse()
        .map_err(|rule| error::invalid(Invalid::new("way", rule, "须为 post 或 sms")))?;
    let checked = body
        .url
        .as_deref()
        .map(|url| ctx.desks.check(url, body.private_target));
    if let Some(Err(problem)) = checked {
        let rule = Invalid::new("url", problem.to_string(), "须为公网 https 地址");
        return Err(error::invalid(rule));
    }
    let address = ReplyAddress {
        code,
        name: body.name,
        channel: body.channel,
        way,
        url: body.url,
        private_target: body.private_target,
        active: body.active,
    };
    let address = address.checked().map_err(error::invalid)?;
    let by = format!("agent:{}", principal.subject);
    keep_reply_addresses::put(&ctx.db, &address, &by)
        .await
        .map_err(|problem| error::database(&problem))?;
    Ok(Json(address.into()))
}

/// The desks, by code.
#[derive(Serialize, ToSchema)]
pub(super) struct ReplyAddressesAnswer {
    items: Vec<DeskAnswer>,
}

/// The desks, by code, and how telling each of them goes.
#[utoipa::path(get, path = "/v1/reply-addresses", responses((status = 200, body = ReplyAddressesAnswer)))]
pub(super) async fn list_reply_addresses(
    State(ctx): State<Ctx>,
) -> Result<Json<ReplyAddressesAnswer>, Problem> {
    let found = keep_reply_addresses::list(&ctx.db).await;
    let found = found.map_err(|problem| error::database(&problem))?;
    Ok(Json(ReplyAddressesAnswer {
        items: found
            .into_iter()
            .map(|shown| DeskAnswer::new(shown, ctx.offset))
            .collect(),
    }))
}

/// By which a desk knows that a result is ours.
#[derive(Serialize, ToSchema)]
pub(super) struct ReplySecret {
    /// `whsec_` and base64, as in Standard Webhooks.
    secret: String,
}

/// Makes the secret that signs what is posted to a desk; the one of before ends. Shown now and never again. Without one nothing is
/// posted: results wait.
#[utoipa::path(
    post, path = "/v1/reply-addresses/{code}/secret", params(("code" = String, Path)),
    responses((status = 201, body = ReplySecret), (status = 404, description = "`reply_address_unknown`"))
)]
pub(super) async fn make_reply_secret(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(code): Path<String>,
) -> Result<(StatusCode, Json<ReplySecret>), Problem> {
    let secret = signing::present(&rand::random::<[u8; signing::SECRET_BYTES]>());
    let sealed = ctx.links.vault.seal_secret(&code, DESK_SECRET, &secret);
    let by = format!("agent:{}", principal.subject);
    let known = keep_reply_addresses::keep_secret(&ctx.db, &code, &sealed, &by)
        .await
        .map_err(|problem| error::database(&problem))?;
    if !known {
        let problem = Problem::not_found("reply_address_unknown", "put it first");
        return Err(problem.detail_zh("请先登记该回复地址"));
    }
    Ok((StatusCode::CREATED, Json(ReplySecret { secret })))
}

/// Why a complaint may not name this address now; `None` = it may, or names none.
pub(super) async fn against(
    ctx: &Ctx,
    code: Option<&str>,
    (channel, has_phone): (Channel, bool),
) -> Result<Option<Invalid>, Problem> {
    let Some(code) = code else { return Ok(None) };
    let found = keep_reply_addresses::get(&ctx.db, code).await;
    let found = found.map_err(|problem| error::database(&problem))?;
    Ok(match found {
        Some(address) => address.takes(channel, has_phone).err(),
        None => Some(Invalid::new("reply_address", "is not known", "没有该回复地址")),
    })
}
