//! `GET /v1/transfers`, `GET /v1/transfers/{transfer_id}`, and the alarms among them.
use super::transfer_views::TransferBody;
use super::views::local;
use super::{error, transfer_error};
use crate::ctx::Ctx;
use crate::domain::transfer::TransferState;
use crate::usecases::read_transfers::{self, Wanted};
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, FixedOffset};
use contracts::ids::TransferId;
use contracts::words::TransferDirection;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Page, Path, Problem, Query, page};

/// Which transfers are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListTransfers {
    /// `next` of the page before.
    after: Option<String>,
    /// Items on a page, 1 to 200.
    limit: Option<u32>,
    /// Only in this state.
    state: Option<String>,
    /// outgoing, incoming.
    #[param(value_type = Option<String>)]
    direction: Option<TransferDirection>,
    /// Only with this hotline.
    peer: Option<String>,
    /// Only of this complaint: how a callback agent finds whom to ask for the caller's number.
    complaint_id: Option<Uuid>,
    /// True: only what waits for a person: refused or lapsed emergencies that nobody has seen to, and cases that are ours and
    /// could not be registered.
    #[serde(default)]
    alarms: bool,
}

/// A page of transfers, newest first.
#[utoipa::path(
    get, path = "/v1/transfers", params(ListTransfers),
    responses((status = 200, body = Page<TransferBody>), (status = 422, description = "`field` names the place"))
)]
pub(super) async fn list_transfers(
    State(ctx): State<Ctx>,
    Query(wanted): Query<ListTransfers>,
) -> Result<Json<Page<TransferBody>>, Problem> {
    let limit = page::limit(wanted.limit)?;
    let state = wanted.state.map(|word| word.parse::<TransferState>()).transpose();
    let state = state.map_err(|_| {
        Problem::unprocessable("invalid_field", "is none of the words for it")
            .detail_zh("取值不在允许范围内")
            .field("state")
    })?;
    let wanted = Wanted {
        state,
        direction: wanted.direction,
        alarms: wanted.alarms,
        peer: wanted.peer,
        complaint_id: wanted.complaint_id,
        after: page::decode(wanted.after.as_deref(), "after")?,
        ..Wanted::default()
    };
    let found = read_transfers::list_transfers(&ctx.db, &wanted, i64::from(limit) + 1)
        .await
        .map_err(|problem| error::database(&problem))?;
    let page = Page::from_rows(found, limit, |last| last.transfer_id);
    Ok(Json(page.map(|transfer| TransferBody::of(transfer, ctx.offset))))
}

/// A transfer, and when the case was ours.
#[derive(Serialize, ToSchema)]
pub(super) struct TransferDetail {
    #[serde(flatten)]
    transfer: TransferBody,
    /// When the case was ours; absent when it never was.
    #[serde(skip_serializing_if = "Option::is_none")]
    ownership: Option<OwnershipBody>,
    /// What the other hotline did not take of what it was told; nothing of it is tried again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    untaken: Vec<UntakenBody>,
}

/// Something that the other hotline will never take.
#[derive(Serialize, ToSchema)]
struct UntakenBody {
    /// offer, refusal, call, end, result, supplement, taken_back, acceptance.
    what: String,
    /// Its code, and what it says is wrong.
    why: String,
    at: DateTime<FixedOffset>,
}

/// When a case was ours. With the other hotline's answer: exactly one owner at any instant.
#[derive(Serialize, ToSchema)]
struct OwnershipBody {
    /// Code of this hotline.
    owner: String,
    owned_from: DateTime<FixedOffset>,
    /// Absent = it is ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    owned_until: Option<DateTime<FixedOffset>>,
    /// Hotline it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    gained_from: Option<String>,
    /// Hotline it went to.
    #[serde(skip_serializing_if = "Option::is_none")]
    lost_to: Option<String>,
}

/// One transfer, and when the case was ours.
#[utoipa::path(
    get, path = "/v1/transfers/{transfer_id}", params(("transfer_id" = Uuid, Path)),
    responses((status = 200, body = TransferDetail), (status = 404, description = "`transfer_unknown`"))
)]
pub(super) async fn get_transfer(
    State(ctx): State<Ctx>,
    Path(transfer_id): Path<Uuid>,
) -> Result<Json<TransferDetail>, Problem> {
    let found = read_transfers::get_transfer(&ctx.db, TransferId(transfer_id))
        .await
        .map_err(|problem| error::database(&problem))?;
    let (transfer, ownership) = found.ok_or_else(transfer_error::unknown)?;
    let ownership = ownership.map(|owned| OwnershipBody {
        owner: ctx.transfers.own_code.clone(),
        owned_from: local(owned.owned_from, ctx.offset),
        owned_until: owned.owned_until.map(|at| local(at, ctx.offset)),
        gained_from: owned.gained_from,
        lost_to: owned.lost_to,
    });
    let untaken = read_transfers::untaken(&ctx.db, transfer.transfer_id).await;
    let untaken = untaken.map_err(|problem| error::database(&problem))?;
    let untaken = untaken.into_iter().map(|untaken| UntakenBody {
        what: untaken.what,
        why: untaken.why,
        at: local(untaken.at, ctx.offset),
    });
    Ok(Json(TransferDetail {
        transfer: TransferBody::of(transfer, ctx.offset),
        ownership,
        untaken: untaken.collect(),
    }))
}

/// A person has seen to a refused or lapsed emergency: it leaves the list of alarms.
#[utoipa::path(
    delete, path = "/v1/transfers/{transfer_id}/alarm", params(("transfer_id" = Uuid, Path)),
    responses((status = 204, description = "seen to"), (status = 404, description = "`alarm_unknown`"))
)]
pub(super) async fn clear_alarm(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(transfer_id): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    let by = format!("agent:{}", principal.subject);
    let cleared = read_transfers::clear_alarm(&ctx.db, TransferId(transfer_id), &by)
        .await
        .map_err(|problem| error::database(&problem))?;
    if cleared {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found("alarm_unknown", "check the id").detail_zh("请核对转办编号"))
    }
}
