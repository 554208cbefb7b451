//! Events of all services, supervision's own included: one handler hears everything.
//!
//! [`read`] says what each event type means here; a type or version it does not know goes to the timeline only.
//! [`read_figures`] says what figures are counted from.
mod on_any_event;
mod read;
mod read_figures;

use crate::usecases::record_events::RecordEvents;
use bus::Handler;

/// The handler.
#[must_use]
pub fn handlers(work: RecordEvents) -> Vec<Box<dyn Handler>> {
    vec![Box::new(on_any_event::OnAnyEvent::new(work))]
}
