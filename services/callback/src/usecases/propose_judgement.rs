//! Somebody of the hotline proposes that a demand is unreasonable or impossible to fulfil. Nothing follows until
//! somebody else has looked at it.
use crate::domain::review::{JudgementRefused, may_find};
use crate::store::{self, judgements};
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::OrderId;
use contracts::words::Finding;
use db::{Conn, DbError, Results, Work};
use uuid::Uuid;

pub use crate::store::judgements::Judgement;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct ProposeJudgement;

/// A proposal.
#[derive(Clone, Debug)]
pub struct Command {
    /// The order.
    pub order_id: OrderId,
    /// What is found.
    pub finding: Finding,
    /// Why, numbers masked.
    pub reason: String,
    /// `agent:<subject>`.
    pub by: String,
}

impl Work for ProposeJudgement {
    const NAME: &'static str = "propose_judgement";
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
        for Asked { command, .. } in commands {
            results.push(one(conn, now, command).await?);
        }
        Ok(results)
    }
}

async fn one(
    conn: &mut Conn,
    now: DateTime<Utc>,
    command: &Command,
) -> Result<Result<Judgement, JudgementRefused>, DbError> {
    let order_id = command.order_id;
    let mut cases = store::cases::load_for_update(conn, &[order_id.uuid()], &[]).await?;
    if let Err(refused) = cases.of(order_id).may_judge() {
        let known = cases.of(order_id).order.registration.is_some();
        return Ok(Err(if known { refused } else { JudgementRefused::Unknown }));
    }
    if let Some(open) = judgements::open_of(conn, order_id).await? {
        let same = open.reason == command.reason && open.proposed_by == command.by;
        let same = same && open.finding == command.finding.as_str();
        return Ok(if same {
            Ok(open)
        } else {
            Err(JudgementRefused::Exists)
        });
    }
    let said = judgements::answers(conn, order_id).await?;
    if !may_find(command.finding, said.unsolved, said.newest_is_bad) {
        return Ok(Err(JudgementRefused::NoBadAnswer));
    }
    let judgement = Judgement {
        judgement_id: Uuid::now_v7(),
        order_id: order_id.uuid(),
        finding: command.finding.as_str().to_owned(),
        reason: command.reason.clone(),
        proposed_by: command.by.clone(),
        proposed_at: now,
        state: "open".to_owned(),
        review: None,
        reviewed_by: None,
        reviewed_at: None,
    };
    judgements::insert(conn, &judgement).await?;
    Ok(Ok(judgement))
}
