//! `supervision.order.suspended` → `note_news`: the order rests; the caller is told until when and why.
use crate::domain::news::{News, What};
use crate::usecases::note_news::{Heard, NoteNews};
use contracts::envelope::Envelope;
use contracts::supervision::OrderSuspendedV1;

pub(super) fn heard() -> bus::Heard<NoteNews> {
    bus::heard(|envelope: Envelope<OrderSuspendedV1>| {
        let (event_id, event) = (envelope.id, envelope.data);
        let news = News {
            order_id: event.order_id,
            what: What::Suspended,
            at: event.suspended_at,
            until: Some(event.until),
            text: Some(event.reason),
        };
        Heard {
            event_id,
            news: Some(news),
        }
    })
}
