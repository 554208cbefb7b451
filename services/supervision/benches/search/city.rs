//! A city's years of orders, written by SQL as the services leave them behind. What a title says has its pairs of
//! characters in `words`; heating 供暖 is a third of all in the cold months and nothing in the warm ones.
#[path = "../shared/fill.rs"]
pub(crate) mod fill;

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use std::time::Duration;

/// Days that the orders are spread over.
pub(crate) const DAYS: i64 = 730;
/// Lead units.
pub(crate) const UNITS: i64 = 500;
/// Leaves of the catalogue; ten to a class.
pub(crate) const MATTERS: i64 = 200;
/// Districts, each with as many streets.
pub(crate) const DISTRICTS: i64 = 12;

/// What people say, the most frequent first; matters beyond these have a number in their words.
const PHRASES: [&str; 8] = [
    "路灯不亮已有多日",
    "小区停车秩序混乱",
    "夜间施工噪声扰民",
    "自来水水压不足",
    "垃圾清运不及时",
    "占道经营影响通行",
    "物业服务收费争议",
    "下水道堵塞外溢",
];

/// Writes so many orders, up to now; answers how long it took.
pub(crate) async fn build(pool: &PgPool, now: DateTime<Utc>, orders: i64) -> anyhow::Result<Duration> {
    let mut conn = pool.acquire().await?;
    fill::run(&mut conn, "set statement_timeout = 0").await?;
    for statement in lists() {
        fill::run(&mut conn, &statement).await?;
    }
    fill::run(&mut conn, &raw(now, orders)).await?;
    drop(conn);
    let took = fill::fill(
        pool,
        &["orders", "order_search"],
        &[order_rows(now), search_rows()],
    )
    .await?;
    let mut conn = pool.acquire().await?;
    fill::run(&mut conn, "drop table raw").await?;
    Ok(took)
}

/// Pairs of a text without spaces, as the service makes them.
fn pairs(text: &str) -> String {
    format!("array(select distinct substr({text}, i, 2) from generate_series(1, length({text}) - 1) as i)")
}

/// The directory, and texts that titles are made of.
fn lists() -> Vec<String> {
    let phrases = PHRASES.map(|phrase| format!("'{phrase}'")).join(", ");
    vec![
        "insert into directory_versions_kept (version, published_at, taken_at) values (1, now(), now())".to_owned(),
        format!(
            "insert into directory_entries (sort, code, name, level, parent)
             select 'matter', 'M' || lpad((n / 10)::text, 2, '0') || n % 10, '事项' || n, '2', 'M' || lpad((n / 10)::text, 2, '0')
             from generate_series(0, {MATTERS} - 1) as n
             union all
             select 'matter', 'M' || lpad(n::text, 2, '0'), '类' || n, '1', null from generate_series(0, {MATTERS} / 10 - 1) as n"
        ),
        format!(
            "create table phrases as select n as k, text, {} as words from (
                 select n, case when n < {} then (array[{phrases}])[n + 1] when n = {MATTERS} then '供暖温度不达标室内冷'
                           else '第' || n || '类问题请求处理' end as text
                 from generate_series(0, {MATTERS}) as n) made",
            pairs("text"),
            PHRASES.len()
        ),
        format!(
            "create table roads as select n as k, text, {} as words from (
                 select n, chr(20013 + n % 40) || chr(23665 + n / 40) || '路' as text from generate_series(0, 399) as n) made",
            pairs("text")
        ),
        format!(
            "create table houses as select n as k, text, {} as words from (
                 select n, n || '号' as text from generate_series(1, 300) as n) made",
            pairs("text")
        ),
    ]
}

/// A number from 0 up to 1, another for each order and seed.
fn chance(seed: u32) -> String {
    format!("((hashint8extended(n, {seed}) & 1048575) / 1048576.0)")
}

