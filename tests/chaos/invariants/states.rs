//! In order means: what a service believes in the end is what the last fact said. Each service's own row of an order
//! is held against the journals of those it hears.
use super::{Aftermath, Checked};
use anyhow::Context;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use uuid::Uuid;

pub async fn check(aftermath: &Aftermath<'_>) -> anyhow::Result<Vec<Checked>> {
    Ok(vec![
        rounds_agree(aftermath).await?,
        moments_agree(aftermath).await?,
    ])
}

type Newest = (Uuid, i64, i64);

/// Generation and round of every order, as each service has them, are those of the newest facts.
async fn rounds_agree(aftermath: &Aftermath<'_>) -> anyhow::Result<Checked> {
    let ids: Vec<Uuid> = aftermath.routes().into_keys().collect();
    let generations = newest(
        aftermath,
        "routing",
        "select distinct on (key) key, (data->>'generation')::bigint, 0::bigint from journal
         where event_type = 'routing.order.assigned.v1' and key = any($1) order by key, sequence desc",
        &ids,
    )
    .await?;
    let reworks = newest(
        aftermath,
        "callback",
        "select distinct on (key) key, 0::bigint, (data->>'rework')::bigint from journal
         where event_type = 'callback.order.reworked.v1' and key = any($1) order by key, sequence desc",
        &ids,
    )
    .await?;
    let (mut broken, mut looked_at) = (Vec::new(), 0);
    for (service, query) in [
        (
            "intake",
            "select order_id, generation::bigint, rework::bigint from orders where order_id = any($1)",
        ),
        (
            "unit-gateway",
            "select order_id, generation::bigint, rework::bigint from handlings where order_id = any($1)",
        ),
        (
            "callback",
            "select order_id, generation::bigint, rework::bigint from orders where order_id = any($1)",
        ),
        (
            "supervision",
            "select order_id, generation::bigint, rework::bigint from orders where order_id = any($1)",
        ),
    ] {
        let believed = newest(aftermath, service, query, &ids).await?;
        looked_at += ids.len();
        for id in &ids {
            let said = (
                generations.get(id).map_or(0, |(generation, _)| *generation),
                reworks.get(id).map_or(0, |(_, rework)| *rework),
            );
            let believes = believed.get(id).copied().unwrap_or_default();
            if believes != said {
                broken.push(format!(
                    "{service}: {id} believes (generation, round) {believes:?}, the last facts said {said:?}"
                ));
            }
        }
    }
    Ok(Checked::new(
        "generation and round are everywhere those of the last fact",
        looked_at,
        broken,
    ))
}

async fn newest(
    aftermath: &Aftermath<'_>,
    service: &str,
    query: &'static str,
    ids: &[Uuid],
) -> anyhow::Result<BTreeMap<Uuid, (i64, i64)>> {
    let rows: Vec<Newest> = sqlx::query_as(query)
        .bind(ids)
        .fetch_all(&aftermath.databases[service])
        .await
        .with_context(|| service.to_owned())?;
    Ok(rows
        .into_iter()
        .map(|(order, generation, rework)| (order, (generation, rework)))
        .collect())
}

/// What the caller is told of the order (intake) are the moments of the last facts about it.
async fn moments_agree(aftermath: &Aftermath<'_>) -> anyhow::Result<Checked> {
    let ids: Vec<Uuid> = aftermath.routes().into_keys().collect();
    let (mut broken, mut looked_at) = (Vec::new(), 0);
    for (column, service, event, field) in [
        (
            "signed_at",
            "unit-gateway",
            "unit-gateway.order.signed.v1",
            "signed_at",
        ),
        (
            "replied_at",
            "unit-gateway",
            "unit-gateway.order.replied.v1",
            "replied_at",
        ),
        ("closed_at", "callback", "callback.order.closed.v1", "closed_at"),
    ] {
        let said: Vec<(Uuid, Option<DateTime<Utc>>)> = sqlx::query_as(
            "select distinct on (key) key, (data->>$3)::timestamptz from journal
             where event_type = $2 and key = any($1) order by key, sequence desc",
        )
        .bind(&ids)
        .bind(event)
        .bind(field)
        .fetch_all(&aftermath.databases[service])
        .await?;
        let believed: Vec<(Uuid, Option<DateTime<Utc>>)> = sqlx::query_as(
            "select order_id, case $2 when 'signed_at' then signed_at when 'replied_at' then replied_at else closed_at end
             from orders where order_id = any($1)",
        )
        .bind(&ids)
        .bind(column)
        .fetch_all(&aftermath.databases["intake"])
        .await?;
        let believed: BTreeMap<Uuid, Option<DateTime<Utc>>> = believed.into_iter().collect();
        looked_at += said.len();
        for (id, at) in said {
            let believes = believed.get(&id).copied().flatten();
            if at.is_none() || believes != at {
                broken.push(format!(
                    "{id}: {column} is {believes:?}, the last {event} said {at:?}"
                ));
            }
        }
    }
    Ok(Checked::new(
        "the caller is told the moments of the last facts",
        looked_at,
        broken,
    ))
}
