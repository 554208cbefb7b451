//! Table `transfers`.
use super::rows::word;
use crate::domain::transfer::{Transfer, TransferState};
use crate::domain::{ComplaintId, OrderId};
use chrono::{DateTime, Utc};
use contracts::ids::TransferId;
use contracts::words::TransferDirection;
use db::{Conn, DbError};
use uuid::Uuid;

struct Row {
    transfer_id: Uuid,
    direction: String,
    peer: String,
    case_number: String,
    sender_number: String,
    receiver_number: Option<String>,
    order_id: Option<Uuid>,
    complaint_id: Option<Uuid>,
    hop: i16,
    offer: serde_json::Value,
    state: String,
    offered_at: DateTime<Utc>,
    answer_until: DateTime<Utc>,
    receipt_at: Option<DateTime<Utc>>,
    decided_at: Option<DateTime<Utc>>,
    why: Option<String>,
    better_address: Option<String>,
    call_note: Option<String>,
    called_at: Option<DateTime<Utc>>,
    outcome: Option<String>,
    result: Option<String>,
    completed_at: Option<DateTime<Utc>>,
    correlation_id: Uuid,
    offered_by: String,
    unregistered_since: Option<DateTime<Utc>>,
    unregistered_why: Option<String>,
    passed_on: bool,
}

impl Row {
    fn transfer(self) -> Result<Transfer, DbError> {
        let id = self.transfer_id;
        let outcome = self
            .outcome
            .map(|outcome| word("transfers", "outcome", &id, &outcome))
            .transpose()?;
        let result = match (outcome, self.result, self.completed_at) {
            (Some(outcome), Some(result), Some(at)) => Some((outcome, result, at)),
            _ => None,
        };
        Ok(Transfer {
            transfer_id: id.into(),
            direction: word("transfers", "direction", &id, &self.direction)?,
            peer: self.peer,
            case_number: self.case_number,
            sender_number: self.sender_number,
            receiver_number: self.receiver_number,
            order_id: self.order_id.map(Into::into),
            complaint_id: self.complaint_id.map(Into::into),
            hop: self.hop,
            offer: serde_json::from_value(self.offer)
                .map_err(|error| DbError::inconsistent("transfers", "offer", &id, &error))?,
            state: word("transfers", "state", &id, &self.state)?,
            offered_at: self.offered_at,
            answer_until: self.answer_until,
            receipt_at: self.receipt_at,
            decided_at: self.decided_at,
            why: self.why,
            better_address: self.better_address,
            call_note: self.call_note,
            called_at: self.called_at,
            result,
            correlation_id: self.correlation_id,
            offered_by: self.offered_by,
            unregistered: self.unregistered_since.zip(self.unregistered_why),
            passed_on: self.passed_on,
        })
    }
}

/// Transfers by their ids, locked until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn get_for_update(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<Transfer>, DbError> {
    let rows = rows_for_update(conn, ids).await?;
    rows.into_iter().map(Row::transfer).collect()
}

