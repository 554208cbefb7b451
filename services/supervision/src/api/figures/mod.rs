//! Figures, scores and exclusions.
mod close_scores;
mod drill_figure;
mod get_figures;
mod get_scores;
pub(super) mod list_exclusions;
mod list_reclassified;
mod list_score_entries;
pub(super) mod period;
mod request_exclusion;
mod review_exclusion;
mod views;

use crate::ctx::Ctx;
use web::auth::Role;
use web::{Problem, Table, routes};

/// Who reads figures.
const READERS: &[Role] = &[Role::Supervisor, Role::Leader, Role::Auditor, Role::Admin];
/// Who sees single orders.
const DRILLERS: &[Role] = &[Role::Supervisor, Role::Auditor, Role::Admin];
const DECIDERS: &[Role] = &[Role::Supervisor, Role::Admin];
/// Longest reason.
const NOTE_CHARS_MAX: usize = 2_000;

/// The routes.
pub(super) fn table(table: Table<Ctx>) -> Table<Ctx> {
    table
        .add(routes!(get_figures::get_figures), READERS)
        .add(routes!(drill_figure::drill_figure), DRILLERS)
        .add(routes!(get_scores::get_scores), READERS)
        .add(routes!(list_score_entries::list_score_entries), DRILLERS)
        .add(routes!(get_scores::check_scores), READERS)
        .add(routes!(close_scores::close_scores), DECIDERS)
        .add(routes!(close_scores::correct_scores), DECIDERS)
        .add(
            routes!(
                list_exclusions::list_exclusions,
                request_exclusion::request_exclusion
            ),
            DRILLERS,
        )
        .add(routes!(review_exclusion::review_exclusion), DRILLERS)
        .add(routes!(list_reclassified::list_reclassified), DRILLERS)
}

/// A text that must be there.
fn note(field: &str, text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > NOTE_CHARS_MAX {
        let detail = format!("say why, in at most {NOTE_CHARS_MAX} characters");
        return Err(Problem::bad_request("invalid_field", detail)
            .detail_zh(format!("请说明理由，不超过 {NOTE_CHARS_MAX} 字"))
            .field(field));
    }
    Ok(text.to_owned())
}
