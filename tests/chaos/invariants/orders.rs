//! Every accepted order ended, once, and nothing else exists.
use super::{Aftermath, Checked};
use anyhow::Context;
use std::collections::{BTreeMap, BTreeSet};
use system_tests::generator::Route;
use uuid::Uuid;

/// Something that happens to an order, and how often on its route.
pub(super) type Step = (&'static str, fn(&Route) -> u64);
/// A kind of route by name.
type Kind = (&'static str, fn(&Route) -> bool);

/// What happens to an order, and how often: once, once a round, …
const STEPS: [Step; 15] = [
    ("intake.order.registered.v1", |_| 1),
    ("routing.order.assigned.v1", |_| 1),
    ("unit-gateway.order.delivered.v1", rounds),
    ("unit-gateway.order.return_requested.v1", |route| {
        u64::from(route.returned)
    }),
    ("routing.return.rejected.v1", |route| u64::from(route.returned)),
    ("unit-gateway.order.signed.v1", rounds),
    ("unit-gateway.order.responded.v1", rounds),
    ("unit-gateway.order.progressed.v1", rounds),
    ("unit-gateway.order.replied.v1", rounds),
    ("callback.callback.scheduled.v1", rounds),
    ("callback.callback.recorded.v1", rounds),
    ("callback.reply.contradicted.v1", |route| route.reworks),
    ("callback.answer.went_against.v1", |route| route.reworks),
    ("callback.order.reworked.v1", |route| route.reworks),
    ("callback.order.closed.v1", |_| 1),
];

pub(super) fn rounds(route: &Route) -> u64 {
    route.reworks + 1
}

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
        each_step_as_often_as_it_should(aftermath).await?,
        every_route_was_taken(aftermath),
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

/// The journals hold each step of each order exactly as often as its route has it, and no step that it does not have.
async fn each_step_as_often_as_it_should(aftermath: &Aftermath<'_>) -> anyhow::Result<Checked> {
    let routes = aftermath.routes();
    let ids: Vec<Uuid> = routes.keys().copied().collect();
    let mut counts: BTreeMap<(Uuid, String), i64> = BTreeMap::new();
    for (service, pool) in aftermath.databases {
        let rows: Vec<(Uuid, String, i64)> = sqlx::query_as(
            "select key, event_type, count(*) from journal
             where key = any($1) and event_type not like 'supervision.%' group by key, event_type",
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
    for (id, route) in &routes {
        for (step, expected) in STEPS {
            let count = counts.remove(&(*id, step.to_owned())).unwrap_or(0);
            if u64::try_from(count)? != expected(route) {
                broken.push(format!("{id}: {step} {count} times, its route {route:?}"));
            }
        }
    }
    broken.extend(
        counts
            .iter()
            .map(|((id, step), count)| format!("{id}: {step} {count} times, which is on no route")),
    );
    Ok(Checked::new(
        "each step of each order happened as often as its route has it",
        routes.len() * STEPS.len(),
        broken,
    ))
}

/// A storm over the plain path only would prove nothing about the others.
fn every_route_was_taken(aftermath: &Aftermath<'_>) -> Checked {
    let ended = aftermath.records.iter().filter(|record| record.stuck.is_none());
    let routes: Vec<Route> = ended.map(|record| record.route).collect();
    let taken: [Kind; 4] = [
        ("the plain path", |route| *route == Route::default()),
        ("a rework", |route| route.reworks > 0),
        ("a return request", |route| route.returned),
        ("commands by NATS", |route| route.by_nats),
    ];
    let missing = taken.iter().filter(|(_, is_it)| !routes.iter().any(is_it));
    let broken = missing.map(|(name, _)| format!("no order took {name}")).collect();
    Checked::new(
        "orders took the plain path, reworks, returns and NATS",
        routes.len(),
        broken,
    )
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
