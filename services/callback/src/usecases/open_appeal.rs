//! A unit says that an answer about its work is wrong: a person here, or its system at unit-gateway (`hear_appeal`).
use crate::domain::review::{AppealRefused, may_appeal};
use crate::store::{self, appeals};
use crate::usecases::follow_order::of_contact;
use crate::usecases::policies::PolicyShelf;
use crate::{domain::TaskState, events};
use bus::Fact;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::{AppealId, CallbackId};
use db::{Conn, DbError, Results, Work};
use uuid::Uuid;

pub use crate::store::appeals::Appeal;

/// The use case.
#[derive(Clone, Debug)]
pub struct OpenAppeal {
    /// The city's rules.
    pub policies: PolicyShelf,
}

/// An appeal.
#[derive(Clone, Debug)]
pub struct Command {
    /// The answer.
    pub callback_id: CallbackId,
    /// The unit that appeals.
    pub unit: String,
    /// Why, numbers masked.
    pub ground: String,
    /// `agent:<subject>`; `unit:<code>` = the unit's system.
    pub by: String,
    /// When the unit said so, if not now: the window is measured by that.
    pub said_at: Option<DateTime<Utc>>,
}

impl Work for OpenAppeal {
    const NAME: &'static str = "open_appeal";
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
            results.push(self.one(conn, now, asked).await?);
        }
        Ok(results)
    }
}

impl OpenAppeal {
    /// Opens one, or answers the same that is there.
    pub(super) async fn one(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        Asked { cause, command }: &Asked<Command>,
    ) -> Result<Result<Appeal, AppealRefused>, DbError> {
        let named = [command.callback_id];
        let orders = store::answers::orders_of(conn, &named).await?;
        let Some(order_id) = orders.get(&command.callback_id).copied() else {
            return Ok(Err(AppealRefused::Unknown));
        };
        let mut cases = store::cases::load_for_update(conn, &[order_id.uuid()], &named).await?;
        let case = cases.of(order_id);
        let task = case
            .tasks
            .iter()
            .find(|task| task.callback_id == command.callback_id);
        let mine = task.filter(|task| task.unit.as_str() == command.unit);
        let Some(task) = mine.filter(|task| matches!(task.state, TaskState::Recorded(_))) else {
            return Ok(Err(AppealRefused::Unknown));
        };
        if let Some(appeal) = appeals::of_callback(conn, command.callback_id).await? {
            let same = appeal.ground == command.ground && appeal.opened_by == command.by;
            return Ok(if same {
                Ok(appeal)
            } else {
                Err(AppealRefused::Exists)
            });
        }
        let policies = self.policies.current(conn).await?;
        if let Err(refused) = may_appeal(case, task, &policies, command.said_at.unwrap_or(now)) {
            return Ok(Err(refused));
        }
        let appeal = Appeal {
            appeal_id: Uuid::now_v7(),
            callback_id: command.callback_id.uuid(),
            order_id: order_id.uuid(),
            unit: command.unit.clone(),
            ground: command.ground.clone(),
            opened_by: command.by.clone(),
            opened_at: now,
            state: "open".to_owned(),
            reason: None,
            reviewed_by: None,
            reviewed_at: None,
        };
        appeals::insert(conn, &appeal).await?;
        let opened = events::appeal_opened(
            AppealId(appeal.appeal_id),
            order_id,
            task.about(),
            appeal.ground.clone(),
        );
        let fact = Fact::new(order_id.uuid(), now, &of_contact(case, cause), &opened);
        bus::outbox::append(conn, &[fact]).await?;
        Ok(Ok(appeal))
    }
}
