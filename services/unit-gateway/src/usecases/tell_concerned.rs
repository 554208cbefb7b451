//! Units hear of an order whether they have it or not: they are summoned to a meeting about it, or what was promised there
//! concerns them. Who does not have it gets a document that says so (generation 0), and can do nothing about it.
use super::batch::{self, Batch};
use crate::documents::Details;
use crate::domain::delivery::Notice;
use crate::domain::handling::Handling;
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use contracts::ids::{OrderId, UnitCode};
use db::{Conn, DbError, Results, Work};
use std::collections::BTreeSet;
use thiserror::Error;

/// What they hear.
#[derive(Clone, Debug)]
pub struct Concern {
    /// The order.
    pub order_id: OrderId,
    /// Who hears it.
    pub units: Vec<UnitCode>,
    /// The lead and all who help hear it, too.
    pub holders: bool,
    /// What the document tells.
    pub notice: Notice,
    /// In words, personal data masked.
    pub note: String,
    /// The same in fields.
    pub details: Details,
}

/// The order has not been heard of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("the order has not been heard of")]
pub struct NeverRegistered;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct TellConcerned;

impl Work for TellConcerned {
    const NAME: &'static str = "tell_concerned";
    type Command = Concern;
    type Output = ();
    type Refusal = NeverRegistered;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Concern>],
    ) -> Result<Results<Self>, DbError> {
        let order_id = |concern: &Concern| concern.order_id;
        batch::each(conn, now, commands, order_id, |batch, concern, cause| {
            tell(batch, now, concern, cause)
        })
        .await
    }
}

/// Queues the documents of one concern.
pub(super) fn tell(
    batch: &mut Batch,
    now: DateTime<Utc>,
    command: &Concern,
    cause: &Cause,
) -> Result<(), NeverRegistered> {
    let order_id = command.order_id;
    if !batch.is_registered(order_id) {
        return Err(NeverRegistered);
    }
    let with_words = (Some(command.note.as_str()), &command.details);
    let handling = batch
        .handling(order_id)
        .filter(|handling| !handling.state.is_over());
    let handling = handling.cloned();
    let mut has_it = BTreeSet::new();
    for (unit, lead) in handling.iter().flat_map(Handling::units) {
        has_it.insert(unit.code.clone());
        if command.holders || command.units.contains(&unit.code) {
            let holder = (&unit.code, lead);
            if let Some(handling) = &handling {
                batch.tell_detailed(handling, holder, command.notice, with_words, now, cause);
            }
        }
    }
    let others: BTreeSet<&UnitCode> = command
        .units
        .iter()
        .filter(|unit| !has_it.contains(*unit))
        .collect();
    for unit in others {
        batch.tell_outsider(order_id, unit, command.notice, with_words, now, cause);
    }
    Ok(())
}
