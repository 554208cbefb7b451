//! Everything anybody publishes: into the timeline, and, where it concerns an order, into its facts and clocks.
//! A handful of statements for any number of events. Nothing is refused: what is old or unknown is still recorded.
use crate::domain::figures::FigureFact;
use crate::domain::{Change, Meta, Policy};
use crate::store;
use crate::store::consultations::RefusedRow;
pub use crate::store::timeline::Entry;
use crate::usecases::request_extension::{self, Request};
use crate::usecases::watch::Watch;
use crate::usecases::{CalendarShelf, PolicyShelf};
use chrono::{DateTime, Utc};
use contracts::calendar::CalendarV1;
use contracts::cause::{Asked, Cause};
use contracts::ids::OrderId;
use db::{Conn, DbError, Results, Work};
use std::convert::Infallible;
use uuid::Uuid;

/// The use case.
#[derive(Clone, Debug)]
pub struct RecordEvents {
    /// The city's rules.
    pub policy: Policy,
    /// Published calendars.
    pub shelf: CalendarShelf,
    /// Policy documents.
    pub policies: PolicyShelf,
}

/// What an event means here.
#[derive(Clone, PartialEq, Debug)]
pub enum Meaning {
    /// It changes this order.
    Order(OrderId, Change),
    /// A unit asks for more time.
    Extension(Box<Request>),
    /// A directory version with its calendars.
    Directory(i64, Vec<CalendarV1>),
    /// Routing could not make a duty of a ruling.
    RulingRefused(RulingRefused),
    /// For the timeline only.
    Nothing,
}

/// Why a ruling cannot become a duty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RulingRefused {
    /// The ruling.
    pub ruling_id: Uuid,
    /// Stable code of the problem.
    pub code: String,
    /// What of the ruling is at fault.
    pub field: Option<String>,
    /// Why.
    pub reason: String,
}

/// One event.
#[derive(Clone, PartialEq, Debug)]
pub struct Command {
    /// For the timeline.
    pub entry: Entry,
    /// For the order.
    pub meaning: Meaning,
    /// For figures.
    pub figure: Option<FigureFact>,
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
        let facts: Vec<&FigureFact> = commands
            .iter()
            .filter_map(|asked| asked.command.figure.as_ref())
            .collect();
        store::figure_facts::append(conn, &facts).await?;
        for asked in commands {
            if let Meaning::Directory(version, calendars) = &asked.command.meaning {
                store::calendars::insert(conn, *version, calendars).await?;
                store::calendar_moves::note(conn, *version, now).await?;
            }
        }
        let refused: Vec<_> = commands.iter().filter_map(refused).collect();
        store::consultations::refuse(conn, &refused).await?;
        let requests: Vec<_> = commands.iter().filter_map(request).collect();
        let ids: Vec<OrderId> = commands.iter().filter_map(about).collect();
        if !ids.is_empty() {
            let orders = store::orders::lock(conn, &store::orders::ids(&ids)).await?;
            let mut watch = Watch::over(conn, orders).await?;
            for asked in commands {
                hear(&mut watch, asked);
            }
            let (watch, mut facts) = watch
                .settle(conn, now, &self.shelf, &self.policy, &self.policies)
                .await?;
            for request in &requests {
                if let Some(watched) = watch.get(request.command.order_id) {
                    let (shelf, policies) = (&self.shelf, &self.policies);
                    let standing = watched.as_asked(request.command.extension_id.uuid());
                    let done = request_extension::record(conn, now, standing, request, shelf, policies);
                    facts.extend(done.await?.1);
                }
            }
            if !requests.is_empty() {
                // Asked and over in one batch: a request of it is over, too.
                watch.supersede(conn, now).await?;
            }
            bus::outbox::append(conn, &facts).await?;
        }
        Ok(vec![Ok(()); commands.len()])
    }
}

const fn about(asked: &Asked<Command>) -> Option<OrderId> {
    match &asked.command.meaning {
        Meaning::Order(order_id, _) => Some(*order_id),
        Meaning::Extension(request) => Some(request.order_id),
        _ => None,
    }
}

/// Each at its turn: a request that was made before a reply is judged before it, also when both come in one batch.
fn hear(watch: &mut Watch, Asked { cause, command }: &Asked<Command>) {
    match &command.meaning {
        Meaning::Order(order_id, change) => {
            let watched = watch.of(*order_id);
            watched.hear(change, meta(&command.entry), cause.clone());
        }
        Meaning::Extension(request) => {
            let watched = watch.of(request.order_id);
            if let Some((_, generation)) = request.of {
                let (id, act) = (request.extension_id.uuid(), Change::Acted(generation));
                watched.hear_asking(id, act, asked_at(request, cause), cause.clone());
            }
        }
        _ => {}
    }
}

fn request(asked: &Asked<Command>) -> Option<Asked<Request>> {
    match &asked.command.meaning {
        Meaning::Extension(request) => Some(Asked {
            cause: asked.cause.clone(),
            command: (**request).clone(),
        }),
        _ => None,
    }
}

const fn asked_at(request: &Request, cause: &Cause) -> Meta {
    Meta {
        sequence: 0,
        occurred_at: request.at,
        correlation_id: cause.correlation_id,
    }
}

fn refused(asked: &Asked<Command>) -> Option<RefusedRow> {
    let Meaning::RulingRefused(refused) = &asked.command.meaning else {
        return None;
    };
    Some(RefusedRow {
        ruling_id: refused.ruling_id,
        code: refused.code.clone(),
        field: refused.field.clone(),
        reason: refused.reason.clone(),
        at: asked.command.entry.occurred_at,
    })
}

const fn meta(entry: &Entry) -> Meta {
    Meta {
        sequence: entry.sequence,
        occurred_at: entry.occurred_at,
        correlation_id: entry.correlation_id,
    }
}
