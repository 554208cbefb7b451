//! Everything anybody publishes: into the timeline, and, where it concerns an order, into its facts and clocks.
//! A handful of statements for any number of events. Nothing is refused: what is old or unknown is still recorded.
use crate::domain::figures::FigureFact;
use crate::domain::{Change, Meta, Policy};
use crate::store;
use crate::store::consultations::RefusedRow;
pub use crate::store::timeline::Entry;
use crate::usecases::watch::Watch;
use crate::usecases::{CalendarShelf, PolicyShelf};
use crate::usecases::{request_extension, request_suspension};
use bus::Fact;
use chrono::{DateTime, Utc};
use contracts::calendar::CalendarV1;
use contracts::cause::{Asked, Cause};
use contracts::ids::{OrderId, UnitCode};
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
    Extension(Box<request_extension::Request>),
    /// A unit asks that its clocks stand still.
    Suspension(Box<request_suspension::Request>),
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
            for asked in commands {
                facts.extend(self.record_request(conn, now, &watch, asked).await?);
            }
            if commands.iter().any(asks) {
                // Asked and over in one batch: a request of it is over, too.
                watch.supersede(conn, now).await?;
            }
            bus::outbox::append(conn, &facts).await?;
        }
        Ok(vec![Ok(()); commands.len()])
    }
}

impl RecordEvents {
    /// Records what a unit asks, judged by what held when it asked; answers the denial, if a rule of the city forbids it.
    async fn record_request(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        watch: &Watch,
        Asked { cause, command }: &Asked<Command>,
    ) -> Result<Option<Fact>, DbError> {
        let (shelf, policies) = (&self.shelf, &self.policies);
        match &command.meaning {
            Meaning::Extension(request) => {
                let Some(watched) = watch.get(request.order_id) else {
                    return Ok(None);
                };
                let standing = watched.as_asked(request.extension_id.uuid());
                let asked = made(cause, request.as_ref());
                let done = request_extension::record(conn, now, standing, &asked, shelf, policies);
                Ok(done.await?.1)
            }
            Meaning::Suspension(request) => {
                let Some(watched) = watch.get(request.order_id) else {
                    return Ok(None);
                };
                let standing = watched.as_asked(request.suspension_id.uuid());
                let asked = made(cause, request.as_ref());
                request_suspension::record(conn, now, standing, &asked, policies).await
            }
            _ => Ok(None),
        }
    }
}

fn made<R: Clone>(cause: &Cause, request: &R) -> Asked<R> {
    Asked {
        cause: cause.clone(),
        command: request.clone(),
    }
}

const fn asks(asked: &Asked<Command>) -> bool {
    matches!(
        asked.command.meaning,
        Meaning::Extension(_) | Meaning::Suspension(_)
    )
}

const fn about(asked: &Asked<Command>) -> Option<OrderId> {
    match &asked.command.meaning {
        Meaning::Order(order_id, _) => Some(*order_id),
        Meaning::Extension(request) => Some(request.order_id),
        Meaning::Suspension(request) => Some(request.order_id),
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
            let id = request.extension_id.uuid();
            hear_asking(
                watch,
                (request.order_id, id),
                request.of.as_ref(),
                request.at,
                cause,
            );
        }
        Meaning::Suspension(request) => {
            let id = request.suspension_id.uuid();
            hear_asking(
                watch,
                (request.order_id, id),
                request.of.as_ref(),
                request.at,
                cause,
            );
        }
        _ => {}
    }
}

/// Asking is an act of the unit.
fn hear_asking(
    watch: &mut Watch,
    (order_id, request): (OrderId, Uuid),
    of: Option<&(UnitCode, i32)>,
    at: DateTime<Utc>,
    cause: &Cause,
) {
    let watched = watch.of(order_id);
    if let Some((_, generation)) = of {
        let meta = Meta {
            sequence: 0,
            occurred_at: at,
            correlation_id: cause.correlation_id,
        };
        watched.hear_asking(request, Change::Acted(*generation), meta, cause.clone());
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
