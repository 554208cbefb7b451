//! Exactly-once effect: an event id enters the inbox in the transaction of its effect, or was there before.
use crate::Incoming;
use contracts::shard::Shard;
use db::{Conn, DbError};
use sqlx::Row;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use uuid::Uuid;

/// What a batch finds when it begins.
#[derive(Debug, Default)]
pub(crate) struct Opened {
    /// Shards whose leases still hold.
    pub(crate) valid: BTreeSet<Shard>,
    /// Events of these shards that nobody has taken charge of before.
    pub(crate) new: HashSet<Uuid>,
    /// Lines that wait already.
    pub(crate) blocked: HashSet<Uuid>,
}

const OPEN: &str = "
with lease as (
    select l.shard from shard_leases l join unnest($1::smallint[], $2::bigint[]) as w(shard, epoch)
                                       on l.shard = w.shard and l.epoch = w.epoch
    where l.holder = $3 and l.expires_at > clock_timestamp()
), given as (
    select g.day, g.event_id, g.key from unnest($4::smallint[], $5::date[], $6::uuid[], $7::uuid[])
        as g(shard, day, event_id, key) join lease on lease.shard = g.shard
), taken as (
    insert into inbox (day, event_id) select distinct day, event_id from given order by day, event_id
    on conflict do nothing returning event_id
)
select shard, null::uuid as event_id, null::uuid as key from lease
union all select null, event_id, null from taken
union all select null, null, key from held_messages where key = any($7)
union all select null, null, key from dead_letters where key = any($7) and state = 'parked'";

/// Takes charge of the events of those shards whose leases hold. In a transaction of [`crate::lease::begin_fenced`].
pub(crate) async fn open(
    conn: &mut Conn,
    replica: &str,
    wanted: &BTreeMap<Shard, i64>,
    events: &[Incoming],
) -> Result<Opened, DbError> {
    fn column<T>(events: &[Incoming], value: impl Fn(&Incoming) -> T) -> Vec<T> {
        events.iter().map(value).collect()
    }
    let rows = sqlx::query(OPEN)
        .bind(wanted.keys().map(|shard| shard.number()).collect::<Vec<_>>())
        .bind(wanted.values().copied().collect::<Vec<_>>())
        .bind(replica)
        .bind(column(events, |event| event.shard.number()))
        .bind(column(events, |event| event.envelope.occurred_at.date_naive()))
        .bind(column(events, |event| event.envelope.id.uuid()))
        .bind(column(events, Incoming::key))
        .fetch_all(conn)
        .await?;
    let mut opened = Opened::default();
    for row in &rows {
        let shard: Option<i16> = row.try_get("shard")?;
        opened.valid.extend(shard.and_then(Shard::from_number));
        opened.new.extend(row.try_get::<Option<Uuid>, _>("event_id")?);
        opened.blocked.extend(row.try_get::<Option<Uuid>, _>("key")?);
    }
    Ok(opened)
}
