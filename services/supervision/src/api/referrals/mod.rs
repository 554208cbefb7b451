//! Referrals to discipline inspection 移送纪检.
mod html;
mod make;
mod read;

use super::{SEEKERS, SUPERVISORS};
use crate::ctx::Ctx;
use crate::usecases::referrals::Referral;
use chrono::{DateTime, FixedOffset};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Table, routes};

/// Their routes.
pub(super) fn table(table: Table<Ctx>) -> Table<Ctx> {
    table
        .add(routes!(make::make_referral), SUPERVISORS)
        .add(routes!(read::list_referrals), SEEKERS)
        .add(routes!(read::get_referral), SEEKERS)
        .add(routes!(read::get_record), SEEKERS)
}

/// A referral.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReferralView {
    /// The referral.
    pub referral_id: Uuid,
    /// Number of its document.
    pub number: String,
    /// The order.
    pub order_id: Uuid,
    /// The supervision order that led to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supervision_id: Option<Uuid>,
    /// Whose conduct.
    pub unit: String,
    /// To whom.
    pub to: String,
    /// Why.
    pub reason: String,
    /// SHA-256 of the record as `…/record` gives it as JSON, in hex.
    pub record_sha256: String,
    /// Who.
    pub made_by: String,
    /// When.
    pub made_at: DateTime<FixedOffset>,
}

fn view(ctx: &Ctx, row: Referral) -> ReferralView {
    ReferralView {
        referral_id: row.referral_id,
        number: row.number,
        order_id: row.order_id,
        supervision_id: row.supervision_id,
        unit: row.unit,
        to: row.recipient,
        reason: row.reason,
        record_sha256: row.record_sha256,
        made_by: row.made_by,
        made_at: ctx.local(row.made_at),
    }
}
