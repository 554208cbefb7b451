//! Table `handlings`: one row per order, locked by whoever changes the order.
use crate::domain::handling::{Handling, State};
use crate::domain::order::Assignment;
use chrono::{DateTime, Utc};
use contracts::directory::UnitRef;
use contracts::ids::{ExtensionId, MatterCode, OrderId, ReturnId, SuspensionId};
use contracts::terms::{ReturnRightV1, TermsV1};
use db::{Conn, DbError};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

/// The column `assignment`.
#[derive(Serialize, Deserialize)]
struct AssignmentRow {
    lead: UnitRef,
    co_handlers: Vec<UnitRef>,
    matter: Option<MatterCode>,
    terms: TermsV1,
    assigned_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    return_until: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    return_right: Option<ReturnRightV1>,
    why: Vec<String>,
}

struct Row {
    order_id: Uuid,
    generation: i32,
    rework: i32,
    state: String,
    assignment: Json<AssignmentRow>,
    signed_at: Option<DateTime<Utc>>,
    responded_at: Option<DateTime<Utc>>,
    replied_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    return_id: Option<Uuid>,
    extension_id: Option<Uuid>,
    suspension_id: Option<Uuid>,
    correlation_id: Uuid,
}

/// Handlings of the given orders, locked until the end of the transaction, in the order of their ids.
pub async fn lock(conn: &mut Conn, order_ids: &[Uuid]) -> Result<HashMap<OrderId, Handling>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select order_id, generation, rework, state, assignment as "assignment: Json<AssignmentRow>", signed_at,
                  responded_at, replied_at, ended_at, return_id, extension_id, suspension_id, correlation_id
           from handlings where order_id = any($1) order by order_id for update"#,
        order_ids
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| read(row).map(|handling| (handling.order_id, handling)))
        .collect()
}

/// The handling of one order, not locked: for reading.
pub async fn get(conn: &mut Conn, order_id: OrderId) -> Result<Option<Handling>, DbError> {
    let row = sqlx::query_as!(
        Row,
        r#"select order_id, generation, rework, state, assignment as "assignment: Json<AssignmentRow>", signed_at,
                  responded_at, replied_at, ended_at, return_id, extension_id, suspension_id, correlation_id
           from handlings where order_id = $1"#,
        order_id.uuid()
    )
    .fetch_optional(conn)
    .await?;
    row.map(read).transpose()
}

fn read(row: Row) -> Result<Handling, DbError> {
    let order_id = OrderId(row.order_id);
    let state = match (
        row.state.as_str(),
        row.signed_at,
        row.responded_at,
        row.replied_at,
        row.ended_at,
    ) {
        ("assigned", ..) => State::Assigned,
        ("signed", Some(signed_at), ..) => State::Signed { signed_at },
        ("responded", Some(signed_at), Some(responded_at), ..) => State::Responded {
            signed_at,
            responded_at,
        },
        ("replied", Some(signed_at), responded_at, Some(replied_at), _) => State::Replied {
            signed_at,
            responded_at,
            replied_at,
        },
        ("closed", .., Some(ended_at)) => State::Closed { ended_at },
        ("revoked", .., Some(ended_at)) => State::Revoked { ended_at },
        (other, ..) => return Err(DbError::inconsistent("handlings", "state", &order_id, &other)),
    };
    let AssignmentRow {
        lead,
        co_handlers,
        matter,
        terms,
        assigned_at,
        return_until,
        return_right,
        why,
    } = row.assignment.0;
    Ok(Handling {
        order_id,
        generation: row.generation,
        rework: row.rework,
        state,
        return_id: row.return_id.map(ReturnId),
        extension_id: row.extension_id.map(ExtensionId),
        suspension_id: row.suspension_id.map(SuspensionId),
        assignment: Assignment {
            lead,
            co_handlers,
            matter,
            terms,
            assigned_at,
            return_until,
            return_right,
            why,
        },
        correlation_id: row.correlation_id,
    })
}

#[derive(Default)]
struct Moments {
    signed_at: Option<DateTime<Utc>>,
    responded_at: Option<DateTime<Utc>>,
    replied_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
}

fn moments(state: &State) -> Moments {
    let none = Moments::default();
    match *state {
        State::Assigned => none,
        State::Signed { signed_at } => Moments {
            signed_at: Some(signed_at),
            ..none
        },
        State::Responded {
            signed_at,
            responded_at,
        } => Moments {
            signed_at: Some(signed_at),
            responded_at: Some(responded_at),
            ..none
        },
        State::Replied {
            signed_at,
            responded_at,
            replied_at,
        } => Moments {
            signed_at: Some(signed_at),
            responded_at,
            replied_at: Some(replied_at),
            ..none
        },
        State::Closed { ended_at } | State::Revoked { ended_at } => Moments {
            ended_at: Some(ended_at),
            ..none
        },
    }
}

fn column<'a, T>(handlings: &[&'a Handling], value: impl Fn(&'a Handling) -> T) -> Vec<T> {
    handlings.iter().map(|handling| value(handling)).collect()
}

