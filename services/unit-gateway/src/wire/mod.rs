//! What units say and hear, the same over HTTP and NATS: one body per verb, one answer, one set of problems.
pub mod appeal; // an answer about the unit's work is wrong
pub mod asyncapi; // the document of all of it, for the units' programmers
mod body; // shared by the bodies: masking, limits
pub mod co_reply;
pub mod contact; // the caller, through the hotline's relay
pub mod if_match; // which state of the assignment the unit knows
pub mod problem; // refusals as problem documents
pub mod progress;
pub mod questions; // what a unit says beside the commands
pub mod reply;
pub mod request_co_handlers;
pub mod request_extension;
pub mod request_return;
pub mod request_suspension;
pub mod respond;
pub mod sign;
pub mod verbs; // the commands and their bodies

use crate::domain::action::Action;
use crate::usecases::act_on_order::Acted;
use contracts::ids::UnitCode;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::Problem;

pub use body::ActionBody;

/// Longest idempotency key.
const IDEMPOTENCY_KEY_CHARS_MAX: usize = 128;

/// A checked body: the generation the unit knows, and what it does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// The generation.
    pub generation: i32,
    /// What.
    pub action: Action,
}

/// How the order stands after an action.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct ActedAnswer {
    /// The order.
    pub order_id: Uuid,
    /// assigned, signed, responded or replied.
    #[schema(example = "signed")]
    pub state: String,
    /// Generation of the assignment.
    #[schema(example = 1)]
    pub generation: i32,
    /// Rework round; 0 at first.
    pub rework: i32,
    /// A return request that is under review.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_id: Option<Uuid>,
    /// An extension request that is under review.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extension_id: Option<Uuid>,
    /// A suspension request that is under review.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspension_id: Option<Uuid>,
}

impl From<Acted> for ActedAnswer {
    fn from(acted: Acted) -> Self {
        Self {
            order_id: acted.order_id.uuid(),
            state: acted.state.to_owned(),
            generation: acted.generation,
            rework: acted.rework,
            return_id: acted.return_id.map(contracts::ids::ReturnId::uuid),
            extension_id: acted.extension_id.map(contracts::ids::ExtensionId::uuid),
            suspension_id: acted.suspension_id.map(contracts::ids::SuspensionId::uuid),
        }
    }
}

/// A unit code from an address or a subject.
///
/// # Errors
/// A 400 problem for field `unit`.
pub fn unit_code(text: String) -> Result<UnitCode, Problem> {
    let unit = UnitCode(text);
    if unit.is_valid() {
        return Ok(unit);
    }
    Err(
        Problem::bad_request("invalid_field", "a unit code has 1 to 64 letters, digits, _ or -")
            .detail_zh("单位编码须为 1 至 64 个字母、数字、下划线或连字符")
            .field("unit"),
    )
}

/// An idempotency key that did not come over HTTP; the same rule as there.
///
/// # Errors
/// A 400 problem for field `Idempotency-Key`.
pub fn idempotency_key(text: &str) -> Result<String, Problem> {
    let fits =
        (1..=IDEMPOTENCY_KEY_CHARS_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    if fits {
        return Ok(text.to_owned());
    }
    Err(
        Problem::bad_request("idempotency_key_invalid", "use 1 to 128 visible ASCII characters")
            .detail_zh("须为 1 至 128 个可见 ASCII 字符")
            .field("Idempotency-Key"),
    )
}
