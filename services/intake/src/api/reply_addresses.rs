//! `/v1/reply-addresses`: desks outside of the hotline, to which the results of what they brought go.
use super::error;
use crate::ctx::Ctx;
use crate::domain::Channel;
use crate::domain::invalid::Invalid;
use crate::domain::reply_address::{ReplyAddress, ReplyWay};
use crate::links::DESK_SECRET;
use crate::usecases::keep_reply_addresses;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
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
            active: address.active,
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
    /// False = no new complaint may name it; what it brought is still answered.
    #[serde(default = "yes")]
    #[schema(default = true)]
    active: bool,
}

const fn yes() -> bool {
    true
}

/// Keeps what is known of a desk; its secret stays.
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
    if body
        .url
        .as_deref()
        .is_some_and(|url| !ctx.links.client.accepts(url))
    {
        let rule = Invalid::new("url", "must be an https address", "须为 https 地址");
        return Err(error::invalid(rule));
    }
    let address = ReplyAddress {
        code,
        name: body.name,
        channel: body.channel,
        way,
        url: body.url,
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
    items: Vec<ReplyAddressAnswer>,
}

/// The desks, by code.
#[utoipa::path(get, path = "/v1/reply-addresses", responses((status = 200, body = ReplyAddressesAnswer)))]
pub(super) async fn list_reply_addresses(
    State(ctx): State<Ctx>,
) -> Result<Json<ReplyAddressesAnswer>, Problem> {
    let found = keep_reply_addresses::list(&ctx.db).await;
    let found = found.map_err(|problem| error::database(&problem))?;
    Ok(Json(ReplyAddressesAnswer {
        items: found.into_iter().map(Into::into).collect(),
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

/// The address that a complaint names, when it may.
pub(super) async fn named(
    ctx: &Ctx,
    code: Option<String>,
    (channel, has_phone): (Channel, bool),
) -> Result<Option<String>, Problem> {
    let Some(code) = code else { return Ok(None) };
    let found = keep_reply_addresses::get(&ctx.db, &code).await;
    let found = found.map_err(|problem| error::database(&problem))?;
    let unknown = || Invalid::new("reply_address", "is not known", "没有该回复地址");
    let address = found.ok_or_else(|| error::invalid(unknown()))?;
    address.takes(channel, has_phone).map_err(error::invalid)?;
    Ok(Some(code))
}
