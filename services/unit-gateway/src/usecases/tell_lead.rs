//! The lead hears what a unit that helps says of its part: it answers for the whole.
use crate::documents::{self, Details, Telling};
use crate::domain::delivery::{NewDelivery, Notice, Origin};
use crate::domain::handling::Handling;
use crate::store::{documents as told, orders};
use chrono::{DateTime, Utc};
use contracts::cause::Cause;
use contracts::ids::{EventId, UnitCode};
use db::{Conn, DbError};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A part that was reported, and the order as it stands.
pub(super) struct PartTold {
    handling: Handling,
    note: String,
    cause: Cause,
}

impl PartTold {
    pub(super) fn new(handling: &Handling, helper: &UnitCode, text: &str, cause: &Cause) -> Self {
        let co_handlers = &handling.assignment.co_handlers;
        let name = co_handlers
            .iter()
            .find(|co| co.code == *helper)
            .map_or(helper.as_str(), |co| co.name.as_str());
        Self {
            note: format!("{name}：{text}"),
            handling: handling.clone(),
            cause: Cause {
                correlation_id: handling.correlation_id,
                ..cause.clone()
            },
        }
    }
}

/// Queues a document for the lead of each.
pub(super) async fn tell_leads(
    conn: &mut Conn,
    now: DateTime<Utc>,
    parts: Vec<PartTold>,
) -> Result<(), DbError> {
    if parts.is_empty() {
        return Ok(());
    }
    let orders: BTreeSet<Uuid> = parts.iter().map(|part| part.handling.order_id.uuid()).collect();
    let contents = orders::load(conn, &orders.into_iter().collect::<Vec<_>>()).await?;
    let documents: Vec<NewDelivery> = parts
        .iter()
        .filter_map(|part| Some(document(part, contents.get(&part.handling.order_id)?, now)))
        .collect();
    told::insert(conn, now, &documents).await
}

fn document(
    part: &PartTold,
    content: &crate::domain::order::OrderContent,
    now: DateTime<Utc>,
) -> NewDelivery {
    let handling = &part.handling;
    let telling = Telling {
        id: Uuid::now_v7(),
        unit: handling.lead(),
        lead: true,
        notice: Notice::CoReplied,
        note: Some(&part.note),
        details: &Details::None,
        at: now,
    };
    NewDelivery {
        delivery_id: telling.id,
        order_id: handling.order_id,
        unit: handling.lead().clone(),
        generation: handling.generation,
        rework: handling.rework,
        notice: telling.notice,
        lead: true,
        document: documents::to_json(&documents::build(content, handling, &telling)),
        origin: Origin {
            correlation_id: part.cause.correlation_id,
            causation_id: part.cause.causation_id.map(EventId::uuid),
            traceparent: part.cause.traceparent.clone(),
        },
    }
}
