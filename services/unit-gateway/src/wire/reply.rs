//! Body of `reply` 办结反馈.
use super::{ActionBody, Wanted, body};
use crate::domain::action::Action;
use contracts::words::Satisfaction;
use serde::Deserialize;
use utoipa::ToSchema;
use web::Problem;

/// The unit says it is done. The hotline will ask the caller.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplyRequest {
    /// Generation of the document.
    #[schema(example = 1, minimum = 1)]
    pub generation: i32,
    /// Whether it is solved.
    pub solved: bool,
    /// For the citizen.
    #[schema(example = "路灯已修复", max_length = 10000)]
    pub text: String,
    /// For the hotline only.
    #[serde(default)]
    #[schema(max_length = 10000)]
    pub internal_text: Option<String>,
    /// satisfied, basically_satisfied or not_satisfied, if the unit claims that the caller said so.
    #[serde(default)]
    #[schema(example = "satisfied")]
    pub claimed_result: Option<String>,
    /// Whether the unit spoke with the caller.
    pub contacted: bool,
}

impl ActionBody for ReplyRequest {
    fn check(self) -> Result<Wanted, Problem> {
        let text = body::required(&self.text, "text", body::TEXT_CHARS_MAX)?;
        let internal_text = body::optional(
            self.internal_text.as_deref(),
            "internal_text",
            body::TEXT_CHARS_MAX,
        )?;
        let claimed_result = match &self.claimed_result {
            Some(word) => Some(body::word(
                word,
                "claimed_result",
                Satisfaction::ALL,
                Satisfaction::as_str,
            )?),
            None => None,
        };
        let action = Action::Reply {
            solved: self.solved,
            text,
            internal_text,
            claimed_result,
            contacted: self.contacted,
        };
        Ok(Wanted {
            generation: body::generation(self.generation)?,
            action,
        })
    }
}
