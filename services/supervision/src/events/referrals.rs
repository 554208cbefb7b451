//! A unit's conduct goes to discipline inspection.
use crate::domain::referral::Referral;
use bus::Fact;
use contracts::cause::Cause;
use contracts::ids::{OrderId, ReferralId, SupervisionId, UnitCode};
use contracts::supervision::ReferralMadeV1;

/// `referral.made`
#[must_use]
pub fn referral_made(row: &Referral, cause: &Cause) -> Fact {
    let event = ReferralMadeV1 {
        order_id: OrderId(row.order_id),
        referral_id: ReferralId(row.referral_id),
        supervision_id: row.supervision_id.map(SupervisionId),
        number: row.number.clone(),
        unit: UnitCode(row.unit.clone()),
        to: row.recipient.clone(),
        reason: row.reason.clone(),
        record_sha256: row.record_sha256.clone(),
    };
    Fact::new(row.order_id, row.made_at, cause, &event)
}
