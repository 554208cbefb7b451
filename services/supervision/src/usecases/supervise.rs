//! What people do with one supervision order 督办: open what is proposed, record an answer, review it, raise it, end it.
use crate::domain::Policy;
use crate::domain::policies::Ladder;
use crate::domain::supervision::{Act, Evidence, Means, Refused, State, SupervisionOrder, Why};
use crate::store;
use crate::usecases::watch::Watch;
use crate::usecases::{CalendarShelf, PolicyShelf};
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::{OrderId, SupervisionId};
use contracts::words::SupervisionLevel;
use db::{Conn, DbError, Results, Work};
use thiserror::Error;

/// The use case.
#[derive(Clone, Debug)]
pub struct Supervise {
    /// The city's rules about clocks.
    pub policy: Policy,
    /// Published calendars.
    pub shelf: CalendarShelf,
    /// Policy documents.
    pub policies: PolicyShelf,
}

/// What to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// Open the rung that is proposed.
    Open,
    /// Open a higher rung; `None` = the next one of the ladder.
    Escalate(Option<SupervisionLevel>),
    /// Record what the unit brought.
    Answer(Vec<Evidence>),
    /// Find the answer good.
    Accept,
    /// Find it wanting.
    Reject,
    /// End it, with this outcome: `carried_out`, `unfounded`.
    Discharge(String),
}

/// One act of a person.
#[derive(Clone, Debug)]
pub struct Command {
    /// On which.
    pub supervision_id: SupervisionId,
    /// What.
    pub what: What,
    /// Why, personal data masked.
    pub text: String,
    /// `agent:<subject>`
    pub by: String,
}

/// Why nothing was done.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum SuperviseRefused {
    /// There is no such supervision order.
    #[error("there is no such supervision order")]
    Unknown,
    /// A rule forbids it.
    #[error(transparent)]
    Refused(#[from] Refused),
}

impl Work for Supervise {
    const NAME: &'static str = "supervise";
    type Command = Command;
    type Output = ();
    type Refusal = SuperviseRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        // Acts of people, one at a time.
        for asked in commands {
            results.push(self.act(conn, now, asked).await?);
        }
        Ok(results)
    }
}

impl Supervise {
    async fn act(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        Asked { cause, command }: &Asked<Command>,
    ) -> Result<Result<(), SuperviseRefused>, DbError> {
        let id = command.supervision_id;
        let Some(order_id) = store::supervision_orders::order_of(conn, id.uuid()).await? else {
            return Ok(Err(SuperviseRefused::Unknown));
        };
        let orders = store::orders::lock(conn, &[order_id]).await?;
        let mut watch = Watch::over(conn, orders).await?;
        let calendars = self.shelf.look(conn).await?;
        let ladder = self.policies.look::<Ladder>(conn).await?;
        let means = Means {
            ladder: &ladder,
            calendars: &calendars,
            policy: &self.policy,
            now,
        };
        let watched = watch.of(OrderId(order_id));
        let live = watched.supervision.as_mut();
        let Some(live) = live.filter(|live| live.identity.id == id) else {
            return Ok(Err(
                Refused::State(State::Discharged, act_of(&command.what)).into()
            ));
        };
        if let Err(refused) = apply(live, &watched.order, command, &means) {
            return Ok(Err(refused.into()));
        }
        watched.cause = Some(cause.clone());
        let (_, facts) = watch
            .settle(conn, now, &self.shelf, &self.policy, &self.policies)
            .await?;
        bus::outbox::append(conn, &facts).await?;
        Ok(Ok(()))
    }
}

fn apply(
    live: &mut SupervisionOrder,
    order: &crate::domain::Order,
    command: &Command,
    means: &Means<'_>,
) -> Result<(), Refused> {
    let (by, text) = (command.by.as_str(), command.text.as_str());
    let why = Why::by_hand(by, text);
    match &command.what {
        What::Open => live.open_proposed(order, &why, means),
        What::Escalate(level) => {
            let next = || means.ladder.level(live.level).and_then(|level| level.next);
            let level = level.or_else(next).ok_or(Refused::NoSuchLevel)?;
            live.escalate(order, level, &why, means)
        }
        What::Answer(evidence) => live.answer(by, text, evidence.clone(), means),
        What::Accept => live.accept(by, text, means),
        What::Reject => live.reject(order, by, text, means),
        What::Discharge(outcome) => live.discharge(outcome, by, text, means),
    }
}

const fn act_of(what: &What) -> Act {
    match what {
        What::Open => Act::Open,
        What::Escalate(_) => Act::Escalate,
        What::Answer(_) => Act::Answer,
        What::Accept => Act::Accept,
        What::Reject => Act::Reject,
        What::Discharge(_) => Act::Discharge,
    }
}
