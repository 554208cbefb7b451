//! Tables `directory_copy` and `directory_units`: who there is, as routing published it last.
use chrono::{DateTime, NaiveDate, Utc};
use db::{Conn, DbError};

/// One unit of the directory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnitRow {
    /// Its code.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// The unit above it.
    pub parent: Option<String>,
    /// First valid day.
    pub from: Option<NaiveDate>,
    /// Last valid day.
    pub to: Option<NaiveDate>,
}

/// The version that is here.
pub async fn version(conn: &mut Conn) -> Result<Option<i64>, DbError> {
    Ok(sqlx::query_scalar!("select version from directory_copy")
        .fetch_optional(conn)
        .await?)
}

/// Puts a newer version in the place of the one before; false when this one or a newer one is here already.
pub async fn replace(
    conn: &mut Conn,
    (version, published_at): (i64, DateTime<Utc>),
    units: &[UnitRow],
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let written = sqlx::query!(
        "insert into directory_copy as c (version, published_at, taken_at) values ($1, $2, $3)
         on conflict (one) do update set version = $1, published_at = $2, taken_at = $3 where c.version < $1",
        version,
        published_at,
        now
    )
    .execute(&mut *conn)
    .await?;
    if written.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!("delete from directory_units")
        .execute(&mut *conn)
        .await?;
    let codes: Vec<&str> = units.iter().map(|unit| unit.unit.as_str()).collect();
    let names: Vec<&str> = units.iter().map(|unit| unit.name.as_str()).collect();
    let parents: Vec<Option<&str>> = units.iter().map(|unit| unit.parent.as_deref()).collect();
    let from: Vec<Option<NaiveDate>> = units.iter().map(|unit| unit.from).collect();
    let to: Vec<Option<NaiveDate>> = units.iter().map(|unit| unit.to).collect();
    sqlx::query!(
        "insert into directory_units (unit, name, valid_from, valid_to, parent)
         select * from unnest($1::text[], $2::text[], $3::date[], $4::date[], $5::text[])",
        &codes as &[&str],
        &names as &[&str],
        &from as &[Option<NaiveDate>],
        &to as &[Option<NaiveDate>],
        &parents as &[Option<&str>]
    )
    .execute(conn)
    .await?;
    Ok(true)
}

/// The unit above one, as the directory says.
pub async fn parent(conn: &mut Conn, unit: &str) -> Result<Option<String>, DbError> {
    let row = sqlx::query_scalar!("select parent from directory_units where unit = $1", unit)
        .fetch_optional(conn)
        .await?;
    Ok(row.flatten())
}

/// False when there is a directory and it does not have the unit.
pub async fn may_exist(conn: &mut Conn, unit: &str) -> Result<bool, DbError> {
    Ok(sqlx::query_scalar!(
        r#"select not exists (select 1 from directory_copy)
               or exists (select 1 from directory_units where unit = $1) as "may!""#,
        unit
    )
    .fetch_one(conn)
    .await?)
}
