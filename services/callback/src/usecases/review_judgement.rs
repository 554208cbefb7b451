//! A second person decides about a proposed judgement. Confirmed, the order ends, and its answers count in no figure.
use crate::domain::review::JudgementRefused;
use crate::events;
use crate::store::{self, judgements};
use crate::usecases::follow_order::{facts, of_contact};
use crate::usecases::messages;
use crate::usecases::policies::PolicyShelf;
use crate::usecases::propose_judgement::Judgement;
use bus::Fact;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::{JudgementId, OrderId};
use contracts::words::Finding;
use db::{Conn, DbError, Results, Work};

/// The use case.
#[derive(Clone, Debug)]
pub struct ReviewJudgement {
    /// The city's rules.
    pub policies: PolicyShelf,
}

/// A decision.
#[derive(Clone, Debug)]
pub struct Command {
    /// The judgement.
    pub judgement_id: JudgementId,
    /// Is it so?
    pub confirm: bool,
    /// Why, numbers masked.
    pub review: String,
    /// `agent:<subject>`.
    pub by: String,
}

impl Work for ReviewJudgement {
    const NAME: &'static str = "review_judgement";
    type Command = Command;
    type Output = Judgement;
    type Refusal = JudgementRefused;

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

impl ReviewJudgement {
    async fn one(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        Asked { cause, command }: &Asked<Command>,
    ) -> Result<Result<Judgement, JudgementRefused>, DbError> {
        let Some(known) = judgements::get(conn, command.judgement_id).await? else {
            return Ok(Err(JudgementRefused::Unknown));
        };
        let order_id = OrderId(known.order_id);
        let mut cases = store::cases::load_for_update(conn, &[known.order_id], &[]).await?;
        // Once more under the lock of the order.
        let Some(mut judgement) = judgements::get(conn, command.judgement_id).await? else {
            return Ok(Err(JudgementRefused::Unknown));
        };
        let state = if command.confirm { "confirmed" } else { "rejected" };
        if judgement.state != "open" {
            let same = judgement.state == state
                && judgement.review.as_ref() == Some(&command.review)
                && judgement.reviewed_by.as_ref() == Some(&command.by);
            return Ok(if same {
                Ok(judgement)
            } else {
                Err(JudgementRefused::Reviewed)
            });
        }
        if judgement.proposed_by == command.by {
            return Ok(Err(JudgementRefused::SamePerson));
        }
        if command.confirm {
            let finding: Finding = judgement.finding.parse().map_err(|error| {
                DbError::inconsistent("judgements", "finding", &judgement.judgement_id, &error)
            })?;
            let case = cases.of(order_id);
            let closed = match case.judge_demand(finding, now) {
                Ok(closed) => closed,
                Err(refused) => return Ok(Err(refused)),
            };
            let Some(assignment) = case.order.assignment.clone() else {
                return Ok(Err(JudgementRefused::NotOpen));
            };
            let callback_ids = judgements::answers(conn, order_id).await?.callback_ids;
            let what = (finding, judgement.reason.clone());
            let made = events::judged(command.judgement_id, order_id, callback_ids, assignment, what);
            let mut told = vec![Fact::new(order_id.uuid(), now, &of_contact(case, cause), &made)];
            told.extend(facts(case, &[closed], now, cause));
            store::cases::save(conn, &cases).await?;
            let policies = self.policies.current(conn).await?;
            messages::want(conn, &cases, &policies, now).await?;
            bus::outbox::append(conn, &told).await?;
        }
        judgement.state = state.to_owned();
        judgement.review = Some(command.review.clone());
        judgement.reviewed_by = Some(command.by.clone());
        judgement.reviewed_at = Some(now);
        judgements::review(conn, &judgement).await?;
        Ok(Ok(judgement))
    }
}
