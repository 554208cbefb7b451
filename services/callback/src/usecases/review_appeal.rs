//! The hotline decides about an appeal. An answer against which it was upheld counts in no figure of the unit; the order
//! goes its way.
use crate::domain::Task;
use crate::domain::review::AppealRefused;
use crate::events;
use crate::store::{self, appeals};
use crate::usecases::follow_order::of_contact;
use crate::usecases::open_appeal::Appeal;
use bus::Fact;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::{AppealId, CallbackId, OrderId};
use db::{Conn, DbError, Results, Work};

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct ReviewAppeal;

/// A decision.
#[derive(Clone, Debug)]
pub struct Command {
    /// The appeal.
    pub appeal_id: AppealId,
    /// Is it right?
    pub uphold: bool,
    /// Why, numbers masked.
    pub reason: String,
    /// `agent:<subject>`.
    pub by: String,
}

impl Work for ReviewAppeal {
    const NAME: &'static str = "review_appeal";
    type Command = Command;
    type Output = Appeal;
    type Refusal = AppealRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for asked in commands {
            results.push(one(conn, now, asked).await?);
        }
        Ok(results)
    }
}

async fn one(
    conn: &mut Conn,
    now: DateTime<Utc>,
    Asked { cause, command }: &Asked<Command>,
) -> Result<Result<Appeal, AppealRefused>, DbError> {
    let Some(mut appeal) = appeals::lock(conn, command.appeal_id).await? else {
        return Ok(Err(AppealRefused::Unknown));
    };
    let state = if command.uphold { "upheld" } else { "rejected" };
    if appeal.state != "open" {
        let same = appeal.state == state
            && appeal.reason.as_ref() == Some(&command.reason)
            && appeal.reviewed_by.as_ref() == Some(&command.by);
        return Ok(if same {
            Ok(appeal)
        } else {
            Err(AppealRefused::Reviewed)
        });
    }
    if appeal.opened_by == command.by {
        return Ok(Err(AppealRefused::SamePerson));
    }
    appeal.state = state.to_owned();
    appeal.reason = Some(command.reason.clone());
    appeal.reviewed_by = Some(command.by.clone());
    appeal.reviewed_at = Some(now);
    appeals::review(conn, &appeal).await?;
    let (order_id, callback_id) = (OrderId(appeal.order_id), CallbackId(appeal.callback_id));
    let mut cases = store::cases::load_for_update(conn, &[appeal.order_id], &[callback_id]).await?;
    let case = cases.of(order_id);
    let cause = of_contact(case, cause);
    let round = case
        .tasks
        .iter()
        .find(|task| task.callback_id == callback_id)
        .map(Task::about);
    let Some(round) = round else {
        return Ok(Err(AppealRefused::Unknown));
    };
    let (id, reason) = (command.appeal_id, command.reason.clone());
    let fact = if command.uphold {
        Fact::new(
            order_id.uuid(),
            now,
            &cause,
            &events::appeal_upheld(id, order_id, round, reason),
        )
    } else {
        Fact::new(
            order_id.uuid(),
            now,
            &cause,
            &events::appeal_rejected(id, order_id, round, reason),
        )
    };
    bus::outbox::append(conn, &[fact]).await?;
    Ok(Ok(appeal))
}
