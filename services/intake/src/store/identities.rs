//! Table `vault.identities`: rows are written once, at registration, and read field by field.
use crate::domain::ComplaintId;
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use std::collections::HashMap;
use uuid::Uuid;

/// A sealed identity.
#[derive(Debug)]
pub struct SealedIdentity {
    /// Whose.
    pub complaint_id: ComplaintId,
    /// Which key sealed it.
    pub key_version: i32,
    /// Name.
    pub name: Option<Vec<u8>>,
    /// Phone number.
    pub phone: Option<Vec<u8>>,
    /// The other number.
    pub second_phone: Option<Vec<u8>>,
    /// The caller's own words.
    pub words: Option<Vec<u8>>,
    /// Blind index of the number.
    pub phone_index: Option<Vec<u8>>,
    /// `138****5678`.
    pub phone_masked: Option<String>,
}

/// Inserts identities.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut Conn, at: DateTime<Utc>, new: &[SealedIdentity]) -> Result<(), DbError> {
    fn bytes<'a>(
        new: &'a [SealedIdentity],
        value: impl Fn(&'a SealedIdentity) -> &'a Option<Vec<u8>>,
    ) -> Vec<Option<&'a [u8]>> {
        new.iter().map(|identity| value(identity).as_deref()).collect()
    }
    let ids: Vec<Uuid> = new.iter().map(|i| i.complaint_id.uuid()).collect();
    let versions: Vec<i32> = new.iter().map(|i| i.key_version).collect();
    let masked: Vec<Option<&str>> = new.iter().map(|i| i.phone_masked.as_deref()).collect();
    sqlx::query!(
        "insert into vault.identities (complaint_id, key_version, name_sealed, phone_sealed, second_phone_sealed, words_sealed,
             phone_index, phone_masked, sealed_at)
         select n.complaint_id, n.key_version, n.name_sealed, n.phone_sealed, n.second_phone_sealed, n.words_sealed,
             n.phone_index, n.phone_masked, $1
         from unnest($2::uuid[], $3::int[], $4::bytea[], $5::bytea[], $6::bytea[], $7::bytea[], $8::bytea[], $9::text[])
             as n(complaint_id, key_version, name_sealed, phone_sealed, second_phone_sealed, words_sealed, phone_index,
                  phone_masked)",
        at,
        &ids,
        &versions,
        &bytes(new, |i| &i.name) as &[Option<&[u8]>],
        &bytes(new, |i| &i.phone) as &[Option<&[u8]>],
        &bytes(new, |i| &i.second_phone) as &[Option<&[u8]>],
        &bytes(new, |i| &i.words) as &[Option<&[u8]>],
        &bytes(new, |i| &i.phone_index) as &[Option<&[u8]>],
        &masked as &[Option<&str>],
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The identities of these complaints, still sealed, each with the complaint's confidentiality. A complaint without
/// an identity is there without one; an unknown complaint is not there.
///
/// # Errors
/// When the database fails.
pub async fn get(
    conn: &mut Conn,
    complaint_ids: &[ComplaintId],
) -> Result<HashMap<ComplaintId, (bool, Option<SealedIdentity>)>, DbError> {
    let ids: Vec<Uuid> = complaint_ids.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        r#"select c.complaint_id as "complaint_id!", c.confidential as "confidential!", i.key_version as "key_version?", i.name_sealed, i.phone_sealed,
               i.second_phone_sealed, i.words_sealed, i.phone_index, i.phone_masked
           from complaints c left join vault.identities i on i.complaint_id = c.complaint_id
           where c.complaint_id = any($1)"#,
        &ids
    )
    .fetch_all(conn)
    .await?;
    let identities = rows.into_iter().map(|row| {
        let complaint_id = ComplaintId::from(row.complaint_id);
        let identity = row.key_version.map(|key_version| SealedIdentity {
            complaint_id,
            key_version,
            name: row.name_sealed,
            phone: row.phone_sealed,
            second_phone: row.second_phone_sealed,
            words: row.words_sealed,
            phone_index: row.phone_index,
            phone_masked: row.phone_masked,
        });
        (complaint_id, (row.confidential, identity))
    });
    Ok(identities.collect())
}
