//! A dispatcher names the unit of an order that the rules could not decide.
use super::changes::{Changes, DISPATCHER};
use super::directories::Directories;
use crate::domain::assignment::{Assignment, Dispatch, dispatch};
use crate::domain::codes::UnitId;
use crate::domain::directory::Directory;
use crate::domain::manual::Claim;
use crate::domain::order::{IllegalMove, Order, OrderEvent};
use crate::domain::validity::Day;
use crate::store;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::{MatterCode, OrderId, UnitCode};
use db::{Conn, DbError, Results, Work};
use thiserror::Error;

/// The use case.
pub struct DispatchOrder {
    /// The directory in use.
    pub directories: Directories,
}

/// What a dispatcher says.
#[derive(Clone, Debug)]
pub struct Command {
    /// The order.
    pub order_id: OrderId,
    /// 主办
    pub lead: UnitCode,
    /// 协办
    pub co_handlers: Vec<UnitCode>,
    /// The matter, when the dispatcher chose one.
    pub matter: Option<MatterCode>,
    /// Why.
    pub reason: String,
    /// `agent:<subject>`
    pub by: String,
}

/// Why the order stays in the queue.
#[derive(Debug, Error)]
pub enum DispatchRefused {
    /// There is no such order.
    #[error("the order is not known")]
    OrderUnknown,
    /// It does not wait for a dispatcher.
    #[error(transparent)]
    Illegal(#[from] IllegalMove),
    /// Another dispatcher has it.
    #[error("another dispatcher works on it until {until}")]
    Claimed {
        /// When the other's hold ends.
        until: DateTime<Utc>,
    },
    /// The directory does not have the unit, or not today.
    #[error("{code} is no unit that is valid today")]
    Unit {
        /// `lead` or `co_handlers[n]`.
        field: String,
        /// The code.
        code: String,
    },
    /// The unit returned this order, and the return was upheld: only a ruling gives it back.
    #[error("{code} returned this order; only a ruling can give it back")]
    Returned {
        /// `lead` or `co_handlers[n]`.
        field: String,
        /// The code.
        code: String,
    },
    /// The catalogue does not have the matter.
    #[error("{0} is no entry of the catalogue")]
    Matter(MatterCode),
    /// There is nothing to look units up in.
    #[error("no directory has been published yet")]
    NoDirectory,
}

impl Work for DispatchOrder {
    const NAME: &'static str = "dispatch_order";
    type Command = Command;
    type Output = Assignment;
    type Refusal = DispatchRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        store::manual_queue::enter(conn).await?;
        let Some(directory) = self.directories.current(conn).await? else {
            return Ok(commands
                .iter()
                .map(|_| Err(DispatchRefused::NoDirectory))
                .collect());
        };
        let ids: Vec<_> = commands
            .iter()
            .map(|asked| asked.command.order_id.uuid())
            .collect();
        let mut orders = store::orders::load_for_update(conn, &ids).await?;
        let claims = store::manual_queue::claims_for_update(conn, &ids).await?;
        let mut changes = Changes::default();
        let mut results = Vec::with_capacity(commands.len());
        for Asked { command, cause } in commands {
            let id = command.order_id.uuid();
            let Some(order) = orders.get_mut(&id) else {
                results.push(Err(DispatchRefused::OrderUnknown));
                continue;
            };
            let claim = claims.get(&id).and_then(Option::as_ref);
            let decided = decide(&directory, order, claim, command, now);
            if let Ok(assignment) = &decided {
                let cause = order.within(cause);
                changes.assign(&directory, order, assignment.clone(), &cause);
                changes.learn(&directory, order, DISPATCHER, now);
                changes.orders.insert(id, order.clone());
                changes.dequeued.push(id);
            }
            results.push(decided);
        }
        changes.write(conn).await?;
        Ok(results)
    }
}

fn decide(
    directory: &Directory,
    order: &Order,
    claim: Option<&Claim>,
    command: &Command,
    now: DateTime<Utc>,
) -> Result<Assignment, DispatchRefused> {
    order.state.after(OrderEvent::Dispatched)?;
    if let Some(claim) = claim.filter(|claim| claim.keeps_out(&command.by, now)) {
        return Err(DispatchRefused::Claimed { until: claim.until });
    }
    let mut order = order.clone();
    if let Some(matter) = &command.matter {
        directory
            .matters
            .find(matter.as_str())
            .ok_or_else(|| DispatchRefused::Matter(matter.clone()))?;
        order.question.matter = Some(matter.clone());
    }
    let today = Day::from(directory.local(now).date());
    let valid = |field: String, code: &UnitCode| -> Result<UnitId, DispatchRefused> {
        if order.question.excluded.contains(code) {
            let code = code.0.clone();
            return Err(DispatchRefused::Returned { field, code });
        }
        let unit = directory.units.find(code.as_str());
        unit.filter(|unit| directory.units.get(*unit).validity.holds(today))
            .ok_or_else(|| DispatchRefused::Unit {
                field,
                code: code.0.clone(),
            })
    };
    let co_handlers = command.co_handlers.iter().enumerate();
    let said = Dispatch {
        lead: valid("lead".to_owned(), &command.lead)?,
        co_handlers: co_handlers
            .map(|(n, code)| valid(format!("co_handlers[{n}]"), code))
            .collect::<Result<_, _>>()?,
        by: &command.by,
        reason: &telemetry::redact::mask_numbers(&command.reason),
    };
    Ok(dispatch(directory, &order, &said, now))
}
