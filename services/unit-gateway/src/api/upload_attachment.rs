//! `POST /v1/units/{unit}/orders/{order_id}/attachments?name=`: evidence, the body is its content.
use super::shapes::AttachmentAnswer;
use crate::ctx::Ctx;
use crate::domain::attachment;
use crate::usecases::keep_attachment::{
    KeepAttachmentError, KeepAttachmentRefusal, NewAttachment, keep_attachment,
};
use crate::wire::{problem, unit_code};
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use contracts::cause::Cause;
use contracts::ids::OrderId;
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem, Query};

/// What the content is called.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UploadQuery {
    /// File name.
    name: String,
}

/// Keeps evidence for an order that the unit has now. Name its id in `attachments` of a reply or a part.
#[utoipa::path(
    post,
    path = "/v1/units/{unit}/orders/{order_id}/attachments",
    tag = "evidence",
    params(
        ("unit" = String, Path, description = "code of the unit"),
        ("order_id" = Uuid, Path, description = "the order"),
        ("name" = String, Query, description = "file name, up to 200 characters"),
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "the content; `Content-Type` says what it is, and it must begin so"),
    responses(
        (status = 201, description = "kept", body = AttachmentAnswer),
        (status = 403, description = "`wrong_unit`"),
        (status = 404, description = "`order_unknown`: the unit does not have this order now"),
        (status = 409, description = "`order_closed`, `attachments_exhausted`"),
        (status = 415, description = "`attachment_type`: not accepted, or not what it is said to be"),
    )
)]
pub(super) async fn upload_attachment(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path((unit, order_id)): Path<(String, Uuid)>,
    Query(query): Query<UploadQuery>,
    headers: HeaderMap,
    content: Bytes,
) -> Result<Response, Problem> {
    principal.require_unit(&unit)?;
    let unit = unit_code(unit)?;
    let media_type = media_type(&ctx, &headers, &content)?;
    let name = attachment::clean_name(&query.name).ok_or_else(|| {
        Problem::bad_request("invalid_field", "a file name of 1 to 200 characters")
            .detail_zh("文件名须为 1 至 200 个字符")
            .field("name")
    })?;
    let cause = Cause::asked_by(
        format!("unit:{unit}"),
        telemetry::propagation::current_traceparent(),
    );
    let new = NewAttachment {
        unit,
        order_id: OrderId(order_id),
        name: telemetry::redact::mask_phones(&name).into_owned(),
        media_type,
        by: principal.subject,
    };
    let kept = keep_attachment(&ctx, new, &content, cause)
        .await
        .map_err(failed)?;
    let answer = AttachmentAnswer::of(&ctx, kept);
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

fn media_type(ctx: &Ctx, headers: &HeaderMap, content: &[u8]) -> Result<String, Problem> {
    let said = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|value| value.trim().to_ascii_lowercase())
        .unwrap_or_default();
    let accepted = &ctx.config.attachments.types;
    if accepted.contains(&said) && attachment::is(content, &said) {
        return Ok(said);
    }
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "attachment_type",
        format!(
            "the content must be, and say so in Content-Type, one of {}",
            accepted.join(", ")
        ),
    )
    .detail_zh(format!(
        "Content-Type 与内容须一致，可用类型：{}",
        accepted.join("、")
    )))
}

fn failed(error: KeepAttachmentError) -> Problem {
    match error {
        KeepAttachmentError::Execute(error) => problem::executed(error, |refusal| match refusal {
            KeepAttachmentRefusal::Order(refusal) => problem::refused(refusal),
            KeepAttachmentRefusal::TooMany => Problem::conflict(
                "attachments_exhausted",
                "this unit gave as many to this order as it may",
            )
            .detail_zh("本单位为该工单上传的附件已达上限"),
        }),
        KeepAttachmentError::Store(error) => {
            tracing::error!(error = %format!("{error:#}"), "evidence not kept");
            Problem::unavailable(5)
        }
    }
}
