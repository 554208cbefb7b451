//! Clocks: one effect per arming, never early, none of them forgotten, and met when what they wait for happened.
use super::{Aftermath, Checked};
use uuid::Uuid;

pub async fn check(aftermath: &Aftermath<'_>) -> anyhow::Result<Vec<Checked>> {
    Ok(vec![
        once(aftermath).await?,
        never_early(aftermath).await?,
        none_forgotten(aftermath).await?,
        met_once(aftermath).await?,
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

/// No fact about a clock was recorded before its time, by the database's own clock and not by the service's. A breach
/// names its due time itself, so that a clock that was armed anew since is asked, too. The service reads its clock
/// after its transaction has begun: so much it may seem early.
async fn never_early(aftermath: &Aftermath<'_>) -> anyhow::Result<Checked> {
    let pool = &aftermath.databases["supervision"];
    let rows: Vec<(String, bool)> = sqlx::query_as(
        "with told as (
             select j.event_type, j.key, j.data->>'clock' as clock, j.recorded_at,
                    case when j.event_type like '%breached%' then (j.data->>'due_at')::timestamptz else c.warn_at end as due
             from journal j
             left join clocks c on c.order_id = j.key and c.clock = j.data->>'clock'
                               and c.timer_generation = (j.data->>'timer_generation')::integer
             where j.event_type like 'supervision.clock.%'
         )
         select format('%s %s %s: recorded %s, due %s', event_type, key, clock, recorded_at, due),
                recorded_at < due - interval '250 milliseconds'
         from told where due is not null",
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

/// Every clock of a sleeper whose end has passed has told so, once for its arming.
async fn none_forgotten(aftermath: &Aftermath<'_>) -> anyhow::Result<Checked> {
    let pool = &aftermath.databases["supervision"];
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "select format('%s %s ended at %s', c.order_id, c.clock, c.due_at),
                (select count(*) from journal j where j.event_type = 'supervision.clock.breached.v1' and j.key = c.order_id
                        and j.data->>'clock' = c.clock and (j.data->>'timer_generation')::integer = c.timer_generation)
         from clocks c
         where c.order_id = any($1) and c.state not in ('met', 'cancelled') and c.due_at < clock_timestamp() - interval '5 seconds'",
    )
    .bind(aftermath.sleepers)
    .fetch_all(pool)
    .await?;
    let broken = rows
        .iter()
        .filter(|(_, told)| *told != 1)
        .map(|(name, told)| format!("{name}: told {told} times"))
        .collect();
    Ok(Checked::new(
        "every clock that ran out told so, once",
        rows.len(),
        broken,
    ))
}

/// The clocks of an order that ended: sign, respond and total met once, finish met in the last round, and none open. The
/// finish clock of an earlier round may be cancelled: facts of different services are heard in any order, and a rework
/// that is heard before the reply it answers leaves that reply nothing to meet.
async fn met_once(aftermath: &Aftermath<'_>) -> anyhow::Result<Checked> {
    let routes = aftermath.routes();
    let ids: Vec<Uuid> = routes.keys().copied().collect();
    let rows: Vec<(Uuid, i64, i64, i64, Option<i64>, i64)> = sqlx::query_as(
        "select order_id, count(*) filter (where clock = 'sign' and state = 'met'),
                count(*) filter (where clock = 'respond' and state = 'met'),
                count(*) filter (where clock = 'total' and state = 'met'),
                max(rework::bigint) filter (where clock = 'finish' and state = 'met'),
                count(*) filter (where state not in ('met', 'cancelled') or state = 'cancelled' and clock <> 'finish')
         from clocks where order_id = any($1) group by order_id",
    )
    .bind(&ids)
    .fetch_all(&aftermath.databases["supervision"])
    .await?;
    let mut broken: Vec<String> = Vec::new();
    if rows.len() != routes.len() {
        broken.push(format!("{} of {} orders have clocks", rows.len(), routes.len()));
    }
    for (order, sign, respond, total, finished_round, other) in &rows {
        let route = &routes[order];
        let round = finished_round.and_then(|round| u64::try_from(round).ok());
        if [sign, respond, total, other] != [&1, &1, &1, &0] || round != Some(route.reworks) {
            broken.push(format!(
                "{order}: met sign {sign}, respond {respond}, total {total}, finish in round {round:?}, others {other}, its route {route:?}"
            ));
        }
    }
    Ok(Checked::new(
        "the clocks of each order that ended are met",
        rows.len(),
        broken,
    ))
}
