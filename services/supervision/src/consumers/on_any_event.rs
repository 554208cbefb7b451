//! Every event → `record_events`, a whole batch in one call.
use super::read::Readers;
use super::read_figures::FigureReaders;
use crate::usecases::record_events::Entry;
use crate::usecases::record_events::{Command, RecordEvents};
use bus::{Handler, Incoming, Verdict};
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::event::EventType;
use contracts::ids::EventId;
use db::{Conn, DbError, Work};

/// The handler.
pub(super) struct OnAnyEvent {
    work: RecordEvents,
    readers: Readers,
    figures: FigureReaders,
}

impl OnAnyEvent {
    pub(super) fn new(work: RecordEvents) -> Self {
        Self {
            work,
            readers: Readers::new(),
            figures: FigureReaders::new(),
        }
    }

    fn command(&self, event: &Incoming) -> Result<Asked<Command>, Verdict> {
        let envelope = &event.envelope;
        let unreadable = |error| Verdict::Dead(format!("{} cannot be read: {error}", envelope.event_type));
        let meaning = self
            .readers
            .meaning(&envelope.event_type, envelope.data.get())
            .map_err(unreadable)?;
        let figure = self.figures.fact(event).map_err(unreadable)?;
        let entry = Entry {
            event_id: envelope.id.uuid(),
            key: envelope.key,
            service: envelope.service().to_owned(),
            sequence: envelope.sequence,
            event_type: envelope.event_type.clone(),
            occurred_at: envelope.occurred_at,
            actor: envelope.actor.clone(),
            correlation_id: envelope.correlation_id,
            causation_id: envelope.causation_id.map(EventId::uuid),
            data: envelope.data.get().to_owned(),
        };
        let traceparent = event.span.in_scope(telemetry::propagation::current_traceparent);
        Ok(Asked {
            cause: envelope.cause("supervision", traceparent),
            command: Command {
                entry,
                meaning,
                figure,
            },
        })
    }
}

#[async_trait::async_trait]
impl Handler for OnAnyEvent {
    fn name(&self) -> &'static str {
        "on_any_event"
    }

    fn hears(&self) -> Vec<EventType> {
        Vec::new()
    }

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        events: &[&Incoming],
    ) -> Result<Vec<Verdict>, DbError> {
        let read: Vec<_> = events.iter().map(|event| self.command(event)).collect();
        let commands: Vec<_> = read
            .iter()
            .filter_map(|read| read.as_ref().ok().cloned())
            .collect();
        if !commands.is_empty() {
            self.work.apply(conn, now, &commands).await?;
        }
        Ok(read
            .into_iter()
            .map(|read| read.err().unwrap_or(Verdict::Done))
            .collect())
    }
}
