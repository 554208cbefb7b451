//! Consultations, and the orders that wait for one.
use super::act::shown;
use super::views::{ConsultationView, WaitingView, view, waiting_view};
use crate::api::error;
use crate::ctx::Ctx;
use crate::domain::ConsultationState;
use crate::usecases::consultations::read::{self, Position};
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use web::{Json, Page, Path, Problem, Query, page};

/// Which consultations.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// `opened`, `held`, `ruled`, `refused`, `ended`, `cancelled`.
    pub state: Option<String>,
    /// About one order.
    pub order_id: Option<Uuid>,
    /// Cursor of the previous page.
    pub after: Option<String>,
    /// Items on the page, 1 to 200; 50 by default.
    pub limit: Option<u32>,
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Cursor of the previous page.
    pub after: Option<String>,
    /// Items on the page, 1 to 200; 50 by default.
    pub limit: Option<u32>,
}

/// Consultations, the oldest first. Those that are `refused` wait for a person.
#[utoipa::path(get, path = "/v1/consultations", tag = "consultations", params(Wanted),
    responses((status = 200, body = Page<ConsultationView>)))]
pub async fn list_consultations(
    State(ctx): State<Ctx>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Page<ConsultationView>>, Problem> {
    let limit = page::limit(wanted.limit)?;
    let after: Option<Position> = page::decode(wanted.after.as_deref(), "after")?;
    let state = wanted.state.as_deref().filter(|state| !state.is_empty());
    if state.is_some_and(|state| ConsultationState::parse(state).is_none()) {
        return Err(error::field(
            "state",
            "is no state of a consultation",
            "会商无此状态",
        ));
    }
    let rows = read::list(&ctx.db, state, wanted.order_id, after, limit + 1).await;
    let page = Page::from_rows(rows.map_err(|e| error::db(&e))?, limit, |(row, _)| {
        (row.opened_at, row.consultation_id)
    });
    Ok(Json(page.map(|found| view(&ctx, found))))
}

/// One consultation.
#[utoipa::path(get, path = "/v1/consultations/{consultation_id}", tag = "consultations",
    params(("consultation_id" = Uuid, Path, description = "The consultation")),
    responses((status = 200, body = ConsultationView), (status = 404, description = "No such consultation")))]
pub async fn get_consultation(
    State(ctx): State<Ctx>,
    Path(consultation_id): Path<Uuid>,
) -> Result<Json<ConsultationView>, Problem> {
    shown(&ctx, consultation_id).await
}

/// Disputed orders for which nobody has called a consultation, the oldest acceptance first.
#[utoipa::path(get, path = "/v1/consultations/waiting", tag = "consultations", params(Paging),
    responses((status = 200, body = Page<WaitingView>)))]
pub async fn list_waiting(
    State(ctx): State<Ctx>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<WaitingView>>, Problem> {
    let limit = page::limit(paging.limit)?;
    let after: Option<Position> = page::decode(paging.after.as_deref(), "after")?;
    let rows = read::waiting(&ctx.db, after, limit + 1).await;
    let page = Page::from_rows(rows.map_err(|e| error::db(&e))?, limit, |row| {
        (row.accepted_at, row.order_id)
    });
    Ok(Json(page.map(|row| waiting_view(&ctx, row))))
}
