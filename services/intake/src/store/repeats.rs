//! Finding the first registration of a repeated one: by idempotency key, by source number. Only read when an insert
//! left something out.
use super::rows::word;
use crate::domain::complaint::{OrderRef, Receipt};
use crate::domain::{Channel, ComplaintId};
use db::{Conn, DbError};
use std::collections::HashMap;
use uuid::Uuid;

/// An earlier registration with what it is recognised by.
#[derive(Debug)]
pub struct Earlier {
    /// Who sent it.
    pub by: String,
    /// With which key.
    pub key: Option<String>,
    /// Hash of that request.
    pub hash: Option<Vec<u8>>,
    /// By which door.
    pub channel: Channel,
    /// Under which number of the sending system.
    pub source_number: Option<String>,
    /// What its client was told.
    pub receipt: Receipt,
}

/// Earlier registrations with any of these keys (client, key) or source numbers (channel, number).
///
/// # Errors
/// When the database fails.
pub async fn find(
    conn: &mut Conn,
    keys: &[(&str, &str)],
    sources: &[(Channel, &str)],
) -> Result<Vec<Earlier>, DbError> {
    let (clients, keys): (Vec<&str>, Vec<&str>) = keys.iter().copied().unzip();
    let (channels, numbers): (Vec<&str>, Vec<&str>) = sources
        .iter()
        .map(|(channel, number)| (channel.as_str(), *number))
        .unzip();
    let rows = sqlx::query!(
        r#"select c.complaint_id as "complaint_id!", c.complaint_number as "complaint_number!", c.accepted_by as "accepted_by!",
               c.idempotency_key, c.request_hash, c.channel as "channel!", c.source_number, c.disposition as "disposition!"
           from (
               select complaint_id from complaints
               where (accepted_by, idempotency_key) in (select * from unnest($1::text[], $2::text[]))
               union
               select complaint_id from complaints
               where (channel, source_number) in (select * from unnest($3::text[], $4::text[]))
           ) found join complaints c on c.complaint_id = found.complaint_id"#,
        &clients as &[&str],
        &keys as &[&str],
        &channels as &[&str],
        &numbers as &[&str],
    )
    .fetch_all(&mut *conn)
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.complaint_id).collect();
    let mut refs = order_refs(conn, &ids).await?;
    rows.into_iter()
        .map(|row| {
            let id = row.complaint_id;
            let Refs { orders, follows } = refs.remove(&id.into()).unwrap_or_default();
            Ok(Earlier {
                by: row.accepted_by,
                key: row.idempotency_key,
                hash: row.request_hash,
                channel: word("complaints", "channel", &id, &row.channel)?,
                source_number: row.source_number,
                receipt: Receipt {
                    complaint_id: id.into(),
                    complaint_number: row.complaint_number,
                    disposition: word("complaints", "disposition", &id, &row.disposition)?,
                    orders,
                    follows,
                },
            })
        })
        .collect()
}

#[derive(Default)]
struct Refs {
    orders: Vec<OrderRef>,
    follows: Option<OrderRef>,
}

async fn order_refs(conn: &mut Conn, complaint_ids: &[Uuid]) -> Result<HashMap<ComplaintId, Refs>, DbError> {
    let rows = sqlx::query!(
        r#"select complaint_id as "complaint_id!", order_id as "order_id!", order_number as "order_number!", false as "followed!", position
           from orders where complaint_id = any($1)
           union all
           select f.complaint_id, o.order_id, o.order_number, true, 0::smallint
           from followers f join orders o on o.order_id = f.order_id where f.complaint_id = any($1)
           order by 1, 5"#,
        complaint_ids
    )
    .fetch_all(conn)
    .await?;
    let mut refs: HashMap<ComplaintId, Refs> = HashMap::new();
    for row in rows {
        let entry = refs.entry(row.complaint_id.into()).or_default();
        let order = OrderRef {
            order_id: row.order_id.into(),
            order_number: row.order_number,
        };
        if row.followed {
            entry.follows = Some(order);
        } else {
            entry.orders.push(order);
        }
    }
    Ok(refs)
}
