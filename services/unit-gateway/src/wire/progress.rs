//! Body of `progress`.
use super::{ActionBody, Wanted, body};
use crate::domain::action::Action;
use serde::Deserialize;
use utoipa::ToSchema;
use web::Problem;

/// How it goes.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgressRequest {
    /// Generation of the document.
    #[schema(example = 1, minimum = 1)]
    pub generation: i32,
    /// What was done; shown to the hotline.
    #[schema(example = "抢修人员已到场", max_length = 4000)]
    pub note: String,
}

impl ActionBody for ProgressRequest {
    fn check(self) -> Result<Wanted, Problem> {
        let note = body::required(&self.note, "note", body::NOTE_CHARS_MAX)?;
        Ok(Wanted {
            generation: body::generation(self.generation)?,
            action: Action::Progress { note },
        })
    }
}
