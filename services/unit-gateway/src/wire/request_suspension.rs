//! Body of `suspension-requests` 挂起.
use super::{ActionBody, Wanted, body};
use crate::domain::action::Action;
use chrono::{DateTime, FixedOffset};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::Problem;

/// Longest code of a reason.
const CODE_CHARS_MAX: usize = 64;

/// The order cannot go on for a time that is not the unit's to shorten; supervision decides.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuspensionRequest {
    /// Generation of the document.
    #[schema(example = 1, minimum = 1)]
    pub generation: i32,
    /// Why an order may stand still, by the city's policy, which says how long each allows: court, weather, caller_absent, …
    #[schema(example = "weather", max_length = 64)]
    pub reason_code: String,
    /// Why.
    #[schema(example = "连日降雨，无法施工", max_length = 4000)]
    pub reason: String,
    /// Until when; supervision may grant less.
    #[schema(example = "2025-10-09T17:00:00+08:00")]
    pub until: DateTime<FixedOffset>,
    /// Document and clause relied on.
    #[schema(example = "市热线管理办法第二十二条", max_length = 4000)]
    pub basis: String,
    /// Evidence: ids that its upload answered; at most 50.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub attachments: Vec<Uuid>,
}

impl ActionBody for SuspensionRequest {
    fn check(self) -> Result<Wanted, Problem> {
        let action = Action::RequestSuspension {
            reason_code: body::required(&self.reason_code, "reason_code", CODE_CHARS_MAX)?,
            reason: body::required(&self.reason, "reason", body::NOTE_CHARS_MAX)?,
            until: self.until.to_utc(),
            basis: body::required(&self.basis, "basis", body::NOTE_CHARS_MAX)?,
            attachments: body::attachments(self.attachments)?,
        };
        Ok(Wanted {
            generation: body::generation(self.generation)?,
            action,
        })
    }
}
