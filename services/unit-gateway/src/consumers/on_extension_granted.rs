//! `extension.granted`: the unit has more time.
use super::unknown;
use super::{clock, shown};
use crate::SERVICE;
use crate::domain::delivery::Notice;
use crate::usecases::tell_supervision::{SupervisionNews, TellSupervision, Whom};
use bus::Handler;
use chrono::FixedOffset;
use contracts::supervision::ExtensionGrantedV1;
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
                whom: Whom::Granted(event.extension_id, event.unit),
            }
        },
        unknown,
    )
}
