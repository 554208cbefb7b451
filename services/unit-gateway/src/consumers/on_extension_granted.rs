//! `extension.granted`: the unit has more time.
use super::unknown;
use super::{clock, shown};
use crate::SERVICE;
use crate::documents::Details;
use crate::domain::delivery::Notice;
use crate::domain::handling::Request;
use crate::usecases::tell_supervision::{SupervisionNews, TellSupervision, Whom};
use bus::Handler;
use chrono::FixedOffset;
use contracts::supervision::ExtensionGrantedV1;
use contracts::unit_documents::UnitExtensionV1;

pub(super) fn handler(local: FixedOffset) -> Box<dyn Handler> {
    bus::on::<ExtensionGrantedV1, _, _, _>(
        SERVICE,
        "on_extension_granted",
        TellSupervision,
        move |envelope| {
            let event = envelope.data;
            SupervisionNews {
                order_id: event.order_id,
                generation: Some(event.generation),
                notice: Notice::ExtensionGranted,
                note: format!(
                    "延期已批准，{}时限至 {}：{}",
                    clock(event.clock),
                    shown(event.due_at, local),
                    event.reason
                ),
                details: Details::Extension(UnitExtensionV1 {
                    extension_id: event.extension_id,
                    granted: true,
                    clock: Some(event.clock),
                    amount: Some(event.amount),
                    amount_unit: Some(event.amount_unit),
                    due_before: Some(event.due_before),
                    due_at: Some(event.due_at),
                    code: None,
                    reason: event.reason,
                }),
                answers: Some(Request::Extension(event.extension_id)),
                whom: Whom::Lead(event.unit),
            }
        },
        unknown,
    )
}
