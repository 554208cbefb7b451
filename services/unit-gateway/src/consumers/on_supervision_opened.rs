//! `supervision.opened`: the order is pushed 督办.
use super::unknown;
use super::{level, shown};
use crate::SERVICE;
use crate::documents::Details;
use crate::domain::delivery::Notice;
use crate::usecases::tell_supervision::{SupervisionNews, TellSupervision, Whom};
use bus::Handler;
use chrono::FixedOffset;
use contracts::supervision::SupervisionOpenedV1;
pub(super) fn handler(local: FixedOffset) -> Box<dyn Handler> {
    bus::on::<SupervisionOpenedV1, _, _, _>(
        SERVICE,
        "on_supervision_opened",
        TellSupervision,
        move |envelope| {
            let event = envelope.data;
            let (what, until) = (level(event.level), shown(event.answer_until, local));
            SupervisionNews {
                order_id: event.order_id,
                generation: None,
                notice: Notice::Supervised,
                note: format!(
                    "{what}（{}），请于 {until} 前反馈：{}",
                    event.number, event.demand
                ),
                details: Details::None,
                answers: None,
                whom: Whom::Named {
                    unit: event.unit,
                    told: event.told,
                },
            }
        },
        unknown,
    )
}
