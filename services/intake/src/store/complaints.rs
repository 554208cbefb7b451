//! Table `complaints`: insert a batch, read one, read a page.
use super::rows::word;
use crate::domain::complaint::{AcceptedComplaint, NewComplaint, StoredComplaint, Treatment};
use crate::domain::place::Place;
use crate::domain::{Channel, ComplaintId, Disposition, Kind};
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Inserts what is new and answers the numbers of the inserted. A complaint whose idempotency key or source number
/// is already there is left out, also when an earlier one of the same slice brought it, or a transaction that was
/// still open when this statement began (it is waited for).
///
/// # Errors
/// When the database fails.
pub async fn insert(
    conn: &mut Conn,
    day: &str,
    new: &[AcceptedComplaint],
) -> Result<HashMap<ComplaintId, String>, DbError> {
    fn column<'a, T>(new: &'a [AcceptedComplaint], value: impl Fn(&'a AcceptedComplaint) -> T) -> Vec<T> {
        new.iter().map(value).collect()
    }
    fn told<'a>(new: &'a AcceptedComplaint, which: &str) -> Option<&'a str> {
        match (&new.content.treatment, which) {
            (Treatment::Answered { answer }, "answer") => Some(answer),
            (Treatment::Declined { reason, .. }, "reason") => Some(reason),
            (Treatment::Declined { advice, .. }, "advice") => Some(advice),
            _ => None,
        }
    }
    let facts = new
        .iter()
        .map(|n| serde_json::json!(n.content.facts))
        .collect::<Vec<_>>();
    let rows = sqlx::query!(
        r#"insert into complaints (complaint_id, complaint_number, channel, kind, urgency, title, text, matter, division,
               longitude, latitude, address, facts, confidential, source_number, caller, disposition, answer, reason,
               advice, accepted_at, accepted_by, idempotency_key, request_hash, due_by)
           select n.complaint_id, coalesce(n.number, $1 || to_char(nextval('complaint_numbers'), 'FM999999999000000')), n.channel, n.kind,
               n.urgency, n.title, n.text, n.matter, n.division, n.longitude, n.latitude, n.address, n.facts,
               n.confidential, n.source_number, n.caller, n.disposition, n.answer, n.reason, n.advice, n.accepted_at,
               n.accepted_by, n.idempotency_key, n.request_hash, n.due_by
           from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                   $10::float8[], $11::float8[], $12::text[], $13::jsonb[], $14::bool[], $15::text[], $16::uuid[],
                   $17::text[], $18::text[], $19::text[], $20::text[], $21::timestamptz[], $22::text[], $23::text[],
                   $24::bytea[], $25::text[], $26::timestamptz[])
               as n(complaint_id, channel, kind, urgency, title, text, matter, division, longitude, latitude, address,
                   facts, confidential, source_number, caller, disposition, answer, reason, advice, accepted_at,
                   accepted_by, idempotency_key, request_hash, number, due_by)
           on conflict do nothing
           returning complaint_id, complaint_number"#,
        day,
        &column(new, |n| n.complaint_id.uuid()),
        &column(new, |n| n.content.channel.as_str()) as &[&str],
        &column(new, |n| n.content.kind.as_str()) as &[&str],
        &column(new, |n| n.content.urgency.as_str()) as &[&str],
        &column(new, |n| n.content.title.as_str()) as &[&str],
        &column(new, |n| n.content.text.as_str()) as &[&str],
        &column(new, |n| n.content.matter.as_deref()) as &[Option<&str>],
        &column(new, |n| n.content.place.division.as_deref()) as &[Option<&str>],
        &column(new, |n| n.content.place.longitude) as &[Option<f64>],
        &column(new, |n| n.content.place.latitude) as &[Option<f64>],
        &column(new, |n| n.content.place.address.as_deref()) as &[Option<&str>],
        &facts,
        &column(new, |n| n.content.confidential),
        &column(new, |n| n.content.source_number.as_deref()) as &[Option<&str>],
        &column(new, |n| n.caller) as &[Option<Uuid>],
        &column(new, |n| n.content.treatment.disposition().as_str()) as &[&str],
        &column(new, |n| told(n, "answer")) as &[Option<&str>],
        &column(new, |n| told(n, "reason")) as &[Option<&str>],
        &column(new, |n| told(n, "advice")) as &[Option<&str>],
        &column(new, |n| n.at),
        &column(new, |n| n.by.as_str()) as &[&str],
        &column(new, |n| n.attempt.as_ref().map(|a| a.key.as_str())) as &[Option<&str>],
        &column(new, |n| n.attempt.as_ref().map(|a| a.hash.as_slice())) as &[Option<&[u8]>],
        &column(new, |n| n.number.as_deref()) as &[Option<&str>],
        &column(new, |n| n.content.due_by) as &[Option<DateTime<Utc>>],
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.complaint_id.into(), row.complaint_number))
        .collect())
}

/// A number for a complaint that will be registered later, or never.
///
/// # Errors
/// When the database fails.
pub async fn reserve_number(conn: &mut Conn, day: &str) -> Result<String, DbError> {
    let number = sqlx::query_scalar!(
        r#"select $1 || to_char(nextval('complaint_numbers'), 'FM999999999000000') as "number!""#,
        day
    )
    .fetch_one(conn)
    .await?;
    Ok(number)
}

