//! Months that are over, written by SQL as the services leave them behind: of each order a total clock, an assignment with
//! its three clocks, mostly a valid callback; some were returned, reworked, extended, denied or excluded.
#[path = "../shared/fill.rs"]
pub(crate) mod fill;

use sqlx::PgPool;
use std::time::Duration;

/// Tables that are filled.
const TABLES: [&str; 9] = [
    "orders",
    "order_search",
    "complaint_facts",
    "assignment_facts",
    "clocks",
    "callback_facts",
    "incident_facts",
    "extensions",
    "exclusions",
];

/// Writes so many orders for each month, given by its first local day; answers how long it took.
pub(crate) async fn build(pool: &PgPool, months: &[&str], orders: i64) -> anyhow::Result<Duration> {
    let mut conn = pool.acquire().await?;
    fill::run(&mut conn, "set statement_timeout = 0").await?;
    let every: Vec<String> = months.iter().map(|month| format!("('{month}')")).collect();
    let id = fill::order_id("n", "accepted_at");
    let raw = format!(
        "create unlogged table raw as select *, {id} as order_id, (hashint8extended(n, 1) & 1023) / 1024.0 as chance,
             accepted_at + interval '1 hour' as assigned_at, accepted_at + interval '5 days' as replied_at,
             'U-' || (hashint8extended(n, 2) & 255) as unit, 'M' || (1000 + (hashint8extended(n, 3) & 127)) as matter,
             '9901' || lpad((hashint8extended(n, 4) & 15)::text, 2, '0') as district
         from (select row_number() over () as n, (first || ' 00:00+08')::timestamptz + i * (interval '20 days' / {orders}) as accepted_at
               from (values {every}) as months (first), generate_series(0, {orders} - 1) as i) as numbered",
        every = every.join(", ")
    );
    fill::run(&mut conn, &raw).await?;
    drop(conn);
    let statements = [
        orders_and_contacts().as_slice(),
        assignments().as_slice(),
        after().as_slice(),
    ]
    .concat();
    let took = fill::fill(pool, &TABLES, &statements).await?;
    let mut conn = pool.acquire().await?;
    fill::run(&mut conn, "drop table raw").await?;
    Ok(took)
}

fn orders_and_contacts() -> [String; 3] {
    [
        "insert into orders (order_id, correlation_id, order_number, complaint_id, complaint_number, title, matter, division, kind,
             urgency, channel, accepted_at, generation, lead_unit, lead_name, co_handlers, terms, directory_version, assigned_at,
             assigned_sequence, state, outcome, closed_at)
         select order_id, order_id, 'T' || n || '-1', order_id, 'T' || n, '路灯不亮', matter, district || '001', 'help', 'ordinary',
             'phone', accepted_at, case when chance < 0.05 then 2 else 1 end, unit, '城市管理局', '[]', '{}', 1, assigned_at, 1,
             'closed', 'done', replied_at + interval '1 day' from raw"
            .to_owned(),
        "insert into order_search (order_id, accepted_at, order_number, complaint_number, generation)
         select order_id, accepted_at, 'T' || n || '-1', 'T' || n, 1 from raw"
            .to_owned(),
        "insert into complaint_facts (complaint_id, complaint_number, channel, kind, urgency, disposition, orders, accepted_at)
         select order_id, 'T' || n, 'phone', 'help', 'ordinary', 'accepted', array[order_id], accepted_at from raw"
            .to_owned(),
    ]
}

