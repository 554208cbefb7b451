//! `POST /v1/complaints/{complaint_id}/identity/reveals`: one look at one sealed field, for one purpose.
//!
//! Everybody with a token gets as far as the rule that decides, because refused looks are written down too.
use super::error;
use crate::ctx::Ctx;
use crate::domain::ComplaintId;
use crate::domain::invalid::{self, Invalid};
use crate::domain::reveal::{Field, Looker, Purpose};
use crate::usecases::reveal_identity::{Look, Revealed};
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use contracts::cause::{Asked, Cause};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::auth::{Principal, Role};
use web::{Json, Path, Problem};

const REASON_CHARS_MAX: usize = 500;

/// What is to be seen, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RevealIdentityBody {
    /// name, phone, second_phone, words (the caller's own words, where masking changed them).
    #[schema(example = "phone")]
    field: String,
    /// callback, emergency, transfer, supervision, correction.
    #[schema(example = "callback")]
    purpose: String,
    /// Why, for the access log.
    #[schema(example = "回访")]
    reason: String,
}

/// What was sealed.
#[derive(Serialize, ToSchema)]
pub(super) struct RevealedBody {
    value: String,
}

/// Shows one field of an identity.
///
/// Agents: for callback and correction. Callback agents: for everything but supervision, and for a confidential
/// complaint only for callback. Supervisors: for everything. Nobody else. Every look is logged, refused ones too.
#[utoipa::path(
    post, path = "/v1/complaints/{complaint_id}/identity/reveals", params(("complaint_id" = Uuid, Path)),
    request_body = RevealIdentityBody,
    responses(
        (status = 200, body = RevealedBody),
        (status = 403, description = "not for this caller, or not for this purpose"),
        (status = 404, description = "no such complaint, or nothing of that kind was given"),
    )
)]
pub(super) async fn reveal_identity(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(complaint_id): Path<ComplaintId>,
    Json(body): Json<RevealIdentityBody>,
) -> Result<([(HeaderName, &'static str); 1], Json<RevealedBody>), Problem> {
    let look = look(&principal, complaint_id, &body).map_err(error::invalid)?;
    let cause = Cause::asked_by(
        format!("agent:{}", principal.subject),
        telemetry::propagation::current_traceparent(),
    );
    let asked = Asked { cause, command: look };
    let revealed = ctx
        .db
        .execute(&ctx.reveal, asked)
        .await
        .map_err(|problem| error::never_refused(&problem))?;
    let value = shown(revealed)?;
    Ok((
        [(header::CACHE_CONTROL, "no-store")],
        Json(RevealedBody { value }),
    ))
}

pub(super) fn refused() -> Problem {
    Problem::forbidden("look_refused", "the refusal is in the access log")
        .detail_zh("本次被拒的查看已记入日志")
}

pub(super) fn absent() -> Problem {
    Problem::not_found("identity_absent", "nothing of that kind was given").detail_zh("登记时未提供该项信息")
}

/// The value, or why there is none.
pub(super) fn shown(revealed: Revealed) -> Result<String, Problem> {
    match revealed {
        Revealed::Value(value) => Ok(value),
        Revealed::Refused => Err(refused()),
        Revealed::Absent => Err(absent()),
        Revealed::Unreadable => Err(Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "identity_unreadable",
            "a key may be missing; report the request id to the operators",
        )
        .detail_zh("密钥可能缺失，请将请求编号告知运维人员")),
    }
}

fn look(
    principal: &Principal,
    complaint_id: ComplaintId,
    body: &RevealIdentityBody,
) -> Result<Look, Invalid> {
    let unknown = |field: &str| Invalid::new(field, "is none of the words for it", "取值不在允许范围内");
    let field: Field = body.field.parse().map_err(|_| unknown("field"))?;
    let purpose: Purpose = body.purpose.parse().map_err(|_| unknown("purpose"))?;
    let lookers = [
        (Role::Agent, Looker::Agent),
        (Role::CallbackAgent, Looker::CallbackAgent),
        (Role::Supervisor, Looker::Supervisor),
    ];
    Ok(Look {
        complaint_id,
        field,
        purpose,
        reason: invalid::text("reason", &body.reason, REASON_CHARS_MAX)?,
        looked_by: principal.subject.clone(),
        roles: principal
            .roles
            .iter()
            .map(|role| role.as_str().to_owned())
            .collect(),
        lookers: lookers
            .into_iter()
            .filter(|(role, _)| principal.has(*role))
            .map(|(_, looker)| looker)
            .collect(),
    })
}