/// The same without those that this program cannot read, of a newer one maybe: they are left to whoever can.
///
/// # Errors
/// When the database fails.
pub async fn readable_for_update(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<Transfer>, DbError> {
    Ok(readable(rows_for_update(conn, ids).await?))
}

async fn rows_for_update(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<Row>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select transfer_id, direction, peer, case_number, sender_number, receiver_number, order_id, complaint_id, hop, offer,
               state, offered_at, answer_until, receipt_at, decided_at, why, better_address, call_note, called_at, outcome,
               result, completed_at, correlation_id, offered_by, unregistered_since, unregistered_why,
               (t.direction = 'incoming' and exists (select 1 from transfers o where o.order_id = t.order_id
                   and o.direction = 'outgoing' and o.state in ('accepted', 'completed'))) as "passed_on!"
           from transfers t where transfer_id = any($1) order by transfer_id for update of t"#,
        ids
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// What a list shows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wanted {
    /// Only this one.
    pub transfer_id: Option<TransferId>,
    /// Only in this state.
    pub state: Option<TransferState>,
    /// Only this way.
    pub direction: Option<TransferDirection>,
    /// Only what waits for a person: emergencies that nobody took over and nobody has seen to, and cases that are ours and could
    /// not be registered.
    pub alarms: bool,
    /// Only with this peer.
    pub peer: Option<String>,
    /// Only of this complaint.
    pub complaint_id: Option<Uuid>,
    /// Only offered from then on, or not over.
    pub since: Option<DateTime<Utc>>,
    /// Only after this one, newest first.
    pub after: Option<TransferId>,
}

/// Transfers, newest first. One that this program cannot read, of a newer one maybe, is left out, unless it alone is wanted.
///
/// # Errors
/// When the database fails.
pub async fn list(conn: &mut Conn, wanted: &Wanted, limit: i64) -> Result<Vec<Transfer>, DbError> {
    let mut found = Vec::new();
    let mut after = wanted.after;
    loop {
        let room = limit - i64::try_from(found.len()).unwrap_or(limit);
        let rows = page(conn, wanted, after, room).await?;
        let more = i64::try_from(rows.len()).is_ok_and(|count| count == room);
        after = rows.last().map(|row| row.transfer_id.into());
        if wanted.transfer_id.is_some() {
            return rows.into_iter().map(Row::transfer).collect();
        }
        let count = rows.len();
        let read = readable(rows);
        let all = read.len() == count;
        found.extend(read);
        if all || !more {
            return Ok(found);
        }
    }
}

/// What can be read; the rest is named in the log.
fn readable(rows: Vec<Row>) -> Vec<Transfer> {
    let read = rows.into_iter().map(Row::transfer);
    read.filter_map(|transfer| {
        transfer
            .inspect_err(|error| tracing::warn!(%error, "a transfer cannot be read and is left out"))
            .ok()
    })
    .collect()
}

async fn page(
    conn: &mut Conn,
    wanted: &Wanted,
    after: Option<TransferId>,
    limit: i64,
) -> Result<Vec<Row>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select transfer_id, direction, peer, case_number, sender_number, receiver_number, order_id, complaint_id, hop, offer,
             state, offered_at, answer_until, receipt_at, decided_at, why, better_address, call_note, called_at, outcome,
             result, completed_at, correlation_id, offered_by, unregistered_since, unregistered_why,
             (t.direction = 'incoming' and exists (select 1 from transfers o where o.order_id = t.order_id
                 and o.direction = 'outgoing' and o.state in ('accepted', 'completed'))) as "passed_on!"
         from transfers t
         where ($1::uuid is null or transfer_id = $1) and ($2::text is null or state = $2)
             and ($3::text is null or direction = $3)
             and (not $4 or (direction = 'outgoing' and urgency = 'emergency' and state in ('refused', 'lapsed')
                 and alarm_cleared_at is null) or unregistered_since is not null)
             and ($5::text is null or peer = $5) and ($6::timestamptz is null or offered_at >= $6
                 or state in ('offered', 'agreed', 'accepting', 'accepted'))
             and ($7::uuid is null or transfer_id < $7) and ($8::uuid is null or complaint_id = $8)
         order by transfer_id desc limit $9"#,
        wanted.transfer_id.map(TransferId::uuid) as Option<Uuid>,
        wanted.state.map(TransferState::as_str) as Option<&str>,
        wanted.direction.map(TransferDirection::as_str) as Option<&str>,
        wanted.alarms,
        wanted.peer.as_deref() as Option<&str>,
        wanted.since as Option<DateTime<Utc>>,
        after.map(TransferId::uuid) as Option<Uuid>,
        wanted.complaint_id as Option<Uuid>,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Outgoing offers whose time is over, oldest first; what another replica has in hand is passed over.
///
/// # Errors
/// When the database fails.
pub async fn due(conn: &mut Conn, now: DateTime<Utc>, limit: i64) -> Result<Vec<Uuid>, DbError> {
    let ids = sqlx::query_scalar!(
        "select transfer_id from transfers
         where direction = 'outgoing' and state in ('offered', 'agreed') and answer_until <= $1
         order by answer_until limit $2 for update skip locked",
        now,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(ids)
}

/// Pending transfers of one case with one peer, or of the same number of theirs.
///
/// # Errors
/// When the database fails.
pub async fn pending_of_case(
    conn: &mut Conn,
    peer: &str,
    case_number: &str,
    number: &str,
) -> Result<Vec<Uuid>, DbError> {
    let ids = sqlx::query_scalar!(
        "select transfer_id from transfers
         where peer = $1 and (case_number = $2 or sender_number = $3) and state in ('offered', 'agreed', 'accepting')
         order by transfer_id",
        peer,
        case_number,
        number
    )
    .fetch_all(conn)
    .await?;
    Ok(ids)
}

/// Transfers that the end of these orders concerns: accepted ones that came in, pending ones that go out.
///
/// # Errors
/// When the database fails.
pub async fn concerned(conn: &mut Conn, order_ids: &[OrderId]) -> Result<Vec<Uuid>, DbError> {
    let ids: Vec<Uuid> = order_ids.iter().map(|id| id.uuid()).collect();
    let found = sqlx::query_scalar!(
        "select transfer_id from transfers
         where order_id = any($1) and ((direction = 'incoming' and state = 'accepted')
             or (direction = 'outgoing' and state in ('offered', 'agreed')))",
        &ids
    )
    .fetch_all(conn)
    .await?;
    Ok(found)
}

/// The newest transfer of an order with its case and hop, and whether one is pending: what a next offer builds on.
///
/// # Errors
/// When the database fails.
pub async fn of_order(conn: &mut Conn, order_id: OrderId) -> Result<Vec<Uuid>, DbError> {
    let ids = sqlx::query_scalar!(
        "select transfer_id from transfers where order_id = $1 order by transfer_id",
        order_id.uuid()
    )
    .fetch_all(conn)
    .await?;
    Ok(ids)
}

/// An order that another hotline has taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HandedOver {
    /// Our order.
    pub order_id: OrderId,
    /// With which transfer.
    pub transfer_id: TransferId,
    /// By whom.
    pub peer: String,
    /// Since when it is theirs.
    pub accepted_at: DateTime<Utc>,
    /// False when it has ended there, because its caller took it back.
    pub open: bool,
}

/// Which of these orders another hotline has, or had until its caller took it back there.
///
/// # Errors
/// When the database fails.
pub async fn handed_over(conn: &mut Conn, order_ids: &[OrderId]) -> Result<Vec<HandedOver>, DbError> {
    if order_ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = order_ids.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        r#"select transfer_id, order_id as "order_id!", peer, coalesce(decided_at, offered_at) as "accepted_at!",
               state = 'accepted' as "open!"
           from transfers
           where order_id = any($1) and direction = 'outgoing'
               and (state = 'accepted' or (state = 'completed' and outcome = 'withdrawn'))
           order by transfer_id"#,
        &ids
    )
    .fetch_all(conn)
    .await?;
    let handed = rows.into_iter().map(|row| HandedOver {
        order_id: row.order_id.into(),
        transfer_id: row.transfer_id.into(),
        peer: row.peer,
        accepted_at: row.accepted_at,
        open: row.open,
    });
    Ok(handed.collect())
}

