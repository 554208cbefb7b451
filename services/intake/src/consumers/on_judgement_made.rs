//! `callback.judgement.made` → `note_news`: two people found the demand unreasonable or impossible. The caller is told what
//! was found; why is for the hotline.
use crate::domain::news::{News, What};
use crate::usecases::note_news::{Heard, NoteNews};
use contracts::callback::JudgementMadeV1;
use contracts::envelope::Envelope;
use contracts::words::Finding;

pub(super) fn heard() -> bus::Heard<NoteNews> {
    bus::heard(|envelope: Envelope<JudgementMadeV1>| {
        let at = envelope.occurred_at;
        let (event_id, event) = (envelope.id, envelope.data);
        let news = News {
            order_id: event.order_id,
            what: match event.finding {
                Finding::Unreasonable => What::Unreasonable,
                Finding::Impossible => What::Impossible,
            },
            at,
            until: None,
            text: None,
        };
        Heard {
            event_id,
            news: Some(news),
        }
    })
}
