//! The authenticated caller, as handlers see it.
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

use super::{Role, Roles};
use crate::Problem;

/// Who is calling. Put into the request by the route's guard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Stable id of the person or key; goes into audit lines.
    pub subject: String,
    /// What the caller may do.
    pub roles: Roles,
    /// The unit a `unit_operator` acts for.
    pub unit: Option<String>,
    /// Name for people to read; never logged.
    pub name: Option<String>,
}

impl Principal {
    /// Whether the caller has `role`.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(role)
    }

    /// Refuses a unit operator who asks for another unit's things. Other roles pass: whether they
    /// may call the route at all was decided by the table.
    ///
    /// # Errors
    /// A 403 problem `wrong_unit`.
    pub fn require_unit(&self, unit: &str) -> Result<(), Problem> {
        if !self.has(Role::UnitOperator) || self.unit.as_deref() == Some(unit) {
            return Ok(());
        }
        Err(
            Problem::forbidden("wrong_unit", "this caller acts for another unit")
                .detail_zh("当前账号属于其他承办单位"),
        )
    }
}

pub(crate) fn token_missing() -> Problem {
    Problem::unauthorized("token_missing", "send an access token as Authorization: Bearer")
        .detail_zh("请在 Authorization 头中提供令牌")
}

impl<S: Sync> FromRequestParts<S> for Principal {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get().cloned().ok_or_else(token_missing)
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Principal {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Option<Self>, Self::Rejection> {
        Ok(parts.extensions.get().cloned())
    }
}
