//! Body of `respond` 响应.
use super::{ActionBody, Wanted, body};
use crate::domain::action::{Action, How};
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
            action: Action::Respond { how, note },
        })
    }
}
