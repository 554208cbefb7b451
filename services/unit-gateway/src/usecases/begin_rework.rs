//! 重办: the caller was not content; the same unit gets the order back, and is told what is still wanted.
use super::batch::{self, NeverAssigned};
use crate::domain::delivery::Notice;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::OrderId;
use contracts::terms::{Limit, LimitUnit};
use db::{Conn, DbError, Results, Work};

/// The callback found the order not solved.
#[derive(Clone, Debug)]
pub struct BeginRework {
    /// The order.
    pub order_id: OrderId,
    /// The generation, kept.
    pub generation: i32,
    /// The new round.
    pub rework: i32,
    /// What the caller still wants, personal data masked.
    pub reason: String,
    /// The time of this round, from now; `None` = as in the assignment.
    pub limit: Option<Limit>,
}

impl BeginRework {
    /// What the document says: what is still wanted, and until when.
    fn note(&self) -> String {
        let unit = |unit| match unit {
            LimitUnit::Hours => "小时",
            LimitUnit::CalendarDays => "个自然日",
            LimitUnit::WorkingDays => "个工作日",
            LimitUnit::WorkingHours => "个工作小时",
        };
        match self.limit {
            Some(limit) => format!(
                "{}（本轮办结时限：{}{}）",
                self.reason,
                limit.amount,
                unit(limit.unit)
            ),
            None => self.reason.clone(),
        }
    }
}

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct BeginReworks;

impl Work for BeginReworks {
    const NAME: &'static str = "begin_rework";
    type Command = BeginRework;
    type Output = ();
    type Refusal = NeverAssigned;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<BeginRework>],
    ) -> Result<Results<Self>, DbError> {
        let order_id = |begin: &BeginRework| begin.order_id;
        batch::each(conn, now, commands, order_id, |batch, command, cause| {
            let told = batch.change(command.order_id, |handling| {
                handling.begin_rework(command.generation, command.rework)
            })?;
            if told {
                let note = command.note();
                batch.tell_all(command.order_id, Notice::Reworked, Some(&note), now, cause);
            }
            Ok(())
        })
        .await
    }
}
