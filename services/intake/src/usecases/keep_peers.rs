//! The other hotlines: who they are, which cases are theirs, and with what keys both sides call each other.
use crate::domain::peer::{Credentials, Difference, Peer, Standing, Standings, compare};
use crate::domain::peer_way::Way;
use crate::store::transfers::{self, Wanted};
use crate::store::{peer_keys, peers};
use chrono::{DateTime, Utc};
use contracts::ids::TransferId;
use db::{Db, DbError};

pub use crate::store::peers::Reconciliation;

/// Transfers in one answer: far below the largest message on NATS, 256 KB.
const PAGE_MAX: i64 = 1_000;

/// Keeps what is known of a peer; its keys stay.
///
/// # Errors
/// When the database fails.
pub async fn put_peer(db: &Db, peer: &Peer, by: &str) -> Result<(), DbError> {
    peers::put(&mut *db.pool().acquire().await?, peer, by, db.clock().now()).await
}

/// All peers, or those whose cases a matter's are.
///
/// # Errors
/// When the database fails.
pub async fn list_peers(db: &Db, matter: Option<&str>) -> Result<Vec<Peer>, DbError> {
    peers::list(&mut *db.pool().acquire().await?, matter).await
}

/// One peer with its sealed keys.
///
/// # Errors
/// When the database fails.
pub async fn get_peer(db: &Db, code: &str) -> Result<Option<(Peer, Credentials)>, DbError> {
    let mut conn = db.pool().acquire().await?;
    let Some((peer, mut credentials)) = peers::get(&mut conn, code).await? else {
        return Ok(None);
    };
    credentials.our_seeds = peer_keys::seeds(&mut conn, code, db.clock().now()).await?;
    Ok(Some((peer, credentials)))
}

/// With what we call the peer from now on, beside the private keys; false for an unknown peer.
///
/// # Errors
/// When the database fails.
pub async fn keep(db: &Db, code: &str, key: &[u8], secret: Option<&[u8]>) -> Result<bool, DbError> {
    peers::set_ours(&mut *db.pool().acquire().await?, code, key, secret).await
}

/// How the transfers with a peer stand here, of those offered since and those that are not over: one page, newest first.
///
/// # Errors
/// When the database fails.
pub async fn standings_page(
    db: &Db,
    peer: &str,
    since: DateTime<Utc>,
    after: Option<TransferId>,
) -> Result<Standings, DbError> {
    let transfers = standings(db, peer, since, after, PAGE_MAX).await?;
    let full = i64::try_from(transfers.len()).unwrap_or(0) >= PAGE_MAX;
    let next = transfers.last().map(|last| last.transfer_id).filter(|_| full);
    Ok(Standings {
        transfers,
        next,
        all_open: true,
    })
}

async fn standings(
    db: &Db,
    peer: &str,
    since: DateTime<Utc>,
    after: Option<TransferId>,
    limit: i64,
) -> Result<Vec<Standing>, DbError> {
    let wanted = Wanted {
        peer: Some(peer.to_owned()),
        since: Some(since),
        after,
        ..Wanted::default()
    };
    let found = transfers::list(&mut *db.pool().acquire().await?, &wanted, limit).await?;
    Ok(found
        .iter()
        .map(|transfer| Standing {
            transfer_id: transfer.transfer_id,
            state: transfer.state.as_str().to_owned(),
            owned: Some(transfer.is_ours()),
            passed_on: Some(transfer.passed_on),
            offered_at: Some(transfer.offered_at),
        })
        .collect())
}

/// Peers that were not compared with since `before`; `nats` = links can be used.
///
/// # Errors
/// When the database fails.
pub async fn to_reconcile(db: &Db, before: DateTime<Utc>, nats: bool) -> Result<Vec<String>, DbError> {
    peers::to_reconcile(&mut *db.pool().acquire().await?, before, nats).await
}

/// Active peers that are reached over NATS, by code.
///
/// # Errors
/// When the database fails.
pub async fn linked(db: &Db) -> Result<Vec<String>, DbError> {
    let mut known = list_peers(db, None).await?;
    known.retain(|peer| peer.active && peer.ways.contains(&Way::Nats));
    Ok(known.into_iter().map(|peer| peer.code).collect())
}

/// Compares with what the peer says and keeps what differs; `all_open` = the peer has named what is not over, however old.
///
/// # Errors
/// When the database fails.
pub async fn reconcile(
    db: &Db,
    peer: &str,
    since: DateTime<Utc>,
    (there, all_open): (&[Standing], bool),
) -> Result<Reconciliation, DbError> {
    let mut here = Vec::new();
    let mut after = None;
    loop {
        let page = standings_page(db, peer, since, after).await?;
        here.extend(page.transfers);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let differences: Vec<Difference> = compare(&here, there, (!all_open).then_some(since));
    let made = Reconciliation {
        peer: peer.to_owned(),
        since,
        compared: i32::try_from(here.len().max(there.len())).unwrap_or(i32::MAX),
        differences,
        made_at: db.clock().now(),
    };
    peers::reconciled(&mut *db.pool().acquire().await?, &made).await?;
    Ok(made)
}

/// The newest comparison with a peer.
///
/// # Errors
/// When the database fails.
pub async fn last_reconciliation(db: &Db, peer: &str) -> Result<Option<Reconciliation>, DbError> {
    peers::last_reconciliation(&mut *db.pool().acquire().await?, peer).await
}