/// One in twenty was returned and went to another unit.
fn assignments() -> [String; 2] {
    let clock = |name: &str, generation: &str, days: &str, met: &str, part: &str| {
        format!(
            "select order_id, '{name}' as clock, {generation} as generation, 0 as rework, assigned_at + interval '{days}' as due_at,
                 {met} as met_at, {part} as returned, assigned_at from raw"
        )
    };
    let some = "chance < 0.05";
    let whole = [
        clock("total", "0", "15 days", "replied_at + interval '1 day'", "false"),
        clock(
            "sign",
            "1",
            "2 hours",
            "assigned_at + (chance * 2.1) * interval '1 hour'",
            some,
        ),
        clock(
            "respond",
            "1",
            "1 day",
            "assigned_at + (chance * 26) * interval '1 hour'",
            some,
        ),
        clock(
            "finish",
            "1",
            "5 days",
            "assigned_at + (chance * 5.5) * interval '1 day'",
            some,
        ),
    ]
    .join(" union all ");
    let again = ["sign", "respond", "finish"]
        .map(|name| {
            format!(
                "{} where {some}",
                clock(name, "2", "7 days", "replied_at", "false")
            )
        })
        .join(" union all ");
    [
        format!(
            "insert into assignment_facts (order_id, generation, unit, unit_name, matter, divisions, assigned_at)
             select order_id, g, case g when 1 then unit else 'U-7' end, '承办单位', matter, array[district || '001', district, '9901'],
                 assigned_at + (g - 1) * interval '1 day'
             from raw, generate_series(1, 2) as g where g = 1 or {some}"
        ),
        format!(
            "insert into clocks (order_id, clock, generation, rework, timer_generation, limit_amount, limit_unit, start_rule,
                 start_basis, started_at, calendar, directory_version, warn_at, due_at, state, met_at, cancelled_at)
             select order_id, clock, generation, rework, 1, 5, 'working_days', 'dispatch', 'dispatch', assigned_at, 'office', 1,
                 due_at, due_at, case when returned then 'cancelled' else 'met' end,
                 case when not returned then met_at end, case when returned then assigned_at + interval '1 day' end
             from ({whole} union all {again}) as made order by due_at"
        ),
    ]
}

fn after() -> [String; 5] {
    let event = |seed: &str| format!("md5('{seed}' || n)::uuid");
    let incident = |what: &str, generation: &str, round: &str, seed: &str, part: &str| {
        format!(
            "select {}, order_id, '{what}', {generation}, unit, {round}, {}, null, 'service:test', replied_at from raw where {part}",
            event(&format!("{what}{generation}")),
            event(seed)
        )
    };
    let incidents = [
        incident(
            "return_requested",
            "1",
            "null::integer",
            "return",
            "chance < 0.06",
        ),
        incident("return_upheld", "1", "null", "return", "chance < 0.05"),
        incident(
            "return_rejected",
            "1",
            "null",
            "return",
            "chance >= 0.05 and chance < 0.06",
        ),
        incident(
            "reworked",
            "1",
            "1",
            "callback",
            "chance >= 0.2 and chance < 0.27",
        ),
        incident(
            "contradicted",
            "1",
            "null",
            "callback",
            "chance >= 0.2 and chance < 0.22",
        ),
    ];
    [
        format!(
            "insert into callback_facts (callback_id, order_id, generation, rework, contacted, solved, result, attitude, at)
             select {}, order_id, case when chance < 0.05 then 2 else 1 end, 0, true, chance >= 0.25,
                 case when chance < 0.27 then 'not_satisfied' when chance < 0.4 then 'basically_satisfied' else 'satisfied' end, 'satisfied',
                 replied_at + interval '12 hours'
             from raw where chance < 0.8",
            event("callback")
        ),
        format!("insert into incident_facts (event_id, order_id, what, generation, unit, round, ref_id, detail, actor, at) {}", incidents.join(" union all ")),
        "insert into extensions (extension_id, order_id, unit, generation, rework, clock, amount, amount_unit, reason, requested_by,
             requested_at, state, granted_amount, due_before, due_at, reviewed_by, reviewed_at)
         select md5('extension' || n)::uuid, order_id, unit, 1, 0, 'finish', 2, 'working_days', '汛期', 'unit:' || unit,
             assigned_at, 'granted', 2, assigned_at + interval '3 days', assigned_at + interval '5 days', 'agent:one', assigned_at
         from raw where chance >= 0.5 and chance < 0.51"
            .to_owned(),
        "insert into exclusions (exclusion_id, order_id, figures, reason, note, state, requested_by, requested_at, reviewed_by, reviewed_at)
         select md5('exclusion' || n)::uuid, order_id, '{}', 'impossible', '管线已废弃', 'granted', 'agent:one', replied_at, 'agent:two', replied_at
         from raw where chance >= 0.6 and chance < 0.603"
            .to_owned(),
        format!(
            "insert into callback_facts (callback_id, order_id, generation, rework, contacted, solved, result, attitude, at)
             select {}, order_id, 1, 1, true, true, 'satisfied', 'satisfied', replied_at + interval '2 days'
             from raw where chance >= 0.2 and chance < 0.27",
            event("second")
        ),
    ]
}
