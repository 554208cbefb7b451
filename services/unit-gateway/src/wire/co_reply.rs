//! Body of `parts` 协办反馈.
use super::{ActionBody, Wanted, body};
use crate::domain::action::Action;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::Problem;

/// A unit that helps says how its part ended.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartRequest {
    /// Generation of the document.
    #[schema(example = 1, minimum = 1)]
    pub generation: i32,
    /// Whether its part is done.
    pub done: bool,
    /// What was done, or why it is not; for the lead and the hotline.
    #[schema(example = "已核实，管道不属我公司", max_length = 4000)]
    pub text: String,
    /// Evidence: ids that its upload answered; at most 50.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub attachments: Vec<Uuid>,
}

impl ActionBody for PartRequest {
    fn check(self) -> Result<Wanted, Problem> {
        let text = body::required(&self.text, "text", body::NOTE_CHARS_MAX)?;
        Ok(Wanted {
            generation: body::generation(self.generation)?,
            action: Action::CoReply {
                done: self.done,
                text,
                attachments: body::attachments(self.attachments)?,
            },
        })
    }
}
