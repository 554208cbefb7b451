//! `supervision.outcome.dropped` → `note_news`: what units had promised was given up.
use crate::domain::news::{News, What};
use crate::usecases::note_news::{Heard, NoteNews};
use contracts::envelope::Envelope;
use contracts::supervision::OutcomeDroppedV1;

pub(super) fn heard() -> bus::Heard<NoteNews> {
    bus::heard(|envelope: Envelope<OutcomeDroppedV1>| {
        let at = envelope.occurred_at;
        let (event_id, event) = (envelope.id, envelope.data);
        let news = News {
            order_id: event.order_id,
            what: What::Dropped,
            at,
            until: None,
            text: Some(event.reason),
        };
        Heard {
            event_id,
            news: Some(news),
        }
    })
}
