//! A ruling 会商定规: the duty it becomes is published as the next version of the directory, and the order, with every
//! waiting order that this duty decides, is assigned without right of return – all in one transaction.
//!
//! Publishers are kept out meanwhile (the table of versions is locked), so a version is always the newest one and this
//! duty. A draft that was made from an older version no longer is what would be published; its publication must notice.
use super::changes::Changes;
use super::directories::{Directories, take_apart};
use crate::domain::assignment::{Assignment, rule};
use crate::domain::directory::Directory;
use crate::domain::order::{IllegalMove, Order, OrderEvent};
use crate::domain::ruling::{self, Ruling, Unruly};
use crate::domain::snapshot::{DutyRow, Snapshot};
use crate::pack;
use crate::store::directory_versions::VersionRow;
use crate::store::rulings::RulingRow;
use crate::{events, store};
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use contracts::ids::{OrderId, RulingId, UnitCode};
use db::{Conn, DbError, Results, Work};
use thiserror::Error;
use uuid::Uuid;

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
    /// Who may ask it again, and how a repetition is known.
    pub origin: Origin,
}

/// Where a ruling comes from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// A request: its key and hash, when the client may repeat it.
    Request(Option<(String, [u8; 32])>),
    /// A consultation, which gave the ruling its id. Its word goes before that of a dispatcher who holds the order.
    Consultation(RulingId),
}

impl Origin {
    const fn attempt(&self) -> Option<&(String, [u8; 32])> {
        match self {
            Self::Request(attempt) => attempt.as_ref(),
            Self::Consultation(_) => None,
        }
    }

    fn ruling_id(&self) -> Uuid {
        match self {
            Self::Request(_) => Uuid::now_v7(),
            Self::Consultation(ruling_id) => ruling_id.uuid(),
        }
    }
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
        for asked in commands {
            // Each is a version of its own, built on the one before.
            results.push(self.rule(conn, now, asked).await?);
        }
        Ok(results)
    }
}

