//! The hotline refused a return: the unit stays responsible and is told why.
use super::batch::{self, NeverAssigned};
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
        let order_id = |reject: &RejectReturn| reject.order_id;
        batch::each(conn, now, commands, order_id, |batch, command, cause| {
            let told = batch.change(command.order_id, |handling| {
                handling.reject_return(command.generation, command.return_id)
            })?;
            if told {
                let reason = Some(command.reason.as_str());
                batch.tell_lead(command.order_id, Notice::ReturnRejected, reason, now, cause);
            }
            Ok(())
        })
        .await
    }
}
