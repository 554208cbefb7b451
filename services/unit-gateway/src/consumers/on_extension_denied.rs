//! `extension.denied`: the limit stays.
use super::unknown;
use crate::SERVICE;
use crate::documents::Details;
use crate::domain::delivery::Notice;
use crate::domain::handling::Request;
use crate::usecases::tell_supervision::{SupervisionNews, TellSupervision, Whom};
use bus::Handler;
use contracts::rule_sentences;
use contracts::supervision::ExtensionDeniedV1;
use contracts::unit_documents::UnitExtensionV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<ExtensionDeniedV1, _, _, _>(
        SERVICE,
        "on_extension_denied",
        TellSupervision,
        |envelope| {
            let event = envelope.data;
            // Events of before told what a rule says in English.
            let rule = rule_sentences::of_code(&rule_sentences::EXTENSION_DENIED, &event.code);
            let reason = rule.map_or(event.reason, |rule| rule.zh.to_owned());
            SupervisionNews {
                order_id: event.order_id,
                generation: Some(event.generation),
                notice: Notice::ExtensionDenied,
                note: format!("延期未批准（{}）：{reason}", event.code),
                details: Details::Extension(UnitExtensionV1 {
                    extension_id: event.extension_id,
                    granted: false,
                    clock: None,
                    amount: None,
                    amount_unit: None,
                    due_before: None,
                    due_at: event.due_at,
                    code: Some(event.code),
                    reason,
                }),
                answers: Some(Request::Extension(event.extension_id)),
                whom: Whom::Asker,
            }
        },
        unknown,
    )
}
