//! Every climb of an order with its steps, for its record.
use super::gather::ENTRIES_MAX;
use crate::domain::referral::{Rung, Supervised};
use crate::store::supervision_read::{self, Filter, StepRow};
use chrono::{DateTime, FixedOffset, Utc};
use contracts::ids::OrderId;
use db::{Db, DbError};

/// All supervision orders of the order, the oldest first.
pub(super) async fn supervised(
    db: &Db,
    order_id: OrderId,
    local: impl Fn(DateTime<Utc>) -> DateTime<FixedOffset>,
) -> Result<Vec<Supervised>, DbError> {
    let filter = Filter {
        order_id: Some(order_id.uuid()),
        ..Filter::default()
    };
    let mut found = Vec::new();
    // A handful: one at most goes on, and each of the others ended for a reason.
    for row in supervision_read::list(db.pool(), &filter, None, ENTRIES_MAX).await? {
        let steps = supervision_read::steps(db.pool(), row.supervision_id).await?;
        found.push(Supervised {
            supervision_id: row.supervision_id,
            number: row.number,
            unit: row.unit,
            state: row.state,
            level: row.level,
            leaders: row.leaders,
            trigger: row.trigger,
            began_at: local(row.began_at),
            discharged_at: row.discharged_at.map(&local),
            outcome: row.outcome,
            steps: steps.into_iter().map(|step| rung(step, &local)).collect(),
        });
    }
    Ok(found)
}

fn rung(step: StepRow, local: &impl Fn(DateTime<Utc>) -> DateTime<FixedOffset>) -> Rung {
    Rung {
        number: step.number,
        kind: step.kind,
        author: step.author,
        at: local(step.at),
        level: step.level,
        from_level: step.from_level,
        trigger: step.trigger,
        document: step.document,
        text: step.text,
        evidence: step.evidence,
        answer_until: step.answer_until.map(local),
        told: step.told,
        outcome: step.outcome,
    }
}