/// Writes new generations: inserts the first of an order, replaces an older one.
pub async fn begin(conn: &mut Conn, handlings: &[&Handling]) -> Result<(), DbError> {
    if handlings.is_empty() {
        return Ok(());
    }
    let leads = column(handlings, |h| h.lead().0.clone());
    // Arrays of arrays must be rectangular in SQL, so each list travels as one text.
    let helpers = column(handlings, |h| {
        h.assignment
            .co_handlers
            .iter()
            .map(|co| co.code.0.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    });
    let assignments: Vec<serde_json::Value> = column(handlings, |h| {
        let Assignment {
            lead,
            co_handlers,
            matter,
            terms,
            assigned_at,
            return_until,
            return_right,
            why,
        } = h.assignment.clone();
        serde_json::to_value(AssignmentRow {
            lead,
            co_handlers,
            matter,
            terms,
            assigned_at,
            return_until,
            return_right,
            why,
        })
        .unwrap_or_default()
    });
    sqlx::query!(
        "insert into handlings as h (order_id, lead, co_handlers, generation, rework, state, assignment, correlation_id)
         select g.order_id, g.lead, string_to_array(g.helpers, ' '), g.generation, 0, 'assigned', g.assignment, g.correlation_id
         from unnest($1::uuid[], $2::text[], $3::text[], $4::integer[], $5::jsonb[], $6::uuid[])
              as g(order_id, lead, helpers, generation, assignment, correlation_id)
         order by g.order_id
         on conflict (order_id) do update set
             lead = excluded.lead, co_handlers = excluded.co_handlers, generation = excluded.generation, rework = 0,
             state = 'assigned', assignment = excluded.assignment, correlation_id = excluded.correlation_id,
             signed_at = null, responded_at = null, replied_at = null, ended_at = null, return_id = null,
             extension_id = null, suspension_id = null
         where h.generation < excluded.generation",
        &column(handlings, |h| h.order_id.uuid()),
        &leads,
        &helpers,
        &column(handlings, |h| h.generation),
        &assignments,
        &column(handlings, |h| h.correlation_id),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes where locked handlings stand now. Ended rounds keep the moments of what happened in them.
pub async fn save(conn: &mut Conn, handlings: &[&Handling]) -> Result<(), DbError> {
    if handlings.is_empty() {
        return Ok(());
    }
    let moments: Vec<Moments> = column(handlings, |h| moments(&h.state));
    let at = |value: fn(&Moments) -> Option<DateTime<Utc>>| moments.iter().map(value).collect::<Vec<_>>();
    sqlx::query!(
        "update handlings as h set
             rework = g.rework, state = g.state, return_id = g.return_id, extension_id = g.extension_id,
             suspension_id = g.suspension_id, ended_at = g.ended_at,
             signed_at = case when g.ended_at is null then g.signed_at else h.signed_at end,
             responded_at = case when g.ended_at is null then g.responded_at else h.responded_at end,
             replied_at = case when g.ended_at is null then g.replied_at else h.replied_at end
         from unnest($1::uuid[], $2::integer[], $3::text[], $4::uuid[], $5::timestamptz[], $6::timestamptz[],
                     $7::timestamptz[], $8::timestamptz[], $9::uuid[], $10::uuid[])
              as g(order_id, rework, state, return_id, signed_at, responded_at, replied_at, ended_at, extension_id,
                   suspension_id)
         where h.order_id = g.order_id",
        &column(handlings, |h| h.order_id.uuid()),
        &column(handlings, |h| h.rework),
        &column(handlings, |h| h.state.to_string()),
        &column(handlings, |h| h.return_id.map(ReturnId::uuid)) as &[Option<Uuid>],
        &at(|m| m.signed_at) as &[Option<DateTime<Utc>>],
        &at(|m| m.responded_at) as &[Option<DateTime<Utc>>],
        &at(|m| m.replied_at) as &[Option<DateTime<Utc>>],
        &at(|m| m.ended_at) as &[Option<DateTime<Utc>>],
        &column(handlings, |h| h.extension_id.map(ExtensionId::uuid)) as &[Option<Uuid>],
        &column(handlings, |h| h.suspension_id.map(SuspensionId::uuid)) as &[Option<Uuid>],
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// An order of a unit below another.
#[derive(Debug)]
pub struct SubOrder {
    /// The order.
    pub order_id: Uuid,
    /// Its number.
    pub order_number: String,
    /// The responsible unit.
    pub lead: String,
    /// Where it stands.
    pub state: String,
    /// Generation of the assignment.
    pub generation: i32,
    /// Round.
    pub rework: i32,
    /// 紧急程度.
    pub urgency: String,
    /// One line.
    pub title: String,
    /// Start of the total clock.
    pub accepted_at: DateTime<Utc>,
}

/// Orders that units below `parent` lead, newest first, before `before`; confidential ones are left out.
pub async fn of_sub_units(
    conn: &mut Conn,
    parent: &str,
    before: Option<OrderId>,
    limit: i64,
) -> Result<Vec<SubOrder>, DbError> {
    // Per unit by its index, so that what the others have is never read.
    Ok(sqlx::query_as!(
        SubOrder,
        "select h.order_id, c.order_number, h.lead, h.state, h.generation, h.rework, c.urgency, c.title, c.accepted_at
         from directory_units u
         cross join lateral (
             select * from handlings s
             where s.lead = u.unit and ($2::uuid is null or s.order_id < $2)
                 and exists (select 1 from order_contents o where o.order_id = s.order_id and not o.confidential)
             order by s.order_id desc limit $3) h
         join order_contents c on c.order_id = h.order_id
         where u.parent = $1 order by h.order_id desc limit $3",
        parent,
        before.map(OrderId::uuid),
        limit
    )
    .fetch_all(conn)
    .await?)
}
