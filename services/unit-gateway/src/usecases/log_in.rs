//! A unit logs in on NATS with its code and its key; and what is refused is counted, where people see it.
use crate::ctx::Ctx;
use crate::domain::nats_login::LoginRequest;
use crate::store::unit_logins::{self, Login};
use chrono::{DateTime, Utc};
use contracts::ids::UnitCode;
use db::{Db, DbError};

pub use crate::store::unit_logins::Denial;

/// Refusals shown.
const DENIALS_MAX: i64 = 500;
/// What stands for who the caller said it was, when that is no code.
const NOBODY: &str = "?";

/// The unit whose key it is; `None` when it is not the key of the unit that the caller says it is. `until` = when the
/// server ends the connection.
///
/// # Errors
/// When the database fails.
pub async fn log_in(
    ctx: &Ctx,
    asked: &LoginRequest,
    until: DateTime<Utc>,
) -> Result<Result<UnitCode, &'static str>, DbError> {
    let owner = ctx.keys.find(&asked.password).await?;
    let code = match owner {
        Some(owner) if owner.unit.as_str() == asked.user => {
            let login = Login {
                server_id: asked.server_id.clone(),
                client_id: asked.client_id,
                unit: asked.user.clone(),
                key_id: owner.key_id,
                expires_at: until,
            };
            if unit_logins::insert(ctx.db.pool(), ctx.db.clock().now(), &login).await? {
                return Ok(Ok(owner.unit));
            }
            // Remembered for some seconds, and withdrawn since.
            "token_invalid"
        }
        Some(_) => "wrong_unit",
        None => "token_invalid",
    };
    deny(ctx, &asked.user, "nats_login", code).await?;
    Ok(Err(code))
}

/// Counts a refusal of one who said it was this unit.
///
/// # Errors
/// When the database fails.
pub async fn deny(ctx: &Ctx, said: &str, way: &str, code: &str) -> Result<(), DbError> {
    let unit = UnitCode::from(said);
    let unit = if unit.is_valid() { said } else { NOBODY };
    unit_logins::deny(ctx.db.pool(), ctx.db.clock().now(), unit, way, code).await
}

/// What was refused, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn denials(db: &Db) -> Result<Vec<Denial>, DbError> {
    let mut conn = db.pool().acquire().await?;
    unit_logins::denials(&mut conn, DENIALS_MAX).await
}