fn raw(now: DateTime<Utc>, orders: i64) -> String {
    let id = fill::order_id("n", "accepted_at");
    let now = format!("'{}'::timestamptz", now.to_rfc3339());
    let cold = "(extract(month from accepted_at) in (12, 1, 2) or extract(doy from accepted_at) > 318)";
    format!(
        "create unlogged table raw as select n, accepted_at, {id} as order_id,
             to_char(accepted_at at time zone 'Asia/Shanghai', 'YYMMDD') || lpad((n % 100000)::text, 5, '0') as number,
             case when {cold} and {heat} < 0.3 then {MATTERS} else floor({MATTERS} * {matter} * {matter})::integer end as phrase,
             floor(400 * {road})::integer as road, 1 + floor(300 * {house})::integer as house,
             floor({UNITS} * {unit} * {unit})::integer as unit, floor({DISTRICTS} * {district})::integer as district,
             floor({DISTRICTS} * {street})::integer as street,
             case when {kind} < 0.6 then 'help' when {kind} < 0.9 then 'grievance' when {kind} < 0.99 then 'suggestion' else 'report' end as kind,
             case when {channel} < 0.8 then 'phone' when {channel} < 0.95 then 'wechat' else 'mailbox' end as channel,
             {open} < 1 - extract(epoch from {now} - accepted_at) / 86400 / 60 as open
         from (select n, {now} - interval '{DAYS} days' + n * (interval '{DAYS} days' / {orders}) as accepted_at
               from generate_series(1, {orders}) as n) as numbered",
        heat = chance(1),
        matter = chance(2),
        road = chance(3),
        house = chance(4),
        unit = chance(5),
        district = chance(6),
        street = chance(7),
        kind = chance(8),
        channel = chance(9),
        open = chance(10),
    )
}

/// Open ones are young, some of them late; a few are supervised.
fn order_rows(now: DateTime<Utc>) -> String {
    let now = format!("'{}'::timestamptz", now.to_rfc3339());
    let (state, level, due) = (chance(11), chance(12), chance(13));
    format!(
        "insert into orders (order_id, correlation_id, order_number, complaint_id, complaint_number, title, matter, division, kind,
             urgency, channel, accepted_at, generation, lead_unit, lead_name, co_handlers, terms, directory_version, assigned_at,
             assigned_sequence, state, outcome, closed_at, level, due_at, warn_at)
         select order_id, order_id, number || '-1', order_id, number, r.text || ' ' || h.text || ' ' || p.text, {matter}, {division},
             kind, 'ordinary', channel, accepted_at, 1, 'U-' || unit, '承办单位', '[]', '{{}}', 1, accepted_at, 1,
             case when not open then 'closed' when {state} < 0.4 then 'assigned' when {state} < 0.8 then 'signed'
                  when {state} < 0.9 then 'responded' else 'replied' end,
             case when not open then 'done' end, case when not open then accepted_at + interval '10 days' end,
             case when {level} < 0.001 then 3 when open and {level} < 0.02 then 1 else 0 end,
             case when open then due end, case when open then due - interval '1 day' end
         from (select *, accepted_at + interval '20 days' + {due} * interval '40 days' as due from raw) as raw
         join phrases p on p.k = phrase join roads r on r.k = road join houses h on h.k = house
         where {now} is not null order by raw.n",
        matter = matter(),
        division = "'9901' || lpad(district::text, 2, '0') || lpad(street::text, 3, '0')",
    )
}

fn search_rows() -> String {
    format!(
        "insert into order_search (order_id, accepted_at, order_number, complaint_number, generation, words, led)
         select order_id, accepted_at, number || '-1', number, 1,
             r.words || h.words || p.words || array['k:' || kind, 'c:' || channel],
             array['u:U-' || unit, 'm:' || {matter}, 'd:9901' || lpad(district::text, 2, '0') || lpad(street::text, 3, '0'),
                   'd:9901' || lpad(district::text, 2, '0'), 'd:9901']
         from raw join phrases p on p.k = phrase join roads r on r.k = road join houses h on h.k = house order by raw.n",
        matter = matter(),
    )
}

/// Heating is the last leaf.
fn matter() -> String {
    format!(
        "('M' || lpad((least(phrase, {MATTERS} - 1) / 10)::text, 2, '0') || least(phrase, {MATTERS} - 1) % 10)"
    )
}
