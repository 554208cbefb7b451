//! Orders that nobody handles, so that their clocks run out in the middle of the storm: some just before the process
//! that fires them is killed, some while it is dead, some when it is back.
use sqlx::PgPool;
use std::time::Duration;
use system_tests::cluster::{Cluster, until};
use system_tests::generator::{Api, Call, Demand};
use uuid::Uuid;
use web::auth::Role;

/// Numbers of the demand that the lifecycles never reach.
const FIRST_NUMBER: usize = 50_000_000;
const DEADLINE: Duration = Duration::from_secs(60);
/// Longer than the process is dead.
const RUN_OUT_WITHIN: Duration = Duration::from_secs(4);

/// Orders that sleep until a blow falls on what fires their clocks.
pub struct Sleepers {
    /// All of them.
    pub orders: Vec<Uuid>,
    asleep: Vec<Uuid>,
    each_time: usize,
    supervision: PgPool,
}

impl Sleepers {
    /// The clocks of the next group run out within the coming seconds.
    pub async fn next_group_runs_out(&mut self) -> anyhow::Result<()> {
        let group: Vec<Uuid> = self
            .asleep
            .drain(..self.each_time.min(self.asleep.len()))
            .collect();
        let moved = let_hours_pass(&self.supervision, &group, RUN_OUT_WITHIN).await?;
        anyhow::ensure!(
            group.is_empty() || moved > 0,
            "no clock of these sleepers was armed: {group:?}"
        );
        Ok(())
    }
}

/// Registers them and waits until every clock of each is armed. They will run out in `groups` groups.
pub async fn register(
    cluster: &Cluster,
    api: &Api,
    demand: &Demand,
    count: usize,
    groups: usize,
    supervision: &PgPool,
) -> anyhow::Result<Sleepers> {
    let orders = register_orders(cluster, api, demand, count, supervision).await?;
    let each_time = count.div_ceil(groups);
    Ok(Sleepers {
        asleep: orders.clone(),
        orders,
        each_time,
        supervision: supervision.clone(),
    })
}

async fn register_orders(
    cluster: &Cluster,
    api: &Api,
    demand: &Demand,
    count: usize,
    supervision: &PgPool,
) -> anyhow::Result<Vec<Uuid>> {
    let agent = cluster.token(Role::Agent, None);
    let mut sleepers = Vec::with_capacity(count);
    for number in FIRST_NUMBER..FIRST_NUMBER + count {
        let wanted = demand.complaint(number);
        let call = Call {
            name: None,
            service: "intake",
            path: "/v1/complaints".to_owned(),
            token: &agent,
            key: Some(wanted.key),
            body: Some(wanted.body),
        };
        let answer = api.ask(&call).await?;
        let id = answer.body["orders"][0]["order_id"]
            .as_str()
            .ok_or_else(|| anyhow::anyhow!("no order: {}", answer.body))?;
        sleepers.push(id.parse()?);
    }
    until("the clocks of the sleepers are armed", DEADLINE, || async {
        let armed: i64 = sqlx::query_scalar(
            "select count(distinct order_id) from clocks where order_id = any($1) and clock = 'sign'",
        )
        .bind(&sleepers)
        .fetch_one(supervision)
        .await?;
        Ok((usize::try_from(armed)? == sleepers.len()).then_some(()))
    })
    .await?;
    Ok(sleepers)
}

/// Hours pass for the sleepers: every armed clock is moved so that its warning and its end fall into the coming
/// seconds, spread over them. Real limits are hours and days; the timers do not know the difference.
async fn let_hours_pass(supervision: &PgPool, sleepers: &[Uuid], within: Duration) -> anyhow::Result<u64> {
    let moved = sqlx::query(
        "with armed as (
             select order_id, clock, timer_generation, row_number() over (order by order_id, clock) as place, count(*) over () as all_of_them
             from clocks where order_id = any($1) and fires_at is not null
         ), times as (
             select *, clock_timestamp() + $2 * place / all_of_them * interval '1 second' as warn from armed
         )
         update clocks c
         set warn_at = case when c.warned_at is null then t.warn else c.warn_at end,
             due_at = t.warn + interval '1 second',
             fires_at = case when c.warned_at is null then t.warn else t.warn + interval '1 second' end
         from times t where c.order_id = t.order_id and c.clock = t.clock and c.timer_generation = t.timer_generation
                        and c.fires_at is not null",
    )
    .bind(sleepers)
    .bind(within.as_secs_f64())
    .execute(supervision)
    .await?;
    Ok(moved.rows_affected())
}
