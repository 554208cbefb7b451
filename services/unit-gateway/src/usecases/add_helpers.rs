//! More units help with a generation: they get the order, and everyone who had it is told.
use super::batch::Batch;
use crate::domain::delivery::Notice;
use crate::domain::handling::Handling;
use crate::store::helpers;
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use contracts::directory::UnitRef;
use contracts::ids::{OrderId, UnitCode};
use db::{Conn, DbError, Results, Work};
use std::convert::Infallible;

/// Routing says who helps.
#[derive(Clone, Debug)]
pub struct NewHelpers {
    /// The order.
    pub order_id: OrderId,
    /// The generation, which goes on.
    pub generation: i32,
    /// Who is new.
    pub added: Vec<UnitRef>,
    /// Everyone who helps now.
    pub co_handlers: Vec<UnitRef>,
    /// Codes that were asked for and are no unit.
    pub unknown: Vec<UnitCode>,
}

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct AddHelpers;

impl Work for AddHelpers {
    const NAME: &'static str = "add_helpers";
    type Command = NewHelpers;
    type Output = ();
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<NewHelpers>],
    ) -> Result<Results<Self>, DbError> {
        let mut batch = Batch::load(conn, commands.iter().map(|asked| asked.command.order_id)).await?;
        let mut helped: Vec<Handling> = Vec::new();
        for Asked { cause, command } in commands {
            let Some(mut handling) = batch.handling(command.order_id).cloned() else {
                continue;
            };
            if handling.help(command.generation, &command.co_handlers) {
                tell(&mut batch, &handling, command, now, cause);
                helped.push(handling);
            }
        }
        helpers::save(conn, &helped).await?;
        batch.save(conn, now).await?;
        Ok(commands.iter().map(|_| Ok(())).collect())
    }
}

fn tell(batch: &mut Batch, handling: &Handling, command: &NewHelpers, now: DateTime<Utc>, cause: &Cause) {
    let is_new = |unit: &UnitRef| command.added.iter().any(|added| added.code == unit.code);
    for (unit, lead) in handling.units() {
        let (notice, note) = if is_new(unit) {
            (Notice::Assigned, None)
        } else {
            (Notice::Amended, Some(note(command)))
        };
        batch.tell(handling, (&unit.code, lead), notice, note.as_deref(), now, cause);
    }
}

fn note(command: &NewHelpers) -> String {
    let names: Vec<&str> = command.added.iter().map(|unit| unit.name.as_str()).collect();
    let codes: Vec<&str> = command.unknown.iter().map(UnitCode::as_str).collect();
    match (names.is_empty(), codes.is_empty()) {
        (false, true) => format!("增加协办单位：{}", names.join("、")),
        (true, false) => format!("未找到协办单位：{}", codes.join("、")),
        _ => format!("增加协办单位：{}；未找到：{}", names.join("、"), codes.join("、")),
    }
}
