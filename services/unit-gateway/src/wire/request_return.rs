//! Body of `return-requests` 退单.
use super::{ActionBody, Wanted, body};
use crate::domain::action::{Action, ReturnReason};
use contracts::ids::UnitCode;
use serde::Deserialize;
use utoipa::ToSchema;
use web::Problem;

/// "Not ours": reviewed by the hotline, never by the unit.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnRequest {
    /// Generation of the document.
    #[schema(example = 1, minimum = 1)]
    pub generation: i32,
    /// wrong_matter, wrong_place, not_our_duty, duplicate or incomplete.
    #[schema(example = "wrong_place")]
    pub reason_code: String,
    /// Document and clause the unit relies on.
    #[schema(example = "《市政设施管理办法》第三条", max_length = 4000)]
    pub basis: String,
    /// Code of the unit it thinks right.
    #[serde(default)]
    #[schema(example = "SJ-URBAN")]
    pub suggested_unit: Option<String>,
}

impl ActionBody for ReturnRequest {
    fn check(self) -> Result<Wanted, Problem> {
        let reason = body::word(
            &self.reason_code,
            "reason_code",
            &ReturnReason::ALL,
            ReturnReason::as_str,
        )?;
        let basis = body::required(&self.basis, "basis", body::NOTE_CHARS_MAX)?;
        let suggested_unit = match self.suggested_unit.map(UnitCode) {
            Some(unit) if !unit.is_valid() => {
                return Err(Problem::unprocessable("invalid_field", "no code of a unit")
                    .detail_zh("单位编码格式错误")
                    .field("suggested_unit"));
            }
            other => other,
        };
        let action = Action::RequestReturn {
            reason,
            basis,
            suggested_unit,
        };
        Ok(Wanted {
            generation: body::generation(self.generation)?,
            action,
        })
    }
}