impl RuleOrder {
    pub(super) async fn rule(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        Asked { cause, command }: &Asked<Command>,
    ) -> Result<Result<Ruled, RuleRefused>, DbError> {
        store::directory_versions::lock(conn).await?;
        store::manual_queue::lock(conn).await?;
        if let Some(earlier) = earlier(conn, command).await? {
            return Ok(earlier);
        }
        let Some(version) = store::directory_versions::newest(conn).await? else {
            return Ok(Err(RuleRefused::NoDirectory));
        };
        let Some(present) = self.directories.version(conn, version).await? else {
            return Ok(Err(RuleRefused::NoDirectory));
        };
        let order = match self.ruled_order(conn, now, command).await? {
            Ok(order) => order,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let code = format!("HS{:06}", version + 1);
        let today = present.local(now).date();
        let question = ruling::ruled_question(&present, &order, &command.ruling);
        let duty = match ruling::duty(&present, &question, &command.ruling, code, today) {
            Ok(duty) => duty,
            Err(unruly) => return Ok(Err(unruly.into())),
        };
        let next = enact(conn, version, duty).await?;
        let order = Order { question, ..order };
        let asked = ruling::as_if_valid(&next.directory, &order.question, next.duty.dates);
        if let Err(unruly) = ruling::decided_by(&next.directory, &asked, &next.duty.code) {
            take_apart(next.directory);
            return Ok(Err(unruly.into()));
        }
        let row = next.take_effect(conn, now, command, order, cause).await?;
        Ok(Ok(Ruled {
            ruling: row,
            repeated: false,
        }))
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
        if matches!(command.origin, Origin::Consultation(_)) {
            return Ok(Ok(order));
        }
        let claims = store::manual_queue::claims_for_update(conn, &[id]).await?;
        let claim = claims.get(&id).and_then(Option::as_ref);
        Ok(match claim.filter(|claim| claim.keeps_out(&command.by, now)) {
            Some(claim) => Err(RuleRefused::Claimed { until: claim.until }),
            None => Ok(order),
        })
    }
}

/// What came of the same ruling when it was asked before.
async fn earlier(conn: &mut Conn, command: &Command) -> Result<Option<Result<Ruled, RuleRefused>>, DbError> {
    match &command.origin {
        Origin::Request(None) => Ok(None),
        Origin::Request(Some((key, hash))) => {
            let earlier = store::rulings::with_key(conn, &command.by, key).await?;
            Ok(earlier.map(|earlier| repeated(earlier, hash)))
        }
        Origin::Consultation(ruling_id) => {
            let earlier = store::rulings::get(conn, ruling_id.uuid()).await?;
            Ok(earlier.map(|ruling| {
                Ok(Ruled {
                    ruling,
                    repeated: true,
                })
            }))
        }
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

/// The next version, not yet published.
struct Enacted {
    directory: Directory,
    duty: DutyRow,
    bytes: Vec<u8>,
    hash: String,
}

/// Makes the version that has the duty; that is work for a thread of its own.
async fn enact(conn: &mut Conn, version: i64, duty: DutyRow) -> Result<Enacted, DbError> {
    let bad = move |problem: &dyn std::fmt::Display| {
        DbError::inconsistent("directory_versions", "snapshot", &version, problem)
    };
    let bytes = store::directory_versions::snapshot(conn, version)
        .await?
        .ok_or_else(|| bad(&"is gone"))?;
    let built = tokio::task::spawn_blocking(move || {
        let mut snapshot: Snapshot = serde_json::from_slice(&bytes).map_err(|error| bad(&error))?;
        let duty = ruling::enact(&mut snapshot, duty);
        let (bytes, hash) = pack::encode(&snapshot).map_err(|error| bad(&error))?;
        let directory = Directory::new(version + 1, snapshot).map_err(|error| bad(&error))?;
        Ok(Enacted {
            directory,
            duty,
            bytes,
            hash,
        })
    });
    built.await.map_err(|error| bad(&error))?
}

impl Enacted {
    /// Publishes the version, and assigns the order and all that waited for it.
    async fn take_effect(
        self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        command: &Command,
        order: Order,
        cause: &Cause,
    ) -> Result<RulingRow, DbError> {
        let version = VersionRow {
            version: self.directory.version(),
            content_hash: self.hash.clone(),
            pack_hash: None,
            published_at: now,
            published_by: command.by.clone(),
            note: format!("会商定规 {}：{}", self.duty.code, self.duty.basis),
            draft_id: None,
            drafted_by: Vec::new(),
            override_reason: None,
        };
        store::directory_versions::insert(conn, &version, &self.bytes).await?;
        let mut changes = Changes::default();
        changes.facts.push(events::directory_published(
            version.version,
            self.directory.calendars(),
            now,
            &order.within(cause),
        ));
        let lead = command.ruling.lead.0.clone();
        let mut assigned = vec![order.order_id.uuid()];
        let others = self.waiting_for_it(conn, order.order_id).await?;
        for order in std::iter::once(order).chain(others) {
            let id = order.order_id.uuid();
            if let Some(settled) = self.answer(&order, &command.by, now) {
                assigned.extend((!assigned.contains(&id)).then_some(id));
                self.assign(order, settled, cause, &mut changes);
            }
        }
        changes.write(conn).await?;
        let row = RulingRow {
            ruling_id: command.origin.ruling_id(),
            order_id: command.order_id.uuid(),
            duty: self.duty,
            directory_version: version.version,
            lead,
            minutes: command.minutes.clone(),
            orders: assigned,
            ruled_by: command.by.clone(),
            ruled_at: now,
            attempt: command
                .origin
                .attempt()
                .map(|(key, hash)| (key.clone(), hash.to_vec())),
        };
        store::rulings::insert(conn, &row).await?;
        take_apart(self.directory);
        Ok(row)
    }

    /// The waiting orders that the duty decides, locked. Which they are is found without locks first: the queue may be long.
    async fn waiting_for_it(&self, conn: &mut Conn, but: OrderId) -> Result<Vec<Order>, DbError> {
        let waiting = store::manual_queue::waiting(conn).await?;
        let found = store::orders::load(conn, &waiting).await?;
        let mut ids: Vec<Uuid> = found
            .iter()
            .filter(|order| order.order_id != but && self.decides(order))
            .map(|order| order.order_id.uuid())
            .collect();
        ids.sort_unstable();
        let mut locked = store::orders::load_for_update(conn, &ids).await?;
        let orders = ids.iter().filter_map(|id| locked.remove(id));
        Ok(orders
            .filter(|order| order.state.after(OrderEvent::Ruled).is_ok() && self.decides(order))
            .collect())
    }

    fn decides(&self, order: &Order) -> bool {
        let asked = ruling::as_if_valid(&self.directory, &order.question, self.duty.dates);
        ruling::decided_by(&self.directory, &asked, &self.duty.code).is_ok()
    }

    fn answer(&self, order: &Order, by: &str, now: DateTime<Utc>) -> Option<Assignment> {
        let asked = ruling::as_if_valid(&self.directory, &order.question, self.duty.dates);
        let (decision, lead) = ruling::decided_by(&self.directory, &asked, &self.duty.code).ok()?;
        let said = (by, self.duty.code.as_str(), self.duty.basis.as_str());
        Some(rule(&self.directory, order, (&asked, &decision, lead), said, now))
    }

    /// Whoever the ruling names is in again, whatever it returned before.
    fn assign(&self, mut order: Order, mut settled: Assignment, cause: &Cause, changes: &mut Changes) {
        let named = |code: &UnitCode| {
            settled.lead.code == *code || settled.co_handlers.iter().any(|co| co.code == *code)
        };
        order.question.excluded.retain(|code| !named(code));
        settled.question = order.question.clone();
        let id = order.order_id.uuid();
        let cause = order.within(cause);
        changes.assign(&self.directory, &mut order, settled, &cause);
        changes.orders.insert(id, order);
        changes.dequeued.push(id);
        changes.ended.push(id);
    }
}
