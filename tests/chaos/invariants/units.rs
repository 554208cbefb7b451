//! What units and callers noticed: every document, every act and every call once a round. Their tables have no key
//! that would hide a second one.
use super::orders::{Step, rounds};
use super::{Aftermath, Checked};
use std::collections::BTreeMap;
use system_tests::generator::Route;
use uuid::Uuid;

pub async fn check(aftermath: &Aftermath<'_>) -> anyhow::Result<Vec<Checked>> {
    Ok(vec![
        documents_once(aftermath).await?,
        documents_of_the_lead(aftermath).await?,
        feeds_without_gaps(aftermath).await?,
        acts_once(aftermath).await?,
        calls_once(aftermath).await?,
    ])
}

/// One document per (order, unit, notice, generation, round), co-handlers included.
async fn documents_once(aftermath: &Aftermath<'_>) -> anyhow::Result<Checked> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "select format('%s for %s: %s, generation %s, round %s', order_id, unit, notice, generation, rework), count(*)
         from documents group by order_id, unit, notice, generation, rework",
    )
    .fetch_all(&aftermath.databases["unit-gateway"])
    .await?;
    let broken = rows.iter().filter(|(_, count)| *count != 1);
    let broken = broken.map(|(name, count)| format!("{name}: {count} documents"));
    Ok(Checked::new(
        "each unit was told each thing once",
        rows.len(),
        broken.collect(),
    ))
}

/// The lead had exactly the documents of the order's route. Whether the ladder pushes depends on when what was killed came
/// back; that it says so once is `documents_once`.
async fn documents_of_the_lead(aftermath: &Aftermath<'_>) -> anyhow::Result<Checked> {
    let expected: [Step; 5] = [
        ("assigned", |_| 1),
        ("answer", |route| route.reworks),
        ("reworked", |route| route.reworks),
        ("return_rejected", |route| u64::from(route.returned)),
        ("closed", |_| 1),
    ];
    let routes = aftermath.routes();
    let counts = counted(
        aftermath,
        "unit-gateway",
        "select order_id, notice, count(*) filter (where lead) from documents
         where order_id = any($1) and notice not in ('supervised', 'escalated') group by 1, 2",
    )
    .await?;
    let broken = compare(&routes, &expected, &counts);
    Ok(Checked::new(
        "each lead had the documents of its order's route",
        routes.len() * expected.len(),
        broken,
    ))
}

/// The cursor of each unit: 1, 2, 3, … up to what its feed says.
async fn feeds_without_gaps(aftermath: &Aftermath<'_>) -> anyhow::Result<Checked> {
    let rows: Vec<(String, bool)> = sqlx::query_as(
        "select format('%s: %s documents, numbers %s to %s, feed at %s', f.unit, count(d.seq), min(d.seq), max(d.seq), f.last_seq),
                count(d.seq) = f.last_seq and coalesce(max(d.seq), 0) = f.last_seq
         from unit_feeds f left join documents d using (unit) group by f.unit, f.last_seq",
    )
    .fetch_all(&aftermath.databases["unit-gateway"])
    .await?;
    let broken = rows.iter().filter(|(_, whole)| !whole);
    let broken = broken.map(|(name, _)| name.clone()).collect();
    Ok(Checked::new("no unit's feed has a gap", rows.len(), broken))
}

/// Each of the unit's acts once a round, however often it was sent and by whichever way.
async fn acts_once(aftermath: &Aftermath<'_>) -> anyhow::Result<Checked> {
    let expected: [Step; 5] = [
        ("sign", rounds),
        ("respond", rounds),
        ("progress", rounds),
        ("reply", rounds),
        ("request_return", |route| u64::from(route.returned)),
    ];
    let routes = aftermath.routes();
    let counts = counted(
        aftermath,
        "unit-gateway",
        "select order_id, verb, count(*) from actions where order_id = any($1) group by 1, 2",
    )
    .await?;
    let broken = compare(&routes, &expected, &counts);
    Ok(Checked::new(
        "each act of a unit took effect once a round",
        routes.len() * expected.len(),
        broken,
    ))
}

/// One callback a round, one answer each.
async fn calls_once(aftermath: &Aftermath<'_>) -> anyhow::Result<Checked> {
    let expected: [Step; 2] = [("recorded", rounds), ("answers", rounds)];
    let routes = aftermath.routes();
    let mut counts = counted(
        aftermath,
        "callback",
        "select order_id, state, count(*) from callbacks where order_id = any($1) group by 1, 2",
    )
    .await?;
    let answers = counted(
        aftermath,
        "callback",
        "select c.order_id, 'answers', count(*) from answers join callbacks c using (callback_id)
         where c.order_id = any($1) group by 1",
    )
    .await?;
    counts.extend(answers);
    let broken = compare(&routes, &expected, &counts);
    Ok(Checked::new(
        "each caller was called once a round and answered once",
        routes.len() * expected.len(),
        broken,
    ))
}

type Counts = BTreeMap<(Uuid, String), i64>;

/// Rows of (order, what, how many) for the accepted orders.
async fn counted(aftermath: &Aftermath<'_>, service: &str, query: &'static str) -> anyhow::Result<Counts> {
    let ids: Vec<Uuid> = aftermath.routes().into_keys().collect();
    let rows: Vec<(Uuid, String, i64)> = sqlx::query_as(query)
        .bind(ids)
        .fetch_all(&aftermath.databases[service])
        .await?;
    let counts = rows.into_iter().filter(|(.., count)| *count > 0);
    Ok(counts
        .map(|(order, what, count)| ((order, what), count))
        .collect())
}

/// What differs from what the routes expect; a word that is not expected at all differs, too.
fn compare(routes: &BTreeMap<Uuid, Route>, expected: &[Step], counts: &Counts) -> Vec<String> {
    let mut broken = Vec::new();
    for (order, route) in routes {
        for (what, times) in expected {
            let count = counts.get(&(*order, (*what).to_owned())).copied().unwrap_or(0);
            if count.unsigned_abs() != times(route) {
                broken.push(format!("{order}: {what} {count} times, its route {route:?}"));
            }
        }
    }
    let strange = counts
        .iter()
        .filter(|((_, what), _)| expected.iter().all(|(word, _)| word != what));
    broken.extend(strange.map(|((order, what), count)| format!("{order}: {what} {count} times")));
    broken
}
