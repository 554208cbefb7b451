//! `supervision.extension.denied` → `note_news`: the limit stays. The caller is told what a person or a rule of the city has
//! decided, not that a request came from the wrong unit or twice, nor that staff took theirs back.
use crate::domain::news::{News, What};
use crate::usecases::note_news::{Heard, NoteNews};
use contracts::envelope::Envelope;
use contracts::supervision::ExtensionDeniedV1;

/// Codes of requests that were none, or that nobody refused.
const NO_REQUEST: [&str; 4] = ["already_pending", "not_responsible", "not_running", "taken_back"];

pub(super) fn heard() -> bus::Heard<NoteNews> {
    bus::heard(|envelope: Envelope<ExtensionDeniedV1>| {
        let at = envelope.occurred_at;
        let (event_id, event) = (envelope.id, envelope.data);
        let news = News {
            order_id: event.order_id,
            what: What::Denied,
            at,
            until: event.due_at,
            text: Some(event.reason),
        };
        let news = (!NO_REQUEST.contains(&event.code.as_str())).then_some(news);
        Heard { event_id, news }
    })
}
