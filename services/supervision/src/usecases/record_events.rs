//! Everything anybody publishes: into the timeline, and, where it concerns an order, into its facts and clocks.
//! A handful of statements for any number of events. Nothing is refused: what is old or unknown is still recorded.
use crate::domain::{Change, Meta, Policy};
use crate::store;
pub use crate::store::timeline::Entry;
use crate::usecases::CalendarShelf;
use crate::usecases::watch::Watch;
use chrono::{DateTime, Utc};
use contracts::calendar::CalendarV1;
use contracts::cause::Asked;
use contracts::ids::OrderId;
use db::{Conn, DbError, Results, Work};
use std::convert::Infallible;

/// The use case.
#[derive(Clone, Debug)]
pub struct RecordEvents {
    /// The city's rules.
    pub policy: Policy,
    /// Published calendars.
    pub shelf: CalendarShelf,
}

/// What an event means here.
#[derive(Clone, PartialEq, Debug)]
pub enum Meaning {
    /// It changes this order.
    Order(OrderId, Change),
    /// A directory version with its calendars.
    Directory(i64, Vec<CalendarV1>),
    /// For the timeline only.
    Nothing,
}

/// One event.
#[derive(Clone, PartialEq, Debug)]
pub struct Command {
    /// For the timeline.
    pub entry: Entry,
    /// For the order.
    pub meaning: Meaning,
}

impl Work for RecordEvents {
    const NAME: &'static str = "record_events";
    type Command = Command;
    type Output = ();
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let entries: Vec<&Entry> = commands.iter().map(|asked| &asked.command.entry).collect();
        store::timeline::append(conn, now, &entries).await?;
        for asked in commands {
            if let Meaning::Directory(version, calendars) = &asked.command.meaning {
                store::calendars::insert(conn, *version, calendars).await?;
            }
        }
        let changes: Vec<_> = commands.iter().filter_map(change).collect();
        let ids: Vec<OrderId> = changes.iter().map(|(order_id, ..)| *order_id).collect();
        if !ids.is_empty() {
            let orders = store::orders::lock(conn, &store::orders::ids(&ids)).await?;
            let mut watch = Watch::over(conn, orders).await?;
            for (order_id, change, asked) in changes {
                let watched = watch.of(order_id);
                watched.order.hear(change, &meta(&asked.command.entry));
                watched.cause = Some(asked.cause.clone());
            }
            let (_, facts) = watch.settle(conn, now, &self.shelf, &self.policy).await?;
            bus::outbox::append(conn, &facts).await?;
        }
        Ok(vec![Ok(()); commands.len()])
    }
}

fn change(asked: &Asked<Command>) -> Option<(OrderId, &Change, &Asked<Command>)> {
    match &asked.command.meaning {
        Meaning::Order(order_id, change) => Some((*order_id, change, asked)),
        Meaning::Directory(..) | Meaning::Nothing => None,
    }
}

const fn meta(entry: &Entry) -> Meta {
    Meta {
        sequence: entry.sequence,
        occurred_at: entry.occurred_at,
        correlation_id: entry.correlation_id,
    }
}
