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
        for Asked { cause, command } in commands {
            let Command { order_id, appeal } = command;
            let asked = Asked {
                cause: cause.clone(),
                command: appeal.clone(),
            };
            if let Err(refused) = self.open.one(conn, now, &asked).await? {
                let about = (*order_id, appeal.callback_id);
                let refused = events::appeal_refused(about, UnitCode(appeal.unit.clone()), refused);
                let fact = Fact::new(order_id.uuid(), now, cause, &refused);
                bus::outbox::append(conn, &[fact]).await?;
            }
        }
        Ok(vec![Ok(()); commands.len()])
    }
}
