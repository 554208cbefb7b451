//! `POST /v1/complaints/{complaint_id}/supplements`: the caller adds something to an open complaint.
use super::error;
use super::views::local;
use crate::ctx::Ctx;
use crate::domain::supplement::Supplement;
use crate::domain::{ComplaintId, invalid};
use crate::usecases::supplement_complaint::{Command, SupplementComplaint};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset};
use contracts::cause::{Asked, Cause};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use web::auth::Principal;
use web::{IdempotencyKey, Json, Path, Problem};

const TEXT_CHARS_MAX: usize = 4_000;

/// What is added.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SupplementBody {
    /// At most 4000 characters. Phone numbers are masked; the caller's name is sealed and must not be written here.
    #[schema(example = "昨晚又有两盏路灯不亮")]
    text: String,
}

/// What was added.
#[derive(Serialize, ToSchema)]
pub(super) struct ComplaintSupplemented {
    /// 1, 2, 3, … inside the complaint.
    supplement: i32,
    /// Masked.
    text: String,
    supplemented_at: DateTime<FixedOffset>,
}

impl ComplaintSupplemented {
    pub(super) fn of(row: Supplement, offset: FixedOffset) -> Self {
        Self {
            supplement: row.supplement,
            text: row.text,
            supplemented_at: local(row.at, offset),
        }
    }
}

/// The caller adds something to a complaint of which an order is open.
///
/// What another hotline has is added to there, too. With an `Idempotency-Key` a repeated request gets the first answer again.
#[utoipa::path(
    post, path = "/v1/complaints/{complaint_id}/supplements", request_body = SupplementBody,
    params(("complaint_id" = Uuid, Path, description = "the complaint"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 128 visible ASCII characters, best a fresh UUID")),
    responses(
        (status = 201, body = ComplaintSupplemented),
        (status = 404, description = "`complaint_unknown`"),
        (status = 409, description = "`order_closed`: nothing of it is open"),
        (status = 422, description = "a rule is broken, or the key was used for another request; `field` names the place"),
    )
)]
pub(super) async fn supplement_complaint(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(complaint_id): Path<ComplaintId>,
    key: Option<IdempotencyKey>,
    Json(body): Json<SupplementBody>,
) -> Result<Response, Problem> {
    let hash = web::idempotency::request_hash(&(complaint_id, &body));
    let by = format!("agent:{}", principal.subject);
    let command = Command {
        complaint_id,
        text: invalid::text("text", &body.text, TEXT_CHARS_MAX).map_err(error::invalid)?,
        by: by.clone(),
        attempt: key.map(|IdempotencyKey(key)| (key, hash)),
    };
    let cause = Cause::asked_by(by, telemetry::propagation::current_traceparent());
    let work = SupplementComplaint {
        vault: Arc::clone(&ctx.links.vault),
    };
    let added = ctx
        .db
        .execute(&work, Asked { cause, command })
        .await
        .map_err(error::supplement)?;
    let answer = ComplaintSupplemented::of(added.row, ctx.offset);
    let mut response = (StatusCode::CREATED, Json(answer)).into_response();
    if added.repeated {
        response
            .headers_mut()
            .insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    Ok(response)
}
