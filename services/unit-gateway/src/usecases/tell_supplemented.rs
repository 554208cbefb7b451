//! The caller added something: the lead is told at once, and every later document of the order tells it too, so that whoever
//! becomes responsible afterwards knows it.
use super::batch::Batch;
use crate::domain::delivery::Notice;
use crate::store::orders;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::OrderId;
use contracts::unit_documents::UnitSupplementV1;
use db::{Conn, DbError, Results, Work};
use std::collections::{BTreeSet, HashSet};
use thiserror::Error;

/// What was added to a complaint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Supplemented {
    /// Its open orders.
    pub orders: Vec<OrderId>,
    /// What.
    pub supplement: UnitSupplementV1,
}

/// The order has not been heard of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("the order has not been heard of")]
pub struct NeverRegistered;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct TellSupplemented;

impl Work for TellSupplemented {
    const NAME: &'static str = "tell_supplemented";
    type Command = Supplemented;
    type Output = ();
    type Refusal = NeverRegistered;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Supplemented>],
    ) -> Result<Results<Self>, DbError> {
        let named: BTreeSet<OrderId> = commands
            .iter()
            .flat_map(|asked| asked.command.orders.iter().copied())
            .collect();
        // Supplements of two complaints to one order may come at the same time, and it may have no handling yet.
        let ids: Vec<_> = named.iter().map(|order_id| order_id.uuid()).collect();
        orders::lock(conn, &ids).await?;
        let mut batch = Batch::load(conn, named.into_iter()).await?;
        let results: Vec<_> = commands
            .iter()
            .map(|asked| tell(&mut batch, now, asked))
            .collect();
        let done: BTreeSet<OrderId> = commands
            .iter()
            .zip(&results)
            .filter(|(_, result)| result.is_ok())
            .flat_map(|(asked, _)| asked.command.orders.iter().copied())
            .collect();
        let rows: Vec<(OrderId, &[UnitSupplementV1])> = done
            .into_iter()
            .map(|order_id| (order_id, batch.supplements(order_id)))
            .collect();
        orders::put_supplements(conn, &rows).await?;
        batch.save(conn, now).await?;
        Ok(results)
    }
}

fn tell(
    batch: &mut Batch,
    now: DateTime<Utc>,
    Asked { cause, command }: &Asked<Supplemented>,
) -> Result<(), NeverRegistered> {
    let orders: HashSet<OrderId> = command.orders.iter().copied().collect();
    if !orders.iter().all(|order_id| batch.is_registered(*order_id)) {
        return Err(NeverRegistered);
    }
    for order_id in orders {
        batch.supplement(order_id, &command.supplement);
        if batch
            .handling(order_id)
            .is_some_and(|handling| !handling.state.is_over())
        {
            let note = Some(command.supplement.text.as_str());
            batch.tell_lead(order_id, Notice::Supplemented, note, now, cause);
        }
    }
    Ok(())
}
