//! Answers that several operations share.
use crate::ctx::Ctx;
use crate::usecases::get_access::AccessRow;
use chrono::{DateTime, FixedOffset};
use serde::Serialize;
use utoipa::ToSchema;

/// How a unit is reached.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct AccessAnswer {
    /// The unit.
    #[schema(example = "SJ-MUNI")]
    pub unit: String,
    /// nats, webhook or rest.
    #[schema(example = "nats")]
    pub way: String,
    /// Where its webhook listens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// False: nothing is pushed, the unit may still pull.
    pub active: bool,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at: DateTime<FixedOffset>,
}

impl AccessAnswer {
    pub(super) fn of(ctx: &Ctx, row: AccessRow) -> Self {
        Self {
            unit: row.unit,
            way: row.way,
            endpoint: row.endpoint,
            active: row.active,
            changed_by: row.changed_by,
            changed_at: ctx.local(row.changed_at),
        }
    }
}
