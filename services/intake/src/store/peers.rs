//! Tables `peers`, `reconciliations`.
use crate::domain::peer::{Credentials, Difference, Peer};
use crate::domain::peer_way::Way;
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use uuid::Uuid;

struct Row {
    code: String,
    name: String,
    url: Option<String>,
    ways: Vec<String>,
    matters: Vec<String>,
    active: bool,
}

impl Row {
    fn peer(self) -> Peer {
        Peer {
            ways: ways(&self.code, &self.ways),
            code: self.code,
            name: self.name,
            url: self.url,
            matters: self.matters,
            active: self.active,
        }
    }
}

/// Ways as they stand in the table; one that only a newer release knows is not gone here.
pub(super) fn ways(code: &str, words: &[String]) -> Vec<Way> {
    let known = words.iter().filter_map(|way| {
        way.parse()
            .inspect_err(|_| tracing::warn!(peer = code, way, "a way that is not known here"))
            .ok()
    });
    known.collect()
}

/// Writes what is known of a peer; credentials stay.
///
/// # Errors
/// When the database fails.
pub async fn put(conn: &mut Conn, peer: &Peer, by: &str, at: DateTime<Utc>) -> Result<(), DbError> {
    let ways: Vec<String> = peer.ways.iter().map(|way| way.as_str().to_owned()).collect();
    sqlx::query!(
        "insert into peers (code, name, url, ways, matters, active, changed_by, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (code) do update set name = excluded.name, url = excluded.url, ways = excluded.ways,
             matters = excluded.matters, active = excluded.active, changed_by = excluded.changed_by,
             changed_at = excluded.changed_at",
        peer.code,
        peer.name,
        peer.url,
        &ways,
        &peer.matters,
        peer.active,
        by,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// All peers, or those whose cases a catalogue entry's are.
///
/// # Errors
/// When the database fails.
pub async fn list(conn: &mut Conn, matter: Option<&str>) -> Result<Vec<Peer>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select code, name, url, ways, matters, active from peers
         where $1::text is null or exists (select 1 from unnest(matters) m where $1 like m || '%') order by code",
        matter
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Row::peer).collect())
}

/// One peer with its sealed credentials, except for the private keys.
///
/// # Errors
/// When the database fails.
pub async fn get(conn: &mut Conn, code: &str) -> Result<Option<(Peer, Credentials)>, DbError> {
    let row = sqlx::query!(
        "select code, name, url, ways, matters, active, our_key_sealed, our_secret_sealed
         from peers where code = $1",
        code
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| {
        let peer = Row {
            code: row.code,
            name: row.name,
            url: row.url,
            ways: row.ways,
            matters: row.matters,
            active: row.active,
        };
        let credentials = Credentials {
            our_key: row.our_key_sealed,
            our_secret: row.our_secret_sealed,
            our_seeds: Vec::new(),
        };
        (peer.peer(), credentials)
    }))
}

/// With what we call a peer, from now on.
///
/// # Errors
/// When the database fails.
pub async fn set_ours(
    conn: &mut Conn,
    code: &str,
    key: &[u8],
    secret: Option<&[u8]>,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update peers set our_key_sealed = $2, our_secret_sealed = $3 where code = $1",
        code,
        key,
        secret
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Peers with which a comparison is due, because the last one is older than `before`; `nats` = links can be used.
///
/// # Errors
/// When the database fails.
pub async fn to_reconcile(
    conn: &mut Conn,
    before: DateTime<Utc>,
    nats: bool,
) -> Result<Vec<String>, DbError> {
    let codes = sqlx::query_scalar!(
        "select code from peers p where active and (('nats' = any(ways) and $2) or ('https' = any(ways) and url is not null and our_key_sealed is not null))
             and exists (select 1 from transfers t where t.peer = p.code)
             and not exists (select 1 from reconciliations r where r.peer = p.code and r.made_at > $1)
         order by code",
        before,
        nats
    )
    .fetch_all(conn)
    .await?;
    Ok(codes)
}

/// What a comparison found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reconciliation {
    /// With whom.
    pub peer: String,
    /// Transfers offered from then on.
    pub since: DateTime<Utc>,
    /// Transfers that either side knows.
    pub compared: i32,
    /// Where they differ.
    pub differences: Vec<Difference>,
    /// When.
    pub made_at: DateTime<Utc>,
}

/// Writes one.
///
/// # Errors
/// When the database fails.
pub async fn reconciled(conn: &mut Conn, made: &Reconciliation) -> Result<(), DbError> {
    sqlx::query!(
        "insert into reconciliations (reconciliation_id, peer, since, compared, differences, made_at)
         values ($1, $2, $3, $4, $5, $6)",
        Uuid::now_v7(),
        made.peer,
        made.since,
        made.compared,
        serde_json::to_value(&made.differences).unwrap_or_default(),
        made.made_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The newest of a peer.
///
/// # Errors
/// When the database fails.
pub async fn last_reconciliation(conn: &mut Conn, peer: &str) -> Result<Option<Reconciliation>, DbError> {
    let row = sqlx::query!(
        "select peer, since, compared, differences, made_at from reconciliations where peer = $1 order by made_at desc limit 1",
        peer
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        let differences = serde_json::from_value(row.differences)
            .map_err(|error| DbError::inconsistent("reconciliations", "differences", &row.peer, &error))?;
        Ok(Reconciliation {
            peer: row.peer,
            since: row.since,
            compared: row.compared,
            differences,
            made_at: row.made_at,
        })
    })
    .transpose()
}
