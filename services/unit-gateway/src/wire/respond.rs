//! Body of `respond` 响应.
use super::{ActionBody, Wanted, body};
use crate::domain::action::{Action, How};
use chrono::{DateTime, FixedOffset};
use serde::Deserialize;
use utoipa::ToSchema;
use web::Problem;

/// First contact with the caller, or arrival on site.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RespondRequest {
    /// Generation of the document.
    #[schema(example = 1, minimum = 1)]
    pub generation: i32,
    /// called, visited or message.
    #[schema(example = "called")]
    pub how: String,
    /// When, as the unit says; the clock of the order goes by the arrival of this report.
    #[serde(default)]
    #[schema(example = "2025-09-28T14:30:00+08:00")]
    pub contacted_at: Option<DateTime<FixedOffset>>,
    /// For the hotline.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub note: Option<String>,
}

impl ActionBody for RespondRequest {
    fn check(self) -> Result<Wanted, Problem> {
        let how = body::word(&self.how, "how", &How::ALL, How::as_str)?;
        let note = body::optional(self.note.as_deref(), "note", body::NOTE_CHARS_MAX)?;
        Ok(Wanted {
            generation: body::generation(self.generation)?,
            action: Action::Respond {
                how,
                contacted_at: self.contacted_at.map(|at| at.to_utc()),
                note,
            },
        })
    }
}
