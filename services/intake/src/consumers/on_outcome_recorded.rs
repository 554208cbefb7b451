//! `supervision.outcome.recorded` → `note_news`: units promised something, and the order closes only when that is carried out.
use crate::domain::news::{News, What};
use crate::usecases::note_news::{Heard, NoteNews};
use contracts::envelope::Envelope;
use contracts::supervision::OutcomeRecordedV1;

pub(super) fn heard() -> bus::Heard<NoteNews> {
    bus::heard(|envelope: Envelope<OutcomeRecordedV1>| {
        let at = envelope.occurred_at;
        let (event_id, event) = (envelope.id, envelope.data);
        let news = News {
            order_id: event.order_id,
            what: What::Promised,
            at,
            until: Some(event.until),
            text: Some(event.text),
        };
        Heard {
            event_id,
            news: Some(news),
        }
    })
}
