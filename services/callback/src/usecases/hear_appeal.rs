//! A unit's system asked for an appeal at unit-gateway: it is opened by the same rules as a person's, or refused aloud, since
//! nobody waits for the answer here.
use crate::events;
use crate::usecases::open_appeal::{self, OpenAppeal};
use bus::Fact;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::{OrderId, UnitCode};
use db::{Conn, DbError, Results, Work};
use std::convert::Infallible;

/// The use case.
#[derive(Clone, Debug)]
pub struct HearAppeal {
    /// The rules.
    pub open: OpenAppeal,
}

/// What was asked.
#[derive(Clone, Debug)]
pub struct Command {
    /// The order whose line it stands in.
    pub order_id: OrderId,
    /// The appeal.
    pub appeal: open_appeal::Command,
}

impl Work for HearAppeal {
    const NAME: &'static str = "hear_appeal";
    type Command = Command;
    type Output = ();
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let asked: Vec<_> = commands
            .iter()
            .map(|Asked { cause, command }| Asked {
                cause: cause.clone(),
                command: command.appeal.clone(),
            })
            .collect();
        let results = self.open.all(conn, now, &asked).await?;
        let mut told = Vec::new();
        for (Asked { cause, command }, result) in commands.iter().zip(results) {
            if let Err(refused) = result {
                let about = (command.order_id, command.appeal.callback_id);
                let unit = UnitCode(command.appeal.unit.clone());
                let refused = events::appeal_refused(about, unit, refused);
                told.push(Fact::new(command.order_id.uuid(), now, cause, &refused));
            }
        }
        bus::outbox::append(conn, &told).await?;
        Ok(vec![Ok(()); commands.len()])
    }
}
