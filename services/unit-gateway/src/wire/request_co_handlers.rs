//! Body of `co-handlers` 协办.
use super::{ActionBody, Wanted, body};
use crate::domain::action::Action;
use contracts::ids::UnitCode;
use serde::Deserialize;
use utoipa::ToSchema;
use web::Problem;

/// Most units in one request.
const CO_HANDLERS_MAX: usize = 20;

/// The lead asks others to help; it stays responsible.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CoHandlersRequest {
    /// Generation of the document.
    #[schema(example = 1, minimum = 1)]
    pub generation: i32,
    /// Codes of the units, 1 to 20. Who is no unit that is valid today is named in the document that follows.
    #[schema(example = json!(["QX-990102-POLICE"]), min_items = 1, max_items = 20)]
    pub co_handlers: Vec<String>,
    /// What they are needed for; they read it.
    #[schema(example = "需公安机关到场配合", max_length = 4000)]
    pub reason: String,
}

impl ActionBody for CoHandlersRequest {
    fn check(self) -> Result<Wanted, Problem> {
        let mut co_handlers: Vec<UnitCode> = self.co_handlers.into_iter().map(UnitCode).collect();
        if co_handlers.is_empty() || co_handlers.len() > CO_HANDLERS_MAX {
            return Err(
                Problem::unprocessable("invalid_field", format!("1 to {CO_HANDLERS_MAX} units"))
                    .detail_zh(format!("须为 1 至 {CO_HANDLERS_MAX} 个单位"))
                    .field("co_handlers"),
            );
        }
        if let Some(n) = co_handlers.iter().position(|unit| !unit.is_valid()) {
            return Err(Problem::unprocessable("invalid_field", "no code of a unit")
                .detail_zh("单位编码格式错误")
                .field(format!("co_handlers[{n}]")));
        }
        co_handlers.sort();
        co_handlers.dedup();
        let reason = body::required(&self.reason, "reason", body::NOTE_CHARS_MAX)?;
        Ok(Wanted {
            generation: body::generation(self.generation)?,
            action: Action::RequestCoHandlers { co_handlers, reason },
        })
    }
}
