//! What other services tell about an order: who is to be called back, which unit has it, what was promised about it, and
//! that the unit has replied –
//! then the caller is to be asked, or, where there is nobody to ask, the order ends. Facts come in any order between
//! publishers; what is late or repeated rightly has no effect.
use crate::domain::{Amendment, Assignment, Case, Happening, Registration, Reply};
use crate::store::cases::Cases;
use crate::usecases::messages;
use crate::usecases::policies::PolicyShelf;
use crate::{events, store};
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use contracts::ids::{CallbackId, ComplaintId, OrderId, OutcomeId};
use contracts::words::Outcome;
use db::{Conn, DbError, Results, Work};
use std::collections::BTreeSet;
use std::convert::Infallible;

/// The use case. One slice holds all facts of a batch, so that an order is loaded and written once for it.
#[derive(Clone, Debug)]
pub struct FollowOrder {
    /// The city's rules.
    pub policies: PolicyShelf,
}

/// A fact about one order.
#[derive(Clone, Debug)]
pub struct Command {
    /// The order.
    pub order_id: OrderId,
    /// What is told.
    pub told: Told,
}

/// What is told about an order.
#[derive(Clone, Debug)]
pub enum Told {
    /// It is registered. A reply may have come before.
    Registered(Registration),
    /// What it is about was corrected: what waits goes by the rule that fits now; older corrections have no effect.
    Amended(Amendment),
    /// It gets a unit, or another one; older generations have no effect.
    Assigned(Assignment),
    /// Nobody is responsible for it any more: a callback about what its unit replied has lost its sense.
    Ownerless,
    /// Its unit has replied.
    Replied(Reply),
    /// A complaint joined it; its caller gets the result, if there is a number.
    Followed {
        /// The complaint.
        complaint_id: ComplaintId,
        /// Number told to its caller.
        complaint_number: String,
        /// Is there anybody to write to?
        reachable: bool,
    },
    /// It left the hotline before its end, in this way and then.
    Withdrawn(Outcome, DateTime<Utc>),
    /// Units promised something about it: it does not close before that is carried out.
    Promised(OutcomeId),
    /// That is carried out, or given up.
    Kept(OutcomeId),
}

impl Work for FollowOrder {
    const NAME: &'static str = "follow_order";
    type Command = Command;
    type Output = ();
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let orders: Vec<_> = commands
            .iter()
            .map(|asked| asked.command.order_id.uuid())
            .collect();
        let mut cases = store::cases::load_for_update(conn, &orders, &[]).await?;
        let policies = self.policies.current(conn).await?;
        let held = held(conn, commands, &cases, now).await?;
        let mut told = Vec::new();
        let followers = followers(commands);
        store::messages::add_followers(conn, &followers).await?;
        for Asked { cause, command } in commands {
            if matches!(command.told, Told::Followed { .. }) {
                continue;
            }
            let case = cases.of(command.order_id);
            case.order.correlation_id.get_or_insert(cause.correlation_id);
            let happenings = match &command.told {
                Told::Registered(registration) => case.register(registration, &policies, now),
                Told::Assigned(assignment) => case.assign(assignment, &policies, now),
                Told::Amended(amendment) => case.amend(amendment, &held, &policies, now),
                Told::Followed { .. } => Vec::new(),
                Told::Ownerless => {
                    case.withdraw(now);
                    Vec::new()
                }
                Told::Replied(reply) => case.reply(reply, &policies, now),
                Told::Withdrawn(outcome, at) => {
                    case.end(*outcome, *at);
                    Vec::new()
                }
                Told::Promised(outcome_id) => {
                    case.hold(*outcome_id);
                    Vec::new()
                }
                Told::Kept(outcome_id) => case.release(*outcome_id, now),
            };
            told.extend(facts(case, &happenings, now, cause));
        }
        store::cases::save(conn, &cases).await?;
        messages::want(conn, &cases, &policies, now).await?;
        let followed = followers
            .iter()
            .filter_map(|(order_id, ..)| cases.known(*order_id));
        messages::want_results(conn, &followed.collect::<Vec<_>>(), &policies, now).await?;
        bus::outbox::append(conn, &told).await?;
        Ok(vec![Ok(()); commands.len()])
    }
}

/// What agents have of the orders that are corrected.
async fn held(
    conn: &mut Conn,
    commands: &[Asked<Command>],
    cases: &Cases,
    now: DateTime<Utc>,
) -> Result<BTreeSet<CallbackId>, DbError> {
    let amended = commands
        .iter()
        .filter(|asked| matches!(asked.command.told, Told::Amended(_)));
    let amended = amended.filter_map(|asked| cases.known(asked.command.order_id));
    let tasks: Vec<CallbackId> = amended
        .flat_map(|case| case.tasks.iter().map(|task| task.callback_id))
        .collect();
    if tasks.is_empty() {
        return Ok(BTreeSet::new());
    }
    Ok(store::claims::held(conn, &tasks, now)
        .await?
        .into_keys()
        .collect())
}

fn followers(commands: &[Asked<Command>]) -> Vec<(OrderId, ComplaintId, String)> {
    let reachable = commands.iter().filter_map(|asked| match &asked.command.told {
        Told::Followed {
            complaint_id,
            complaint_number,
            reachable: true,
        } => Some((asked.command.order_id, *complaint_id, complaint_number.clone())),
        _ => None,
    });
    reachable.collect()
}

/// The cause of a fact about a case: part of the contact it came from, whoever caused it.
pub(super) fn of_contact(case: &Case, cause: &Cause) -> Cause {
    Cause {
        correlation_id: case.order.correlation_id.unwrap_or(cause.correlation_id),
        ..cause.clone()
    }
}

/// The facts for what happened to a case.
pub(super) fn facts(
    case: &Case,
    happenings: &[Happening],
    now: DateTime<Utc>,
    cause: &Cause,
) -> Vec<bus::Fact> {
    let cause = of_contact(case, cause);
    happenings
        .iter()
        .map(|happening| events::fact(&case.order, happening, now, &cause))
        .collect()
}
