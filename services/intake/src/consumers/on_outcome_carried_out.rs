//! `supervision.outcome.carried_out` → `note_news`: units did what they had promised.
use crate::domain::news::{News, What};
use crate::usecases::note_news::{Heard, NoteNews};
use contracts::envelope::Envelope;
use contracts::supervision::OutcomeCarriedOutV1;

pub(super) fn heard() -> bus::Heard<NoteNews> {
    bus::heard(|envelope: Envelope<OutcomeCarriedOutV1>| {
        let (event_id, event) = (envelope.id, envelope.data);
        let news = News {
            order_id: event.order_id,
            what: What::CarriedOut,
            at: event.carried_out_at,
            until: None,
            text: Some(event.report),
        };
        Heard {
            event_id,
            news: Some(news),
        }
    })
}
