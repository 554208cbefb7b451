//! A ruling 会商定规: the duty it becomes is published as the next version of the directory, and the order, with every
//! waiting order that this duty decides, is assigned without right of return – all in one transaction.
//!
//! Publishers are kept out meanwhile (the table of versions is locked), so a version is always the newest one and this
//! duty. Which waiting orders the duty decides is looked for before the queue is locked, and again, of those that came or
//! changed meanwhile, after that: the queue may be long, and dispatchers work on it. A draft that was made from an older version no longer is what would be published; its publication must notice.
mod enacted;

use super::directories::Directories;
use crate::domain::directory::Directory;
use crate::domain::order::{IllegalMove, Order, OrderEvent};
use crate::domain::ruling::{Ruling, Unruly};
use crate::store;
use crate::store::rulings::RulingRow;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::OrderId;
use db::{Conn, DbError, Results, Work};
use enacted::{Seen, enacted};
use std::sync::Arc;
use thiserror::Error;

/// The use case.
pub struct RuleOrder {
    /// The directory in use.
    pub directories: Directories,
}

/// What the consultation decided, and about which order.
#[derive(Clone, Debug)]
pub struct Command {
    /// The order.
    pub order_id: OrderId,
    /// Who, where, for what, from when.
    pub ruling: Ruling,
    /// What was said, personal data masked.
    pub minutes: Option<String>,
    /// `agent:<subject>`
    pub by: String,
    /// Key of the request and its hash, when the client may repeat it.
    pub attempt: Option<(String, [u8; 32])>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Ruled {
    /// The ruling.
    pub ruling: RulingRow,
    /// True when an earlier request with this key made it.
    pub repeated: bool,
}

/// Why there is no ruling.
#[derive(Debug, Error)]
pub enum RuleRefused {
    /// There is no such order.
    #[error("the order is not known")]
    OrderUnknown,
    /// It has a unit, or has ended.
    #[error(transparent)]
    Illegal(#[from] IllegalMove),
    /// A dispatcher works on it.
    #[error("another dispatcher works on it until {until}")]
    Claimed {
        /// When the other's hold ends.
        until: DateTime<Utc>,
    },
    /// It cannot become a duty.
    #[error(transparent)]
    Unruly(#[from] Unruly),
    /// The key belongs to another request.
    #[error("the idempotency key was used for a different request")]
    KeyReused,
    /// There is nothing to add the duty to.
    #[error("no directory has been published yet")]
    NoDirectory,
}

impl Work for RuleOrder {
    const NAME: &'static str = "rule_order";
    type Command = Command;
    type Output = Ruled;
    type Refusal = RuleRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        // Each is a version of its own, built on the one before, which is not committed yet.
        let mut newest = None;
        for asked in commands {
            results.push(self.rule(conn, now, asked, &mut newest).await?);
        }
        Ok(results)
    }
}

impl RuleOrder {
    async fn rule(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        Asked { cause, command }: &Asked<Command>,
        newest: &mut Option<Arc<Directory>>,
    ) -> Result<Result<Ruled, RuleRefused>, DbError> {
        store::directory_versions::lock(conn).await?;
        if let Some((key, hash)) = &command.attempt
            && let Some(earlier) = store::rulings::with_key(conn, &command.by, key).await?
        {
            return Ok(repeated(earlier, hash));
        }
        if newest.is_none() {
            *newest = self.newest(conn).await?;
        }
        let Some(present) = newest.clone() else {
            return Ok(Err(RuleRefused::NoDirectory));
        };
        // What it would come to, made before anybody must wait.
        let tried = match store::orders::get(conn, command.order_id.uuid()).await? {
            Some(order) => enacted(conn, &present, order, command, now).await?,
            None => return Ok(Err(RuleRefused::OrderUnknown)),
        };
        let seen = match &tried {
            Ok(next) => next.look(conn, Seen::default()).await?,
            Err(_) => Seen::default(),
        };
        store::manual_queue::lock(conn).await?;
        let order = match self.ruled_order(conn, now, command).await? {
            Ok(order) => order,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let (next, seen) = match tried {
            Ok(next) if next.is_of(&order) => (next, seen),
            Err(unruly) if unruly.1 == order => return Ok(Err(unruly.0.into())),
            // The order was amended meanwhile.
            _ => match enacted(conn, &present, order, command, now).await? {
                Ok(next) => (next, Seen::default()),
                Err((unruly, _)) => return Ok(Err(unruly.into())),
            },
        };
        let seen = next.look(conn, seen).await?;
        let (row, directory) = next.take_effect(conn, now, command, seen, cause).await?;
        *newest = Some(directory);
        Ok(Ok(Ruled {
            ruling: row,
            repeated: false,
        }))
    }

    /// The version that decides; nobody publishes another meanwhile.
    async fn newest(&self, conn: &mut Conn) -> Result<Option<Arc<Directory>>, DbError> {
        match store::directory_versions::newest(conn).await? {
            Some(version) => self.directories.version(conn, version).await,
            None => Ok(None),
        }
    }

    /// The order, when it waits and nobody else works on it; locked.
    async fn ruled_order(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        command: &Command,
    ) -> Result<Result<Order, RuleRefused>, DbError> {
        let id = command.order_id.uuid();
        let Some(order) = store::orders::load_for_update(conn, &[id]).await?.remove(&id) else {
            return Ok(Err(RuleRefused::OrderUnknown));
        };
        if let Err(illegal) = order.state.after(OrderEvent::Ruled) {
            return Ok(Err(illegal.into()));
        }
        let claims = store::manual_queue::claims_for_update(conn, &[id]).await?;
        let claim = claims.get(&id).and_then(Option::as_ref);
        Ok(match claim.filter(|claim| claim.keeps_out(&command.by, now)) {
            Some(claim) => Err(RuleRefused::Claimed { until: claim.until }),
            None => Ok(order),
        })
    }
}

fn repeated(earlier: RulingRow, hash: &[u8; 32]) -> Result<Ruled, RuleRefused> {
    if earlier
        .attempt
        .as_ref()
        .is_some_and(|(_, known)| known[..] == hash[..])
    {
        Ok(Ruled {
            ruling: earlier,
            repeated: true,
        })
    } else {
        Err(RuleRefused::KeyReused)
    }
}
