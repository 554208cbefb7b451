//! A new generation: its lead and helpers are told, and whoever had the order and has it no more.
use super::batch::Batch;
use crate::domain::delivery::Notice;
use crate::domain::handling::{Handling, State};
use crate::domain::order::Assignment;
use crate::store::orders;
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use contracts::ids::{OrderId, UnitCode};
use db::{Conn, DbError, Results, Work};
use thiserror::Error;

/// Routing has decided.
#[derive(Clone, Debug)]
pub struct BeginAssignment {
    /// The order.
    pub order_id: OrderId,
    /// 1, 2, 3, …
    pub generation: i32,
    /// Who, on what terms, and why.
    pub assignment: Assignment,
}

/// A code that can stand neither in a subject nor in a URL.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("unit code {0} cannot be used")]
pub struct BadUnit(UnitCode);

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct BeginAssignments;

impl Work for BeginAssignments {
    const NAME: &'static str = "begin_assignment";
    type Command = BeginAssignment;
    type Output = ();
    type Refusal = BadUnit;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<BeginAssignment>],
    ) -> Result<Results<Self>, DbError> {
        let mut batch = Batch::load(conn, commands.iter().map(|asked| asked.command.order_id)).await?;
        let ids: Vec<_> = commands
            .iter()
            .map(|asked| asked.command.order_id.uuid())
            .collect();
        let withdrawn = orders::withdrawn(conn, &ids).await?;
        let results = commands
            .iter()
            .map(|asked| {
                // Intake has let it go while routing was deciding: nobody gets it any more.
                if withdrawn.contains(&asked.command.order_id) {
                    return Ok(());
                }
                begin(&mut batch, now, &asked.command, &asked.cause)
            })
            .collect();
        batch.save_begun(conn, now).await?;
        Ok(results)
    }
}

fn begin(
    batch: &mut Batch,
    now: DateTime<Utc>,
    command: &BeginAssignment,
    cause: &Cause,
) -> Result<(), BadUnit> {
    let handling = Handling::begin(
        command.order_id,
        command.generation,
        command.assignment.clone(),
        cause.correlation_id,
    );
    if let Some((bad, _)) = handling.units().find(|(unit, _)| !unit.code.is_valid()) {
        return Err(BadUnit(bad.code.clone()));
    }
    let known = batch.handling(command.order_id);
    if known.is_some_and(|known| {
        known.generation >= command.generation || matches!(known.state, State::Closed { .. })
    }) {
        return Ok(());
    }
    let before = batch.begin(handling.clone());
    if let Some(before) = before.filter(|before| !before.state.is_over()) {
        for (unit, lead) in before.units() {
            if handling.units().all(|(stays, _)| stays.code != unit.code) {
                batch.tell(&before, (&unit.code, lead), Notice::Revoked, None, now, cause);
            }
        }
    }
    batch.tell_all(command.order_id, Notice::Assigned, None, now, cause);
    Ok(())
}
