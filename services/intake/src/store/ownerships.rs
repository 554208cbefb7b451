//! Table `ownerships`: when the case that an order was made of was ours, of those that were ever offered.
use super::rows::word;
use crate::domain::transfer::Transfer;
use crate::domain::{ComplaintId, Kind, OrderId};
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use uuid::Uuid;

/// When one case was ours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ownership {
    /// What all sides call the case.
    pub case_number: String,
    /// Since when.
    pub owned_from: DateTime<Utc>,
    /// Until when; `None` = it is ours.
    pub owned_until: Option<DateTime<Utc>>,
    /// Hotline it came from.
    pub gained_from: Option<String>,
    /// Hotline it went to.
    pub lost_to: Option<String>,
}

/// Opens an interval; one that is open stays as it is.
///
/// # Errors
/// When the database fails.
pub async fn open(
    conn: &mut Conn,
    order_id: OrderId,
    case_number: &str,
    from: DateTime<Utc>,
    gained_from: Option<&str>,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into ownerships (order_id, case_number, owned_from, gained_from) values ($1, $2, $3, $4)
         on conflict (order_id) do nothing",
        order_id.uuid(),
        case_number,
        from,
        gained_from
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends intervals that are open, each at its time.
///
/// # Errors
/// When the database fails.
pub async fn end(
    conn: &mut Conn,
    ended: &[(OrderId, DateTime<Utc>)],
    lost_to: Option<&str>,
) -> Result<(), DbError> {
    let (ids, times): (Vec<_>, Vec<_>) = ended.iter().map(|(id, at)| (id.uuid(), *at)).unzip();
    sqlx::query!(
        "update ownerships o set owned_until = greatest(n.at, o.owned_from), lost_to = $3
         from unnest($1::uuid[], $2::timestamptz[]) as n(order_id, at)
         where o.order_id = n.order_id and o.owned_until is null",
        &ids,
        &times,
        lost_to
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// When the case of a transfer was ours; `None` when it never was and never was offered. Of an order that was made of the case it
/// stands here. What only joined another caller's order, or could not be registered yet, has no order of its own: of that the
/// transfer says it.
///
/// # Errors
/// When the database fails.
pub async fn of(conn: &mut Conn, transfer: &Transfer) -> Result<Option<Ownership>, DbError> {
    let own = sqlx::query_as!(
        Ownership,
        "select w.case_number, w.owned_from, w.owned_until, w.gained_from, w.lost_to
         from ownerships w join orders o on o.order_id = w.order_id
         where w.order_id = $1 and o.complaint_id = $2",
        transfer.order_id.map(OrderId::uuid) as Option<Uuid>,
        transfer.complaint_id.map(ComplaintId::uuid) as Option<Uuid>
    )
    .fetch_optional(&mut *conn)
    .await?;
    match own {
        Some(own) => Ok(Some(own)),
        None => without_order(conn, transfer).await,
    }
}

/// It ends with its own end, or when the order that it joined went on to another hotline.
async fn without_order(conn: &mut Conn, transfer: &Transfer) -> Result<Option<Ownership>, DbError> {
    let row = sqlx::query_as!(
        Ownership,
        r#"select t.case_number, t.decided_at as "owned_from!", coalesce(x.decided_at, t.completed_at) as owned_until,
               t.peer as "gained_from?", x.peer as "lost_to?"
           from transfers t
           left join orders o on o.order_id = t.order_id
           left join lateral (
               select l.peer, l.decided_at from transfers l
               where l.order_id = t.order_id and l.direction = 'outgoing' and l.state in ('accepted', 'completed')
                   and l.decided_at >= t.decided_at and (t.completed_at is null or l.decided_at <= t.completed_at)
               order by l.decided_at limit 1) x on true
           where t.transfer_id = $1 and t.direction = 'incoming' and t.decided_at is not null
               and (t.unregistered_since is not null
                   or (t.state in ('accepted', 'completed') and o.complaint_id <> t.complaint_id))"#,
        transfer.transfer_id.uuid()
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

/// What an offer needs to know of an order, beside what it is about now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Case {
    /// Its number.
    pub order_number: String,
    /// Its complaint.
    pub complaint_id: ComplaintId,
    /// Under which number another hotline knows it, `<code>/<number>`, when it came from one.
    pub foreign_number: Option<String>,
    /// Acceptance.
    pub accepted_at: DateTime<Utc>,
    /// 诉求类型.
    pub kind: Kind,
    /// One line, masked.
    pub title: String,
    /// What is wanted, masked.
    pub text: String,
    /// The caller's identity is nobody's.
    pub confidential: bool,
}

/// One order as a case.
///
/// # Errors
/// When the database fails.
pub async fn case(conn: &mut Conn, order_id: OrderId) -> Result<Option<Case>, DbError> {
    let row = sqlx::query!(
        r#"select c.accepted_at, o.order_number, case when c.channel = 'hotline' then c.source_number end as foreign_number, c.complaint_id, c.kind, c.confidential, coalesce(o.title, c.title) as "title!",
               coalesce(o.text, c.text) as "text!"
           from orders o join complaints c on c.complaint_id = o.complaint_id where o.order_id = $1"#,
        order_id.uuid()
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(Case {
            kind: word("complaints", "kind", &row.complaint_id, &row.kind)?,
            order_number: row.order_number,
            foreign_number: row.foreign_number,
            complaint_id: row.complaint_id.into(),
            accepted_at: row.accepted_at,
            title: row.title,
            text: row.text,
            confidential: row.confidential,
        })
    })
    .transpose()
}
