//! `supervision.order.resumed` → `note_news`: the rest is over.
use crate::domain::news::{News, What};
use crate::usecases::note_news::{Heard, NoteNews};
use contracts::envelope::Envelope;
use contracts::supervision::OrderResumedV1;

pub(super) fn heard() -> bus::Heard<NoteNews> {
    bus::heard(|envelope: Envelope<OrderResumedV1>| {
        let (event_id, event) = (envelope.id, envelope.data);
        let news = News {
            order_id: event.order_id,
            what: What::Resumed,
            at: event.resumed_at,
            until: None,
            text: event.reason,
        };
        Heard {
            event_id,
            news: Some(news),
        }
    })
}
