//! An order gets a unit, or another one. Older generations have no effect.
use crate::domain::{Assignment, Policy};
use crate::usecases::change_cases::change_cases;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::OrderId;
use db::{Conn, DbError, Results, Work};
use std::convert::Infallible;

/// The use case.
#[derive(Clone, Debug)]
pub struct FollowAssignment {
    /// The city's rules.
    pub policy: Policy,
}

/// What `order.assigned` tells.
#[derive(Clone, Debug)]
pub struct Command {
    /// The order.
    pub order_id: OrderId,
    /// The fact.
    pub assignment: Assignment,
}

impl Work for FollowAssignment {
    const NAME: &'static str = "follow_assignment";
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
            case.assign(&command.assignment, &self.policy, now)
        };
        change_cases(conn, now, commands, |command| command.order_id, change).await?;
        Ok(vec![Ok(()); commands.len()])
    }
}
