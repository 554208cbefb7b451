//! `consultation.opened`: units are summoned 会商, on site 现场督办; each hears when and where, whether it has the order or not.
use super::shown;
use crate::SERVICE;
use crate::documents::Details;
use crate::domain::delivery::Notice;
use crate::usecases::tell_concerned::{Concern, TellConcerned};
use bus::{Handler, Verdict};
use chrono::FixedOffset;
use contracts::supervision::ConsultationOpenedV1;
use contracts::unit_documents::UnitSummonsV1;

pub(super) fn handler(local: FixedOffset) -> Box<dyn Handler> {
    bus::on::<ConsultationOpenedV1, _, _, _>(
        SERVICE,
        "on_consultation_opened",
        TellConcerned,
        move |envelope| {
            let event = envelope.data;
            let what = if event.on_site { "现场督办" } else { "会商" };
            Concern {
                order_id: event.order_id,
                units: event.units.clone(),
                holders: false,
                notice: Notice::Summoned,
                note: format!(
                    "{what}：请于 {} 到 {} 参加：{}",
                    shown(event.meets_at, local),
                    event.meets_where,
                    event.question
                ),
                details: Details::Summons(UnitSummonsV1 {
                    consultation_id: event.consultation_id,
                    units: event.units,
                    meets_at: event.meets_at,
                    meets_where: event.meets_where,
                    on_site: event.on_site,
                    question: event.question,
                }),
            }
        },
        |refusal| Verdict::Retry(refusal.to_string()),
    )
}
