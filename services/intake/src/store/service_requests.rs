//! Table `service_requests`: what apps brought, found by time for those who follow it.
use super::rows::StateRow;
use crate::domain::OrderId;
use crate::domain::order::Promise;
use crate::domain::place::Place;
use crate::domain::service_request::ServiceRequest;
use chrono::{DateTime, Utc};
use contracts::terms::Limit;
use db::{Conn, DbError};
use uuid::Uuid;

/// A span of time; each end may be open.
pub type Span = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// What is looked for; empty lists = anything.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wanted {
    /// The app that asks: it sees what it posted; `None` = everybody.
    pub app: Option<String>,
    /// True = what everybody may see is wanted, too.
    pub listed: bool,
    /// Order numbers.
    pub numbers: Vec<String>,
    /// Entries of the catalogue.
    pub matters: Vec<String>,
    /// Accepted in this time.
    pub requested: Span,
    /// Changed in this time.
    pub updated: Span,
    /// Open or closed ones only.
    pub open: Option<bool>,
}

/// Orders that an app brought, with whether they may be listed.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    conn: &mut Conn,
    now: DateTime<Utc>,
    new: &[(OrderId, &str, bool)],
) -> Result<(), DbError> {
    let ids: Vec<Uuid> = new.iter().map(|(id, _, _)| id.uuid()).collect();
    let apps: Vec<&str> = new.iter().map(|(_, app, _)| *app).collect();
    let listed: Vec<bool> = new.iter().map(|(_, _, listed)| *listed).collect();
    sqlx::query!(
        "insert into service_requests (order_id, app, listed, requested_at, updated_at)
         select n.order_id, n.app, n.listed, $4, $4 from unnest($1::uuid[], $2::text[], $3::bool[]) as n(order_id, app, listed)",
        &ids,
        &apps as &[&str],
        &listed,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What is told of these orders has changed; most were brought by no app.
///
/// # Errors
/// When the database fails.
pub async fn touch(conn: &mut Conn, now: DateTime<Utc>, ids: &[Uuid]) -> Result<(), DbError> {
    sqlx::query!(
        "update service_requests set updated_at = $2 where order_id = any($1)",
        ids,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What the city promises; the first promise stays.
///
/// # Errors
/// When the database fails.
pub async fn promise(conn: &mut Conn, promises: &[(OrderId, &Promise)]) -> Result<(), DbError> {
    let ids: Vec<Uuid> = promises.iter().map(|(id, _)| id.uuid()).collect();
    let limits: Vec<_> = promises.iter().map(|(_, p)| serde_json::json!(p.limit)).collect();
    let calendars: Vec<&str> = promises.iter().map(|(_, p)| p.calendar.as_str()).collect();
    let from: Vec<DateTime<Utc>> = promises.iter().map(|(_, p)| p.from).collect();
    sqlx::query!(
        "update service_requests s set total_limit = n.l, total_calendar = n.calendar, total_from = n.f
         from unnest($1::uuid[], $2::jsonb[], $3::text[], $4::timestamptz[]) as n(order_id, l, calendar, f)
         where s.order_id = n.order_id and s.total_limit is null",
        &ids,
        &limits,
        &calendars as &[&str],
        &from
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What is looked for, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    conn: &mut Conn,
    wanted: &Wanted,
    limit: i64,
    offset: i64,
) -> Result<Vec<ServiceRequest>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select s.order_id, s.app, s.requested_at, s.updated_at, s.total_limit, s.total_calendar, s.total_from,
               o.order_number, coalesce(o.title, c.title) as "title!", coalesce(o.text, c.text) as "text!",
               coalesce(o.matter, c.matter) as matter,
               case when o.own_place then o.division else c.division end as division,
               case when o.own_place then o.longitude else c.longitude end as longitude,
               case when o.own_place then o.latitude else c.latitude end as latitude,
               case when o.own_place then o.address else c.address end as address,
               o.state, o.generation, o.rework, o.unit_code, o.unit_name, o.assigned_at, o.signed_at, o.responded_at,
               o.replied_at, o.reply_text, o.reply_solved, o.outcome, o.closed_at
           from service_requests s join orders o on o.order_id = s.order_id
               join complaints c on c.complaint_id = o.complaint_id
           where (s.app = $1 or (s.listed and $2))
               and (cardinality($3::text[]) = 0 or o.order_number = any($3))
               and (cardinality($4::text[]) = 0 or coalesce(o.matter, c.matter) = any($4))
               and ($5::timestamptz is null or s.requested_at >= $5) and ($6::timestamptz is null or s.requested_at <= $6)
               and ($7::timestamptz is null or s.updated_at >= $7) and ($8::timestamptz is null or s.updated_at <= $8)
               and ($9::bool is null or (o.state <> 'closed') = $9)
           order by s.requested_at desc, s.order_id desc limit $10 offset $11"#,
        wanted.app,
        wanted.listed,
        &wanted.numbers,
        &wanted.matters,
        wanted.requested.0,
        wanted.requested.1,
        wanted.updated.0,
        wanted.updated.1,
        wanted.open,
        limit,
        offset
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::request).collect()
}

/// One row of the join.
struct Row {
    order_id: Uuid,
    app: String,
    requested_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    total_limit: Option<serde_json::Value>,
    total_calendar: Option<String>,
    total_from: Option<DateTime<Utc>>,
    order_number: String,
    title: String,
    text: String,
    matter: Option<String>,
    division: Option<String>,
    longitude: Option<f64>,
    latitude: Option<f64>,
    address: Option<String>,
    state: String,
    generation: i32,
    rework: i32,
    unit_code: Option<String>,
    unit_name: Option<String>,
    assigned_at: Option<DateTime<Utc>>,
    signed_at: Option<DateTime<Utc>>,
    responded_at: Option<DateTime<Utc>>,
    replied_at: Option<DateTime<Utc>>,
    reply_text: Option<String>,
    reply_solved: Option<bool>,
    outcome: Option<String>,
    closed_at: Option<DateTime<Utc>>,
}

impl Row {
    fn request(self) -> Result<ServiceRequest, DbError> {
        let promise = promised(
            self.order_id,
            self.total_limit,
            self.total_calendar,
            self.total_from,
        )?;
        let state = StateRow {
            order_id: self.order_id,
            state: self.state,
            generation: self.generation,
            rework: self.rework,
            unit_code: self.unit_code,
            unit_name: self.unit_name,
            assigned_at: self.assigned_at,
            signed_at: self.signed_at,
            responded_at: self.responded_at,
            replied_at: self.replied_at,
            reply_text: self.reply_text,
            reply_solved: self.reply_solved,
            outcome: self.outcome,
            closed_at: self.closed_at,
        };
        Ok(ServiceRequest {
            order_id: self.order_id.into(),
            order_number: self.order_number,
            app: self.app,
            title: self.title,
            text: self.text,
            matter: self.matter,
            place: Place {
                division: self.division,
                longitude: self.longitude,
                latitude: self.latitude,
                address: self.address,
            },
            requested_at: self.requested_at,
            updated_at: self.updated_at,
            state: state.state()?,
            promise,
        })
    }
}

fn promised(
    order_id: Uuid,
    limit: Option<serde_json::Value>,
    calendar: Option<String>,
    from: Option<DateTime<Utc>>,
) -> Result<Option<Promise>, DbError> {
    let (Some(limit), Some(calendar), Some(from)) = (limit, calendar, from) else {
        return Ok(None);
    };
    let limit: Limit = serde_json::from_value(limit)
        .map_err(|problem| DbError::inconsistent("service_requests", "total_limit", &order_id, &problem))?;
    Ok(Some(Promise {
        limit,
        calendar,
        from,
    }))
}

/// The number of what an app posted with this idempotency key.
///
/// # Errors
/// When the database fails.
pub async fn number_of_key(
    conn: &mut Conn,
    app: &str,
    by: &str,
    key: &str,
) -> Result<Option<String>, DbError> {
    Ok(sqlx::query_scalar!(
        "select o.order_number from complaints c join orders o on o.complaint_id = c.complaint_id
             join service_requests s on s.order_id = o.order_id
         where c.accepted_by = $2 and c.idempotency_key = $3 and s.app = $1
         order by o.position limit 1",
        app,
        by,
        key
    )
    .fetch_optional(conn)
    .await?)
}