struct Row {
    complaint_id: Uuid,
    complaint_number: String,
    channel: String,
    kind: String,
    urgency: String,
    title: String,
    text: String,
    matter: Option<String>,
    division: Option<String>,
    longitude: Option<f64>,
    latitude: Option<f64>,
    address: Option<String>,
    facts: serde_json::Value,
    confidential: bool,
    source_number: Option<String>,
    due_by: Option<DateTime<Utc>>,
    caller: Option<Uuid>,
    disposition: String,
    answer: Option<String>,
    reason: Option<String>,
    advice: Option<String>,
    accepted_at: DateTime<Utc>,
    accepted_by: String,
    follows: Option<Uuid>,
}

impl Row {
    fn stored(self) -> Result<StoredComplaint, DbError> {
        let id = self.complaint_id;
        let facts: BTreeMap<String, String> = serde_json::from_value(self.facts)
            .map_err(|error| DbError::inconsistent("complaints", "facts", &id, &error))?;
        let disposition: Disposition = word("complaints", "disposition", &id, &self.disposition)?;
        let treatment = match (disposition, self.follows) {
            (Disposition::Answered, _) => Treatment::Answered {
                answer: self.answer.unwrap_or_default(),
            },
            (Disposition::Declined, _) => Treatment::Declined {
                reason: self.reason.unwrap_or_default(),
                advice: self.advice.unwrap_or_default(),
            },
            (Disposition::Accepted, Some(order_id)) => Treatment::Joins(order_id.into()),
            (Disposition::Accepted, None) => Treatment::Orders(Vec::new()),
        };
        Ok(StoredComplaint {
            complaint_id: id.into(),
            complaint_number: self.complaint_number,
            content: NewComplaint {
                channel: word("complaints", "channel", &id, &self.channel)?,
                kind: word("complaints", "kind", &id, &self.kind)?,
                urgency: word("complaints", "urgency", &id, &self.urgency)?,
                title: self.title,
                text: self.text,
                place: Place {
                    division: self.division,
                    longitude: self.longitude,
                    latitude: self.latitude,
                    address: self.address,
                },
                matter: self.matter,
                caller: None,
                confidential: self.confidential,
                source_number: self.source_number,
                due_by: self.due_by,
                facts,
                treatment,
            },
            caller: self.caller,
            accepted_at: self.accepted_at,
            accepted_by: self.accepted_by,
        })
    }
}

/// From now on the caller's identity is nobody's. True stays true.
///
/// # Errors
/// When the database fails.
pub async fn keep_confidential(conn: &mut Conn, complaint_id: ComplaintId) -> Result<(), DbError> {
    sqlx::query!(
        "update complaints set confidential = true where complaint_id = $1 and not confidential",
        complaint_id.uuid()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One complaint by its id.
///
/// # Errors
/// When the database fails.
pub async fn get(conn: &mut Conn, complaint_id: ComplaintId) -> Result<Option<StoredComplaint>, DbError> {
    let row = sqlx::query_as!(
        Row,
        r#"select c.complaint_id, c.complaint_number, c.channel, c.kind, c.urgency, c.title, c.text, c.matter, c.division,
               c.longitude, c.latitude, c.address, c.facts, c.confidential, c.source_number, c.due_by, c.caller, c.disposition,
               c.answer, c.reason, c.advice, c.accepted_at, c.accepted_by,
               (select f.order_id from followers f where f.complaint_id = c.complaint_id) as follows
           from complaints c
           where c.complaint_id = $1"#,
        complaint_id.uuid()
    )
    .fetch_optional(conn)
    .await?;
    row.map(Row::stored).transpose()
}

/// The id that belongs to a number.
///
/// # Errors
/// When the database fails.
pub async fn id_of_number(conn: &mut Conn, complaint_number: &str) -> Result<Option<ComplaintId>, DbError> {
    let id = sqlx::query_scalar!(
        "select complaint_id from complaints where complaint_number = $1",
        complaint_number
    )
    .fetch_optional(conn)
    .await?;
    Ok(id.map(ComplaintId::from))
}

/// A page of the list, newest first, beginning after the complaint `after`.
///
/// # Errors
/// When the database fails.
pub async fn list(
    conn: &mut Conn,
    after: Option<ComplaintId>,
    channel: Option<Channel>,
    kind: Option<Kind>,
    limit: i64,
) -> Result<Vec<StoredComplaint>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select c.complaint_id, c.complaint_number, c.channel, c.kind, c.urgency, c.title, c.text, c.matter, c.division,
               c.longitude, c.latitude, c.address, c.facts, c.confidential, c.source_number, c.due_by, c.caller, c.disposition,
               c.answer, c.reason, c.advice, c.accepted_at, c.accepted_by,
               (select f.order_id from followers f where f.complaint_id = c.complaint_id) as follows
           from complaints c
           where ($1::uuid is null or c.complaint_id < $1) and ($2::text is null or c.channel = $2)
               and ($3::text is null or c.kind = $3)
           order by c.complaint_id desc limit $4"#,
        after.map(ComplaintId::uuid) as Option<Uuid>,
        channel.map(Channel::as_str) as Option<&str>,
        kind.map(Kind::as_str) as Option<&str>,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::stored).collect()
}
