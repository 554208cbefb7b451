//! POST /v1/exclusions: an order should be left out of figures.
use super::list_exclusions::ExclusionView;
use super::note;
use super::period::bad;
use crate::api::error;
use crate::ctx::Ctx;
use crate::domain::figures::{Figure, ScoresPolicy};
use crate::usecases::request_exclusion::{Command, RequestExclusion};
use axum::extract::State;
use contracts::cause::{Asked, Cause};
use contracts::ids::OrderId;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Problem};

/// What is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExclusionForm {
    /// The order.
    pub order_id: Uuid,
    /// Generation of the assignment it is about; absent = every one.
    #[serde(default)]
    pub generation: Option<i32>,
    /// Figures to leave it out of; empty = all.
    #[serde(default)]
    pub figures: Vec<String>,
    /// A code of the policy `scores`: `impossible`, `unreasonable`, …
    pub reason: String,
    /// Why, without personal data.
    pub note: String,
}

/// Asks that an order be left out of figures. It counts until a second person has agreed. What is beyond a limit of the city
/// (policy `scores`, `exclusions`) is refused.
#[utoipa::path(post, path = "/v1/exclusions", tag = "exclusions", request_body = ExclusionForm,
    responses((status = 201, body = ExclusionView), (status = 404, description = "Nothing is known of the order"),
        (status = 422, description = "`exclusion_too_late`, `exclusion_share`: beyond a limit of the city, which is named")))]
pub async fn request_exclusion(
    State(ctx): State<Ctx>,
    principal: Principal,
    Json(form): Json<ExclusionForm>,
) -> Result<(StatusCode, Json<ExclusionView>), Problem> {
    let rules = ctx.exclusion_rules().await.map_err(|e| error::db(&e))?;
    let command = command(&rules.policy, form)?;
    let actor = format!("agent:{}", principal.subject);
    let cause = Cause::asked_by(actor, telemetry::propagation::current_traceparent());
    let row = ctx
        .db
        .execute(&RequestExclusion(rules), Asked { cause, command })
        .await;
    let row = row.map_err(|e| error::exclusion(&e, ctx.offset()))?;
    Ok((StatusCode::CREATED, Json(ExclusionView::of(&ctx, row))))
}

fn command(policy: &ScoresPolicy, form: ExclusionForm) -> Result<Command, Problem> {
    let known = |name: &String| name.parse::<Figure>().is_ok();
    if !form.figures.iter().all(known) {
        let words = Figure::ALL.map(Figure::word).join(", ");
        return Err(bad(
            "figures",
            format!("figures are {words}"),
            format!("指标须为：{words}"),
        ));
    }
    if !policy.exclusion_reasons.contains_key(&form.reason) {
        let codes: Vec<&str> = policy.exclusion_reasons.keys().map(String::as_str).collect();
        let codes = codes.join(", ");
        return Err(bad(
            "reason",
            format!("reason is one of {codes}"),
            format!("剔除原因须为：{codes}"),
        ));
    }
    Ok(Command {
        order_id: OrderId(form.order_id),
        generation: form.generation,
        figures: form.figures,
        reason: form.reason,
        note: note("note", &form.note)?,
    })
}
