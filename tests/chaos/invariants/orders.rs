//! Every accepted order ended, once, and nothing else exists.
use super::{Aftermath, Checked};
use anyhow::Context;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What happens to an order on the plain path, each exactly once.
const PLAIN_PATH: [&str; 9] = [
    "intake.order.registered.v1",
    "routing.order.assigned.v1",
    "unit-gateway.order.delivered.v1",
    "unit-gateway.order.signed.v1",
    "unit-gateway.order.responded.v1",
    "unit-gateway.order.progressed.v1",
    "unit-gateway.order.replied.v1",
    "callback.callback.recorded.v1",
    "callback.order.closed.v1",
];

pub async fn check(aftermath: &Aftermath<'_>) -> anyhow::Result<Vec<Checked>> {
    let stuck: Vec<String> = aftermath
        .records
        .iter()
        .filter_map(|record| {
            record
                .stuck
                .as_ref()
                .map(|why| format!("{} ({:?}): {why}", record.key, record.order_id))
        })
        .collect();
    let accepted: BTreeSet<Uuid> = aftermath
        .records
        .iter()
        .filter_map(|record| record.order_id)
        .collect();
    Ok(vec![
        Checked::new(
            "every lifecycle ended for the one who drove it",
            aftermath.records.len(),
            stuck,
        ),
        one_order_per_key(aftermath, &accepted).await?,
        closed_everywhere(aftermath, &accepted).await?,
        each_step_once(aftermath, &accepted).await?,
        nothing_parked(aftermath).await?,
    ])
}

/// However often a request was sent, intake has the orders that it told us of and no other.
async fn one_order_per_key(aftermath: &Aftermath<'_>, accepted: &BTreeSet<Uuid>) -> anyhow::Result<Checked> {
    let pool = &aftermath.databases["intake"];
    let known: Vec<Uuid> = sqlx::query_scalar("select order_id from orders")
        .fetch_all(pool)
        .await?;
    let expected: BTreeSet<Uuid> = accepted.iter().chain(aftermath.sleepers).copied().collect();
    let known: BTreeSet<Uuid> = known.into_iter().collect();
    let lost = expected
        .difference(&known)
        .map(|id| format!("{id} was accepted and is gone"));
    let double = known
        .difference(&expected)
        .map(|id| format!("{id} was never told to anybody"));
    let records = aftermath
        .records
        .iter()
        .filter(|record| record.order_id.is_some())
        .count();
    let mut broken: Vec<String> = lost.chain(double).collect();
    if records != accepted.len() {
        broken.push(format!("{records} requests share {} orders", accepted.len()));
    }
    Ok(Checked::new(
        "one Idempotency-Key, one complaint, one order",
        expected.len(),
        broken,
    ))
}

/// Every service that keeps a state agrees that the order is closed.
async fn closed_everywhere(aftermath: &Aftermath<'_>, accepted: &BTreeSet<Uuid>) -> anyhow::Result<Checked> {
    let ids: Vec<Uuid> = accepted.iter().copied().collect();
    let mut broken = Vec::new();
    for (service, query) in [
        (
            "intake",
            "select order_id from orders where order_id = any($1) and state = 'closed'",
        ),
        (
            "unit-gateway",
            "select order_id from handlings where order_id = any($1) and state = 'closed'",
        ),
        (
            "supervision",
            "select order_id from orders where order_id = any($1) and state = 'closed'",
        ),
    ] {
        let closed: Vec<Uuid> = sqlx::query_scalar(query)
            .bind(&ids)
            .fetch_all(&aftermath.databases[service])
            .await
            .context(service)?;
        let closed: BTreeSet<Uuid> = closed.into_iter().collect();
        broken.extend(
            accepted
                .difference(&closed)
                .map(|id| format!("{service}: {id} is not closed")),
        );
    }
    Ok(Checked::new(
        "every accepted order is closed, in every service",
        accepted.len(),
        broken,
    ))
}

/// The journals hold each step of each order exactly once.
async fn each_step_once(aftermath: &Aftermath<'_>, accepted: &BTreeSet<Uuid>) -> anyhow::Result<Checked> {
    let ids: Vec<Uuid> = accepted.iter().copied().collect();
    let mut counts: BTreeMap<(Uuid, String), i64> = BTreeMap::new();
    for (service, pool) in aftermath.databases {
        let rows: Vec<(Uuid, String, i64)> = sqlx::query_as(
            "select key, event_type, count(*) from journal where key = any($1) group by key, event_type",
        )
        .bind(&ids)
        .fetch_all(pool)
        .await
        .context(*service)?;
        counts.extend(
            rows.into_iter()
                .map(|(key, event_type, count)| ((key, event_type), count)),
        );
    }
    let mut broken = Vec::new();
    for id in accepted {
        for step in PLAIN_PATH {
            let count = counts.get(&(*id, step.to_owned())).copied().unwrap_or(0);
            if count != 1 {
                broken.push(format!("{id}: {step} {count} times"));
            }
        }
    }
    Ok(Checked::new(
        "each step of each order happened exactly once",
        accepted.len() * PLAIN_PATH.len(),
        broken,
    ))
}

async fn nothing_parked(aftermath: &Aftermath<'_>) -> anyhow::Result<Checked> {
    let mut broken = Vec::new();
    for (service, pool) in aftermath.databases {
        let parked: Vec<String> = sqlx::query_scalar(
            "select format('dead letter %s %s: %s', subject, key, reason) from dead_letters
             union all select format('held %s %s: %s', event_type, key, coalesce(reason, 'behind another')) from held_messages
             union all select format('outbox row %s', id) from outbox",
        )
        .fetch_all(pool)
        .await?;
        broken.extend(parked.into_iter().map(|line| format!("{service}: {line}")));
    }
    Ok(Checked::new(
        "nothing is parked, held or unpublished",
        aftermath.databases.len(),
        broken,
    ))
}
