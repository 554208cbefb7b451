//! The reply addresses of desks outside of the hotline.
use crate::domain::reply_address::ReplyAddress;
use crate::store::{reply_addresses, results};
use db::{Db, DbError};

pub use crate::store::reply_addresses::Going;
pub use crate::store::results::RefusedResult;

/// Refused results shown of one desk.
const REFUSED_MAX: i64 = 20;

/// A desk, and how telling it goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// The desk.
    pub address: ReplyAddress,
    /// How telling it goes.
    pub going: Option<Going>,
    /// What it refused for good, the newest first.
    pub refused: Vec<RefusedResult>,
}

/// Keeps what is known of one; its secret stays, and what it refused or did not take is tried again.
///
/// # Errors
/// When the database fails.
pub async fn put(db: &Db, address: &ReplyAddress, by: &str) -> Result<(), DbError> {
    let (mut conn, now) = (db.pool().acquire().await?, db.clock().now());
    reply_addresses::put(&mut conn, address, by, now).await?;
    results::again(&mut conn, &address.code, now).await
}

/// The only secret of one from now on, with which what it refused or did not take is tried again; false for an unknown one.
///
/// # Errors
/// When the database fails.
pub async fn keep_secret(db: &Db, code: &str, sealed: &[u8], by: &str) -> Result<bool, DbError> {
    let (mut conn, now) = (db.pool().acquire().await?, db.clock().now());
    let known = reply_addresses::set_secret(&mut conn, code, sealed, by, now).await?;
    if known {
        results::again(&mut conn, code, now).await?;
    }
    Ok(known)
}

/// All of them, by code.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &Db) -> Result<Vec<Shown>, DbError> {
    let mut conn = db.pool().acquire().await?;
    let mut going = reply_addresses::going(&mut conn).await?;
    let refused = results::list_refused(&mut conn, REFUSED_MAX).await?;
    let addresses = reply_addresses::list(&mut conn).await?.into_iter();
    let shown = addresses.map(|address| Shown {
        going: going.remove(&address.code),
        refused: refused
            .iter()
            .filter(|refused| refused.address == address.code)
            .cloned()
            .collect(),
        address,
    });
    Ok(shown.collect())
}

/// One of them.
///
/// # Errors
/// When the database fails.
pub async fn get(db: &Db, code: &str) -> Result<Option<ReplyAddress>, DbError> {
    reply_addresses::get(&mut *db.pool().acquire().await?, code).await
}
