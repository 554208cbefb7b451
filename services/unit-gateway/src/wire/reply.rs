//! Body of `reply` 办结反馈.
use super::{ActionBody, Wanted, body};
use crate::domain::action::Action;
use contracts::words::Satisfaction;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
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
    /// Why it is not solved: required when it is not.
    #[serde(default)]
    #[schema(example = "产权争议，须经诉讼解决", max_length = 4000)]
    pub unsolved_reason: Option<String>,
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
    /// Evidence: ids that its upload answered; at most 50.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub attachments: Vec<Uuid>,
}

impl ActionBody for ReplyRequest {
    fn check(self) -> Result<Wanted, Problem> {
        let text = body::required(&self.text, "text", body::TEXT_CHARS_MAX)?;
        let internal_text = body::optional(
            self.internal_text.as_deref(),
            "internal_text",
            body::TEXT_CHARS_MAX,
        )?;
        let unsolved_reason = unsolved_reason(self.solved, self.unsolved_reason.as_deref())?;
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
            unsolved_reason,
            text,
            internal_text,
            claimed_result,
            contacted: self.contacted,
            attachments: body::attachments(self.attachments)?,
        };
        Ok(Wanted {
            generation: body::generation(self.generation)?,
            action,
        })
    }
}

/// Who does not solve says why; who solves has no such reason.
fn unsolved_reason(solved: bool, given: Option<&str>) -> Result<Option<String>, Problem> {
    let reason = body::optional(given, "unsolved_reason", body::NOTE_CHARS_MAX)?;
    let wrong = match (solved, &reason) {
        (false, None) => Some(("say why it is not solved", "请说明未解决的原因")),
        (true, Some(_)) => Some(("only when it is not solved", "仅在未解决时填写")),
        _ => None,
    };
    match wrong {
        Some((en, zh)) => Err(Problem::unprocessable("invalid_field", en)
            .detail_zh(zh)
            .field("unsolved_reason")),
        None => Ok(reason),
    }
}
