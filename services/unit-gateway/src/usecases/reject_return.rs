//! The hotline refused a return: the unit stays responsible and is told why.
use super::batch::{Batch, NeverAssigned};
use crate::domain::delivery::Notice;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::{OrderId, ReturnId};
use db::{Conn, DbError, Results, Work};

/// The review said no.
#[derive(Clone, Debug)]
pub struct RejectReturn {
    /// The order.
    pub order_id: OrderId,
    /// The request.
    pub return_id: ReturnId,
    /// The generation that goes on.
    pub generation: i32,
    /// The reviewer's reason, personal data masked.
    pub reason: String,
}

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct RejectReturns;

impl Work for RejectReturns {
    const NAME: &'static str = "reject_return";
    type Command = RejectReturn;
    type Output = ();
    type Refusal = NeverAssigned;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<RejectReturn>],
    ) -> Result<Results<Self>, DbError> {
        let mut batch = Batch::load(conn, commands.iter().map(|asked| asked.command.order_id)).await?;
        let results = commands.iter().map(|Asked { cause, command }| {
            let told = batch.change(command.order_id, |handling| {
                handling.reject_return(command.generation, command.return_id)
            })?;
            if told {
                batch.tell_lead(
                    command.order_id,
                    Notice::ReturnRejected,
                    Some(&command.reason),
                    now,
                    cause,
                );
            }
            Ok(())
        });
        let results = results.collect();
        batch.save(conn, now).await?;
        Ok(results)
    }
}
