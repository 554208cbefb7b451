//! `supervision.extension.granted` → `note_news`: more time for the unit; the caller is told until when and why.
use crate::domain::news::{News, What};
use crate::usecases::note_news::{Heard, NoteNews};
use contracts::envelope::Envelope;
use contracts::supervision::ExtensionGrantedV1;

pub(super) fn heard() -> bus::Heard<NoteNews> {
    bus::heard(|envelope: Envelope<ExtensionGrantedV1>| {
        let at = envelope.occurred_at;
        let (event_id, event) = (envelope.id, envelope.data);
        let news = News {
            order_id: event.order_id,
            what: What::Extended,
            at,
            until: Some(event.due_at),
            text: Some(event.reason),
        };
        Heard {
            event_id,
            news: Some(news),
        }
    })
}
