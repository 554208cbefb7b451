//! `extension.denied`: the limit stays.
use super::unknown;
use crate::SERVICE;
use crate::domain::delivery::Notice;
use crate::usecases::tell_supervision::{SupervisionNews, TellSupervision, Whom};
use bus::Handler;
use contracts::supervision::ExtensionDeniedV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<ExtensionDeniedV1, _, _, _>(
        SERVICE,
        "on_extension_denied",
        TellSupervision,
        |envelope| {
            let event = envelope.data;
            SupervisionNews {
                order_id: event.order_id,
                generation: Some(event.generation),
                notice: Notice::ExtensionDenied,
                note: format!("延期未批准（{}）：{}", event.code, event.reason),
                whom: Whom::Asker(event.extension_id),
            }
        },
        unknown,
    )
}
