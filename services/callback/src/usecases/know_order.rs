//! An order is registered: who is to be called back, if anybody. A reply may have come before.
use crate::domain::{Policy, Registration};
use crate::usecases::change_cases::change_cases;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::OrderId;
use db::{Conn, DbError, Results, Work};
use std::convert::Infallible;

/// The use case.
#[derive(Clone, Debug)]
pub struct KnowOrder {
    /// The city's rules.
    pub policy: Policy,
}

/// What `order.registered` tells.
#[derive(Clone, Debug)]
pub struct Command {
    /// The order.
    pub order_id: OrderId,
    /// The fact.
    pub registration: Registration,
}

impl Work for KnowOrder {
    const NAME: &'static str = "know_order";
    type Command = Command;
    type Output = ();
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let change = |case: &mut crate::domain::Case, command: &Command| {
            case.register(&command.registration, &self.policy, now)
        };
        change_cases(conn, now, commands, |command| command.order_id, change).await?;
        Ok(vec![Ok(()); commands.len()])
    }
}
