//! The lead asks others to help: they get the order too, and the lead stays responsible. The generation goes on, so the
//! lead wins no time by it.
use super::changes::Changes;
use super::directories::Directories;
use crate::domain::assignment::Assignment;
use crate::domain::directory::Directory;
use crate::domain::order::{Order, OrderEvent};
use crate::domain::validity::Day;
use crate::store::helpers::Helper;
use crate::{events, store};
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::directory::UnitRef;
use contracts::ids::{OrderId, UnitCode};
use db::{Conn, DbError, Results, Work};
use thiserror::Error;

/// The use case.
pub struct AddCoHandlers {
    /// The directory in use.
    pub directories: Directories,
}

/// What the lead asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HelpRequest {
    /// The order.
    pub order_id: OrderId,
    /// The lead.
    pub unit: UnitCode,
    /// Generation it was assigned by.
    pub generation: i32,
    /// Who should help.
    pub co_handlers: Vec<UnitCode>,
    /// Why, personal data masked.
    pub reason: String,
}

/// Why a request must wait.
#[derive(Debug, Error)]
pub enum HelpRefused {
    /// Its order's registration has not arrived.
    #[error("the order is not known yet")]
    OrderUnknown,
    /// There is nothing to look units up in.
    #[error("no directory has been published yet")]
    NoDirectory,
}

impl Work for AddCoHandlers {
    const NAME: &'static str = "add_co_handlers";
    type Command = HelpRequest;
    type Output = ();
    type Refusal = HelpRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<HelpRequest>],
    ) -> Result<Results<Self>, DbError> {
        store::manual_queue::enter(conn).await?;
        let Some(directory) = self.directories.current(conn).await? else {
            return Ok(commands.iter().map(|_| Err(HelpRefused::NoDirectory)).collect());
        };
        let ids: Vec<_> = commands
            .iter()
            .map(|asked| asked.command.order_id.uuid())
            .collect();
        let orders = store::orders::load_for_update(conn, &ids).await?;
        let assignments = store::assignments::newest(conn, &ids).await?;
        let helpers = store::helpers::of_orders(conn, &ids).await?;
        let mut changes = Changes::default();
        let mut results = Vec::with_capacity(commands.len());
        for Asked { command, cause } in commands {
            let id = command.order_id.uuid();
            let Some(order) = orders.get(&id) else {
                results.push(Err(HelpRefused::OrderUnknown));
                continue;
            };
            results.push(Ok(()));
            let Some(present) = assignments
                .get(&id)
                .filter(|present| command.is_about(order, present))
            else {
                continue;
            };
            let already = helpers.get(&id).map_or(&[][..], Vec::as_slice);
            let (everyone, added, unknown) = command.sorted(&directory, present, already, now);
            if added.is_empty() && unknown.is_empty() {
                continue;
            }
            let said = (&added[..], &everyone[..], &unknown[..]);
            changes.facts.push(events::co_handlers_added(
                order,
                said,
                &command.reason,
                now,
                cause,
            ));
            changes.helpers.extend(added.into_iter().map(|unit| Helper {
                order_id: command.order_id,
                generation: command.generation,
                unit,
                reason: command.reason.clone(),
                added_at: now,
            }));
        }
        changes.write(conn).await?;
        Ok(results)
    }
}

impl HelpRequest {
    /// False when the order has left the unit in the meantime.
    fn is_about(&self, order: &Order, present: &Assignment) -> bool {
        order.state.after(OrderEvent::CoHandlersRequested).is_ok()
            && order.generation == self.generation
            && present.lead.code == self.unit
    }

    /// Everyone who helps then, who of them is new, and which codes are no unit that is valid today.
    fn sorted(
        &self,
        directory: &Directory,
        present: &Assignment,
        already: &[Helper],
        now: DateTime<Utc>,
    ) -> (Vec<UnitRef>, Vec<UnitRef>, Vec<UnitCode>) {
        let today = Day::from(directory.local(now).date());
        let mut everyone = present.co_handlers.clone();
        let of_generation = already
            .iter()
            .filter(|helper| helper.generation == self.generation);
        everyone.extend(of_generation.map(|helper| helper.unit.clone()));
        let (mut added, mut unknown) = (Vec::new(), Vec::new());
        for code in &self.co_handlers {
            let unit = directory
                .units
                .find(code.as_str())
                .map(|id| directory.units.get(id))
                .filter(|unit| unit.validity.holds(today));
            match unit {
                None => unknown.push(code.clone()),
                Some(_) if *code == self.unit || everyone.iter().any(|helper| helper.code == *code) => {}
                Some(unit) => {
                    everyone.push(unit.reference());
                    added.push(unit.reference());
                }
            }
        }
        (everyone, added, unknown)
    }
}
