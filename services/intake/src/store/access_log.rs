//! Table `vault.access_log`: append and read; the database refuses everything else.
use super::rows::word;
use crate::domain::ComplaintId;
use crate::domain::reveal::{Access, Field, LookOutcome, Purpose};
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use std::borrow::Cow;

/// A line about to be written.
#[derive(Debug)]
pub struct NewAccess<'a> {
    /// Whose identity.
    pub complaint_id: ComplaintId,
    /// Subject of the token.
    pub looked_by: &'a str,
    /// Roles of the token, separated by commas.
    pub roles: String,
    /// Which field.
    pub field: Field,
    /// Stated purpose.
    pub purpose: Purpose,
    /// Stated reason, phone numbers masked.
    pub reason: Cow<'a, str>,
    /// What came of it.
    pub outcome: LookOutcome,
}

/// Appends lines.
///
/// # Errors
/// When the database fails.
pub async fn append(conn: &mut Conn, at: DateTime<Utc>, new: &[NewAccess<'_>]) -> Result<(), DbError> {
    fn column<'a, 'b, T>(new: &'b [NewAccess<'a>], value: impl Fn(&'b NewAccess<'a>) -> T) -> Vec<T> {
        new.iter().map(value).collect()
    }
    sqlx::query!(
        "insert into vault.access_log (complaint_id, looked_by, roles, field, purpose, reason, outcome, looked_at)
         select n.complaint_id, n.looked_by, string_to_array(n.roles, ','), n.field, n.purpose, n.reason, n.outcome, $1
         from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
             as n(complaint_id, looked_by, roles, field, purpose, reason, outcome)",
        at,
        &column(new, |a| a.complaint_id.uuid()),
        &column(new, |a| a.looked_by) as &[&str],
        &column(new, |a| a.roles.as_str()) as &[&str],
        &column(new, |a| a.field.as_str()) as &[&str],
        &column(new, |a| a.purpose.as_str()) as &[&str],
        &column(new, |a| a.reason.as_ref()) as &[&str],
        &column(new, |a| a.outcome.as_str()) as &[&str],
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A page of the looks at one complaint's identity, oldest first, beginning after `after`.
///
/// # Errors
/// When the database fails.
pub async fn list(
    conn: &mut Conn,
    complaint_id: ComplaintId,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<Access>, DbError> {
    let rows = sqlx::query!(
        "select access_id, complaint_id, looked_by, roles, field, purpose, reason, outcome, looked_at
         from vault.access_log where complaint_id = $1 and access_id > $2 order by access_id limit $3",
        complaint_id.uuid(),
        after.unwrap_or(0),
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let id = row.access_id;
            Ok(Access {
                access_id: id,
                complaint_id: row.complaint_id.into(),
                looked_by: row.looked_by,
                roles: row.roles,
                field: word("vault.access_log", "field", &id, &row.field)?,
                purpose: word("vault.access_log", "purpose", &id, &row.purpose)?,
                reason: row.reason,
                outcome: word("vault.access_log", "outcome", &id, &row.outcome)?,
                looked_at: row.looked_at,
            })
        })
        .collect()
}
