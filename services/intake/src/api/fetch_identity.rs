//! `POST /v1/transfers/{transfer_id}/identity/fetches`: asks the hotline that handed a case over who its caller is.
use super::{error, transfer_error};
use crate::ctx::Ctx;
use crate::domain::invalid::{self, Invalid};
use crate::domain::reveal::{Field, LookOutcome};
use crate::domain::transfer::Transfer;
use crate::usecases::log_fetch::{Fetch, LogFetch};
use crate::usecases::read_transfers;
use axum::extract::State;
use axum::http::{HeaderName, header};
use contracts::cause::{Asked, Cause};
use contracts::ids::TransferId;
use contracts::peer_links::IDENTITY;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

const REASON_CHARS_MAX: usize = 200;

/// What is to be seen, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FetchIdentityBody {
    /// name, phone, words.
    #[schema(example = "phone")]
    field: String,
    /// Why, for the other hotline's access log.
    reason: String,
}

/// What the other hotline showed; it is not kept here.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct FetchedBody {
    value: String,
}

/// Asks the hotline that handed a case over for one field of its caller's identity. It shows it when the caller agreed and the
/// case is ours. Both sides log the look.
#[utoipa::path(
    post, path = "/v1/transfers/{transfer_id}/identity/fetches", params(("transfer_id" = Uuid, Path)),
    request_body = FetchIdentityBody,
    responses(
        (status = 200, body = FetchedBody),
        (status = 403, description = "`look_refused`"),
        (status = 404, description = "`transfer_unknown`, `identity_absent`"),
        (status = 422, description = "a rule is broken; `field` names the place"),
        (status = 409, description = "`peer_unreachable`: no address or no keys"),
        (status = 502, description = "`peer_unreachable`"),
    )
)]
pub(super) async fn fetch_identity(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(transfer_id): Path<Uuid>,
    Json(body): Json<FetchIdentityBody>,
) -> Result<([(HeaderName, &'static str); 1], Json<FetchedBody>), Problem> {
    let reason = invalid::text("reason", &body.reason, REASON_CHARS_MAX).map_err(error::invalid)?;
    let field: Field = body.field.parse().map_err(|_| {
        error::invalid(Invalid::new(
            "field",
            "is none of the words for it",
            "取值不在允许范围内",
        ))
    })?;
    let found = read_transfers::get_transfer(&ctx.db, TransferId(transfer_id)).await;
    let found = found.map_err(|problem| error::database(&problem))?;
    let transfer = found.map(|(transfer, _)| transfer).filter(Transfer::is_incoming);
    let transfer = transfer.ok_or_else(transfer_error::unknown)?;
    let question = Question {
        transfer,
        field,
        reason,
        looked_by: principal.subject.clone(),
        roles: roles(&principal),
        actor: format!("agent:{}", principal.subject),
    };
    let value = fetched(&ctx, question).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(FetchedBody { value })))
}

/// A look at an identity that another hotline keeps.
pub(super) struct Question {
    /// With which the case came here.
    pub(super) transfer: Transfer,
    pub(super) field: Field,
    /// For the other hotline's access log, and ours.
    pub(super) reason: String,
    /// Subject of the token.
    pub(super) looked_by: String,
    pub(super) roles: String,
    pub(super) actor: String,
}

/// Asks, and writes down what came of it.
pub(super) async fn fetched(ctx: &Ctx, question: Question) -> Result<String, Problem> {
    let Question {
        transfer,
        field,
        reason,
        looked_by,
        roles,
        actor,
    } = question;
    let asked = serde_json::json!({
        "transfer_id": transfer.transfer_id, "field": field.as_str(), "reason": reason
    });
    let id = Uuid::now_v7().to_string();
    let (status, answer) = ctx
        .links
        .ask(&ctx.db, &transfer.peer, IDENTITY, &id, asked.to_string())
        .await
        .map_err(|problem| transfer_error::ask(&problem))?;
    let fetched = serde_json::from_str::<FetchedBody>(&answer);
    let outcome = match (status, &fetched) {
        (200, Ok(_)) => LookOutcome::Shown,
        (403, _) => LookOutcome::Refused,
        (404, _) => LookOutcome::Absent,
        _ => LookOutcome::Unreadable,
    };
    let look = Fetch {
        transfer,
        looked_by,
        roles,
        field,
        reason,
        outcome,
    };
    let cause = Cause::asked_by(actor, telemetry::propagation::current_traceparent());
    // Shown only when it is written down that it was.
    let logged = ctx.db.execute(&LogFetch, Asked { cause, command: look }).await;
    logged.map_err(|problem| error::never_refused(&problem))?;
    match (outcome, fetched) {
        (LookOutcome::Shown, Ok(fetched)) => Ok(fetched.value),
        (LookOutcome::Refused, _) => Err(super::reveal_identity::refused()),
        (LookOutcome::Absent, _) => Err(super::reveal_identity::absent()),
        _ => Err(transfer_error::answered(status)),
    }
}

fn roles(principal: &Principal) -> String {
    let roles: Vec<&str> = principal.roles.iter().map(web::auth::Role::as_str).collect();
    roles.join(",")
}
