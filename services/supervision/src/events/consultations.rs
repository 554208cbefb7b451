//! What consultations do: they are opened, and end in rulings.
use crate::domain::meeting::{Consultation, Ruling};
use bus::Fact;
use contracts::cause::Cause;
use contracts::ids::{ConsultationId, OrderId, RulingId, SupervisionId, UnitCode};
use contracts::supervision::{ConsultationOpenedV1, RulingMadeV1};

fn units(codes: &[String]) -> Vec<UnitCode> {
    codes.iter().cloned().map(UnitCode).collect()
}

/// `consultation.opened`, for one of its orders.
#[must_use]
pub fn consultation_opened(order_id: OrderId, row: &Consultation, cause: &Cause) -> Fact {
    let event = ConsultationOpenedV1 {
        order_id,
        consultation_id: ConsultationId(row.consultation_id),
        supervision_id: row.supervision_id.map(SupervisionId),
        units: units(&row.units),
        meets_at: row.meets_at,
        meets_where: row.meets_where.clone(),
        on_site: row.on_site,
        question: row.question.clone(),
    };
    Fact::new(order_id.uuid(), row.opened_at, cause, &event)
}

/// `ruling.made`, with the minutes it was made by.
#[must_use]
pub fn ruling_made(row: &Ruling, minutes: Option<&String>, cause: &Cause) -> Fact {
    let event = RulingMadeV1 {
        order_id: OrderId(row.order_id),
        ruling_id: RulingId(row.ruling_id),
        consultation_id: ConsultationId(row.consultation_id),
        lead: UnitCode(row.lead.clone()),
        co_handlers: units(&row.co_handlers),
        matter: row.matter.clone().map(Into::into),
        division: row.division.clone().map(Into::into),
        conditions: row.conditions.clone(),
        basis: row.basis.clone(),
        minutes: minutes.cloned(),
        valid_from: row.valid_from,
        valid_to: row.valid_to,
    };
    Fact::new(row.order_id, row.made_at, cause, &event)
}
