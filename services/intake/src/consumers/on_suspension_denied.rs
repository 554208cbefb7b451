//! `supervision.suspension.denied` → `note_news`: the clocks run on. The caller is told what a person or a rule of the city has
//! decided about what the unit asked for, not what staff only proposed, nor a request that was none.
use crate::domain::news::{News, What};
use crate::usecases::note_news::{Heard, NoteNews};
use contracts::envelope::Envelope;
use contracts::supervision::SuspensionDeniedV1;

/// Codes of requests that were none, or about which nothing was decided.
const NOTHING_DECIDED: [&str; 6] = [
    "already_pending",
    "already_suspended",
    "lapsed",
    "not_responsible",
    "not_running",
    "unknown_reason",
];

pub(super) fn heard() -> bus::Heard<NoteNews> {
    bus::heard(|envelope: Envelope<SuspensionDeniedV1>| {
        let at = envelope.occurred_at;
        let (event_id, event) = (envelope.id, envelope.data);
        let decided = event.asked_by_unit && !NOTHING_DECIDED.contains(&event.code.as_str());
        let news = News {
            order_id: event.order_id,
            what: What::Denied,
            at,
            until: None,
            text: Some(event.reason),
        };
        Heard {
            event_id,
            news: decided.then_some(news),
        }
    })
}
