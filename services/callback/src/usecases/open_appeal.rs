//! A unit says that an answer about its work is wrong: a person here, or its system at unit-gateway (`hear_appeal`).
use crate::domain::review::{AppealRefused, may_appeal};
use crate::domain::{Case, Policies, TaskState};
use crate::events;
use crate::store::{self, appeals};
use crate::usecases::follow_order::of_contact;
use crate::usecases::policies::PolicyShelf;
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
        self.all(conn, now, commands).await
    }
}

impl OpenAppeal {
    /// Opens each, or answers the same that is there. All orders are locked at once, in the order of their ids, as everybody does.
    pub(super) async fn all(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Vec<Result<Appeal, AppealRefused>>, DbError> {
        let named: Vec<CallbackId> = commands.iter().map(|asked| asked.command.callback_id).collect();
        let orders = store::answers::orders_of(conn, &named).await?;
        let ids: Vec<Uuid> = orders.values().map(|order_id| order_id.uuid()).collect();
        let cases = store::cases::load_for_update(conn, &ids, &named).await?;
        let policies = self.policies.current(conn).await?;
        let mut results = Vec::with_capacity(commands.len());
        for asked in commands {
            let order_id = orders.get(&asked.command.callback_id);
            results.push(match order_id.and_then(|order_id| cases.known(*order_id)) {
                Some(case) => one(conn, now, asked, case, &policies).await?,
                None => Err(AppealRefused::Unknown),
            });
        }
        Ok(results)
    }
}

/// Opens one against an answer to a task of the case.
async fn one(
    conn: &mut Conn,
    now: DateTime<Utc>,
    Asked { cause, command }: &Asked<Command>,
    case: &Case,
    policies: &Policies,
) -> Result<Result<Appeal, AppealRefused>, DbError> {
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
    if let Err(refused) = may_appeal(case, task, policies, command.said_at.unwrap_or(now)) {
        return Ok(Err(refused));
    }
    let order_id = case.order.order_id;
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
