//! Supervision has seen every step, once, and in order.
use super::{Aftermath, Checked};
use all_in_one::platform::SERVICES;
use serde_json::Value;
use std::collections::BTreeSet;
use uuid::Uuid;
use web::auth::Role;

pub async fn check(aftermath: &Aftermath<'_>) -> anyhow::Result<Vec<Checked>> {
    Ok(vec![
        complete(aftermath).await?,
        in_order(aftermath).await?,
        no_gaps_told(aftermath).await?,
    ])
}

async fn complete(aftermath: &Aftermath<'_>) -> anyhow::Result<Checked> {
    let mut published = BTreeSet::new();
    for service in SERVICES {
        let events: Vec<Uuid> = sqlx::query_scalar("select event_id from journal")
            .fetch_all(&aftermath.databases[service])
            .await?;
        published.extend(events);
    }
    let entries: Vec<Uuid> = sqlx::query_scalar("select event_id from timeline")
        .fetch_all(&aftermath.databases["supervision"])
        .await?;
    let seen: BTreeSet<Uuid> = entries.iter().copied().collect();
    let mut broken: Vec<String> = published
        .difference(&seen)
        .map(|id| format!("{id} is not in the timeline"))
        .collect();
    broken.extend(
        seen.difference(&published)
            .map(|id| format!("{id} is in the timeline and in no journal")),
    );
    if seen.len() != entries.len() {
        broken.push(format!("{} entries for {} events", entries.len(), seen.len()));
    }
    Ok(Checked::new(
        "the timeline has every fact of every service once",
        published.len(),
        broken,
    ))
}

/// The facts of one service about one order arrived as 1, 2, 3, … without a gap.
async fn in_order(aftermath: &Aftermath<'_>) -> anyhow::Result<Checked> {
    let pool = &aftermath.databases["supervision"];
    let broken: Vec<String> = sqlx::query_scalar(
        "select format('%s of %s: number %s arrived at place %s', key, service, sequence, place)
         from (select key, service, sequence, row_number() over (partition by service, key order by position) as place
               from timeline) as arrived
         where sequence <> place limit 50",
    )
    .fetch_all(pool)
    .await?;
    let lines: i64 =
        sqlx::query_scalar("select count(*) from (select distinct service, key from timeline) as lines")
            .fetch_one(pool)
            .await?;
    Ok(Checked::new(
        "facts of one service about one order arrived as 1, 2, 3, …",
        usize::try_from(lines)?,
        broken,
    ))
}

/// Supervision's own look for gaps, as an auditor has it.
async fn no_gaps_told(aftermath: &Aftermath<'_>) -> anyhow::Result<Checked> {
    let auditor = aftermath.cluster.token(Role::Auditor, None);
    let url = format!("{}/v1/audit/gaps", aftermath.cluster.address("supervision"));
    let answer = reqwest::Client::builder()
        .no_proxy()
        .build()?
        .get(url)
        .bearer_auth(auditor)
        .send()
        .await?;
    anyhow::ensure!(
        answer.status().is_success(),
        "GET /v1/audit/gaps: {}",
        answer.status()
    );
    let body: Value = answer.json().await?;
    let gaps = body["items"]
        .as_array()
        .or(body.as_array())
        .map(Vec::len)
        .unwrap_or_default();
    let broken = if gaps == 0 {
        Vec::new()
    } else {
        vec![body.to_string()]
    };
    Ok(Checked::new("GET /v1/audit/gaps has nothing to tell", 1, broken))
}
