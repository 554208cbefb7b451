//! A unit that asks for what comes after its cursor has everything up to it: delivered, whatever the way.
use crate::events;
use crate::store::deliveries;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::UnitCode;
use contracts::words::DeliveryWay;
use db::{Conn, DbError, Results, Work};
use std::collections::BTreeMap;
use std::convert::Infallible;

/// Documents of one unit in one transaction; the next pull goes on with the rest.
const DOCUMENTS_MAX: i64 = 5_000;

/// The cursor that a unit came back with.
#[derive(Clone, Debug)]
pub struct AcknowledgePull {
    /// Who.
    pub unit: UnitCode,
    /// Everything up to here has arrived.
    pub cursor: i64,
}

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct AcknowledgePulls;

impl Work for AcknowledgePulls {
    const NAME: &'static str = "acknowledge_pull";
    type Command = AcknowledgePull;
    type Output = ();
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<AcknowledgePull>],
    ) -> Result<Results<Self>, DbError> {
        let mut furthest: BTreeMap<String, i64> = BTreeMap::new();
        for Asked { command, .. } in commands {
            let cursor = furthest.entry(command.unit.0.clone()).or_default();
            *cursor = command.cursor.max(*cursor);
        }
        let (units, cursors): (Vec<String>, Vec<i64>) = furthest.into_iter().unzip();
        let ids = deliveries::up_to_cursor(conn, &units, &cursors, DOCUMENTS_MAX).await?;
        let arrived = deliveries::delivered(conn, now, &ids, Some(DeliveryWay::Rest)).await?;
        let facts: Vec<bus::Fact> = arrived.iter().filter_map(events::delivered).collect();
        bus::outbox::append(conn, &facts).await?;
        Ok(commands.iter().map(|_| Ok(())).collect())
    }
}
