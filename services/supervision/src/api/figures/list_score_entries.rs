//! GET /v1/scores/{period}/units/{unit}/entries: every deduction and bonus with its order and its rule.
use super::get_scores::{RevisionQuery, load};
use super::period::month;
use super::views::points;
use crate::api::error;
use crate::ctx::Ctx;
use crate::usecases::scores;
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Json, Lang, Path, Problem, Query};

/// Deductions and bonuses of a unit.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntriesView {
    /// Oldest first.
    pub items: Vec<EntryView>,
}

/// A deduction or a bonus.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryView {
    /// Code of the rule.
    pub rule: String,
    /// What it is for, in the language asked for.
    pub name: String,
    /// The order.
    pub order_id: Uuid,
    /// Its number.
    pub order_number: String,
    /// Generation of the assignment.
    pub generation: i32,
    /// Rework round.
    pub rework: i32,
    /// Due time, callback or dispatch it is for.
    pub at: DateTime<FixedOffset>,
    /// Change of the score; 0 when the rule's cap was reached before.
    pub points: f64,
    /// The supervision step it is for, when it is for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<StepRefView>,
}

/// A step of a supervision order: `GET /v1/supervision-orders/{supervision_id}` shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepRefView {
    /// The supervision order.
    pub supervision_id: Uuid,
    /// Its step: 1, 2, 3, …
    pub number: i32,
    /// Number of the step's document.
    pub document: String,
    /// The rung that was opened.
    pub level: &'static str,
}

/// What a unit's score was changed by, order by order.
#[utoipa::path(get, path = "/v1/scores/{period}/units/{unit}/entries", tag = "scores",
    params(("period" = String, Path, description = "YYYY-MM"), ("unit" = String, Path, description = "Code"), RevisionQuery),
    responses((status = 200, body = EntriesView), (status = 404, description = "No such revision")))]
pub async fn list_score_entries(
    State(ctx): State<Ctx>,
    lang: Lang,
    Path((period, unit)): Path<(String, String)>,
    Query(query): Query<RevisionQuery>,
) -> Result<Json<EntriesView>, Problem> {
    let found = load(&ctx, &period, query.revision).await?;
    let (now, month) = (ctx.db.clock().now(), (month(&period)?, ctx.offset()));
    let entries = scores::entries(&ctx.readings, now, &found, month, &unit).await;
    let name = |code: &str| {
        let name = found.policy.name_of(code);
        name.map(|name| lang.pick(&name.en, &name.zh).clone())
            .unwrap_or_default()
    };
    let items = entries
        .map_err(|e| error::db(&e))?
        .into_iter()
        .map(|entry| EntryView {
            name: name(&entry.rule),
            rule: entry.rule,
            order_id: entry.order_id,
            order_number: entry.order_number,
            generation: entry.generation,
            rework: entry.rework,
            at: ctx.local(entry.at),
            points: points(entry.hundredths),
            step: entry.step.map(|step| StepRefView {
                supervision_id: step.supervision_id,
                number: step.number,
                document: step.document,
                level: step.level.as_str(),
            }),
        });
    Ok(Json(EntriesView {
        items: items.collect(),
    }))
}
