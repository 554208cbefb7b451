//! A unit has replied: the caller is to be asked, or, where there is nobody to ask, the order ends.
use crate::domain::{Policy, Reply};
use crate::usecases::change_cases::change_cases;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::OrderId;
use db::{Conn, DbError, Results, Work};
use std::convert::Infallible;

/// The use case.
#[derive(Clone, Debug)]
pub struct ScheduleCallback {
    /// The city's rules.
    pub policy: Policy,
}

/// What `order.replied` tells.
#[derive(Clone, Debug)]
pub struct Command {
    /// The order.
    pub order_id: OrderId,
    /// The fact.
    pub reply: Reply,
}

impl Work for ScheduleCallback {
    const NAME: &'static str = "schedule_callback";
    type Command = Command;
    type Output = ();
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let change =
            |case: &mut crate::domain::Case, command: &Command| case.reply(&command.reply, &self.policy, now);
        change_cases(conn, now, commands, |command| command.order_id, change).await?;
        Ok(vec![Ok(()); commands.len()])
    }
}
