//! Clocks: one effect per arming, never early, and none of them forgotten.
use super::{Aftermath, Checked};

pub async fn check(aftermath: &Aftermath<'_>) -> anyhow::Result<Vec<Checked>> {
    Ok(vec![
        once(aftermath).await?,
        never_early(aftermath).await?,
        none_forgotten(aftermath).await?,
    ])
}

/// At most one warning and one breach per (order, clock, arming).
async fn once(aftermath: &Aftermath<'_>) -> anyhow::Result<Checked> {
    let pool = &aftermath.databases["supervision"];
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "select format('%s %s %s %s', event_type, data->>'order_id', data->>'clock', data->>'timer_generation'), count(*)
         from journal where event_type like 'supervision.clock.%' group by 1",
    )
    .fetch_all(pool)
    .await?;
    let broken = rows
        .iter()
        .filter(|(_, count)| *count > 1)
        .map(|(name, count)| format!("{name}: {count} times"))
        .collect();
    Ok(Checked::new(
        "each arming of each clock warned and breached at most once",
        rows.len(),
        broken,
    ))
}

/// No fact about a clock was recorded before its time, by the database's own clock.
async fn never_early(aftermath: &Aftermath<'_>) -> anyhow::Result<Checked> {
    let pool = &aftermath.databases["supervision"];
    let rows: Vec<(String, bool)> = sqlx::query_as(
        "select format('%s %s %s: recorded %s, warning due %s, end %s', j.event_type, c.order_id, c.clock, j.recorded_at, c.warn_at, c.due_at),
                j.occurred_at < case when j.event_type like '%breached%' then c.due_at else c.warn_at end
         from journal j
         join clocks c on c.order_id = (j.data->>'order_id')::uuid and c.clock = j.data->>'clock'
                      and c.timer_generation = (j.data->>'timer_generation')::integer
         where j.event_type like 'supervision.clock.%'",
    )
    .fetch_all(pool)
    .await?;
    let broken = rows
        .iter()
        .filter(|(_, early)| *early)
        .map(|(name, _)| name.clone())
        .collect();
    Ok(Checked::new("no clock fired before its time", rows.len(), broken))
}

/// Every clock of a sleeper whose end has passed has told so.
async fn none_forgotten(aftermath: &Aftermath<'_>) -> anyhow::Result<Checked> {
    let pool = &aftermath.databases["supervision"];
    let rows: Vec<(String, bool)> = sqlx::query_as(
        "select format('%s %s ended at %s', c.order_id, c.clock, c.due_at),
                exists (select from journal j where j.event_type = 'supervision.clock.breached.v1' and j.key = c.order_id
                        and j.data->>'clock' = c.clock and (j.data->>'timer_generation')::integer = c.timer_generation)
         from clocks c
         where c.order_id = any($1) and c.state not in ('met', 'cancelled') and c.due_at < clock_timestamp() - interval '5 seconds'",
    )
    .bind(aftermath.sleepers)
    .fetch_all(pool)
    .await?;
    let broken = rows
        .iter()
        .filter(|(_, told)| !told)
        .map(|(name, _)| name.clone())
        .collect();
    Ok(Checked::new(
        "every clock that ran out told so",
        rows.len(),
        broken,
    ))
}