/// Writes a new one; false when its id is known.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut Conn, t: &Transfer) -> Result<bool, DbError> {
    let offer = serde_json::to_value(&t.offer).unwrap_or_default();
    let done = sqlx::query!(
        "insert into transfers (transfer_id, direction, peer, case_number, sender_number, order_id, complaint_id, hop, urgency,
             offer, state, offered_at, answer_until, receipt_at, correlation_id, offered_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) on conflict do nothing",
        t.transfer_id.uuid(),
        t.direction.as_str(),
        t.peer,
        t.case_number,
        t.sender_number,
        t.order_id.map(OrderId::uuid),
        t.complaint_id.map(ComplaintId::uuid),
        t.hop,
        t.offer.urgency.as_str(),
        offer,
        t.state.as_str(),
        t.offered_at,
        t.answer_until,
        t.receipt_at,
        t.correlation_id,
        t.offered_by,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes what moved of a locked one.
///
/// # Errors
/// When the database fails.
pub async fn save(conn: &mut Conn, t: &Transfer) -> Result<(), DbError> {
    let (outcome, result, completed_at) = t
        .result
        .as_ref()
        .map(|(outcome, result, at)| (outcome.as_str(), result.as_str(), *at))
        .map_or((None, None, None), |(o, r, at)| (Some(o), Some(r), Some(at)));
    sqlx::query!(
        "update transfers set state = $2, receiver_number = $3, order_id = $4, complaint_id = $5, answer_until = $6,
             receipt_at = $7, decided_at = $8, why = $9, better_address = $10, call_note = $11, called_at = $12,
             outcome = $13, result = $14, completed_at = $15, offer = $16, unregistered_since = $17, unregistered_why = $18
         where transfer_id = $1",
        t.transfer_id.uuid(),
        t.state.as_str(),
        t.receiver_number,
        t.order_id.map(OrderId::uuid),
        t.complaint_id.map(ComplaintId::uuid),
        t.answer_until,
        t.receipt_at,
        t.decided_at,
        t.why,
        t.better_address,
        t.call_note,
        t.called_at,
        outcome,
        result,
        completed_at,
        serde_json::to_value(&t.offer).unwrap_or_default(),
        t.unregistered.as_ref().map(|(since, _)| *since) as Option<DateTime<Utc>>,
        t.unregistered.as_ref().map(|(_, why)| why.as_str()) as Option<&str>,
    )
    .execute(conn)
    .await?;
    Ok(())
}
