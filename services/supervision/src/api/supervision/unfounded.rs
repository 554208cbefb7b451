//! Supervision orders whose end is proposed, as the desk sees them.
use super::views::{SupervisionView, view};
use crate::ctx::Ctx;
use crate::usecases::desk::Unfounded;
use chrono::{DateTime, FixedOffset, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A supervision order that should end: every fact that pushed it was refuted. It goes on until a person ends it as
/// `unfounded`.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnfoundedView {
    /// As in the list.
    #[serde(flatten)]
    pub order: SupervisionView,
    /// What refuted it, the first first.
    pub because: Vec<VoidAnswerView>,
}

/// An answer that counts no more.
#[derive(Debug, Serialize, ToSchema)]
pub struct VoidAnswerView {
    /// The answer.
    pub callback_id: Uuid,
    /// `appeal`: the unit refuted it. `judgement`: two people judged the demand.
    pub why: String,
    /// The appeal, or the judgement; callback has it.
    pub ref_id: Uuid,
    /// Since when it counts no more.
    pub at: DateTime<FixedOffset>,
}

/// All of them as views.
pub(super) fn views(
    ctx: &Ctx,
    found: Vec<Unfounded>,
    with_titles: bool,
    now: DateTime<Utc>,
) -> Vec<UnfoundedView> {
    let found = found.into_iter();
    found
        .map(|found| UnfoundedView {
            order: view(ctx, found.order, with_titles, now),
            because: found
                .because
                .into_iter()
                .map(|row| VoidAnswerView {
                    callback_id: row.callback_id,
                    why: row.why,
                    ref_id: row.ref_id,
                    at: ctx.local(row.at),
                })
                .collect(),
        })
        .collect()
}
