//! Body of `extension-requests` 延期.
use super::{ActionBody, Wanted, body};
use crate::domain::action::Action;
use contracts::terms::LimitUnit;
use contracts::words::ClockName;
use serde::Deserialize;
use utoipa::ToSchema;
use web::Problem;

/// Most that one request may ask for, in whatever unit: what is more is a mistake in typing.
const AMOUNT_MAX: u32 = 1_000;
/// Clocks of the unit that may be given more time. The city's total clock is not the unit's, and signing is no work.
const CLOCKS: [ClockName; 2] = [ClockName::Respond, ClockName::Finish];
/// What may be counted.
const UNITS: [LimitUnit; 4] = [
    LimitUnit::Hours,
    LimitUnit::CalendarDays,
    LimitUnit::WorkingDays,
    LimitUnit::WorkingHours,
];

/// More time is needed; supervision decides.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtensionRequest {
    /// Generation of the document.
    #[schema(example = 1, minimum = 1)]
    pub generation: i32,
    /// respond or finish.
    #[schema(example = "finish")]
    pub clock: String,
    /// How much more time, in `amount_unit`.
    #[schema(example = 5, minimum = 1, maximum = 1000)]
    pub amount: u32,
    /// hours, calendar_days, working_days or working_hours.
    #[schema(example = "working_days")]
    pub amount_unit: String,
    /// Why.
    #[schema(example = "需采购灯具", max_length = 4000)]
    pub reason: String,
    /// Document and clause relied on.
    #[schema(example = "市热线管理办法第二十条", max_length = 4000)]
    pub basis: String,
}

impl ActionBody for ExtensionRequest {
    fn check(self) -> Result<Wanted, Problem> {
        let clock = body::word(&self.clock, "clock", &CLOCKS, ClockName::as_str)?;
        if !(1..=AMOUNT_MAX).contains(&self.amount) {
            return Err(
                Problem::unprocessable("invalid_field", format!("from 1 to {AMOUNT_MAX}"))
                    .detail_zh(format!("须为 1 至 {AMOUNT_MAX}"))
                    .field("amount"),
            );
        }
        let amount_unit = body::word(&self.amount_unit, "amount_unit", &UNITS, unit_word)?;
        let action = Action::RequestExtension {
            clock,
            amount: self.amount,
            amount_unit,
            reason: body::required(&self.reason, "reason", body::NOTE_CHARS_MAX)?,
            basis: body::required(&self.basis, "basis", body::NOTE_CHARS_MAX)?,
        };
        Ok(Wanted {
            generation: body::generation(self.generation)?,
            action,
        })
    }
}

const fn unit_word(unit: LimitUnit) -> &'static str {
    match unit {
        LimitUnit::Hours => "hours",
        LimitUnit::CalendarDays => "calendar_days",
        LimitUnit::WorkingDays => "working_days",
        LimitUnit::WorkingHours => "working_hours",
    }
}
