//! Creating requests that may be repeated: the first answer is stored with its effect.
//!
//! A use case calls [`claim_many`] at the start of its transaction and [`store_many`] at its end.
//! A second request with the same key waits for the first one's transaction and then gets its
//! answer. The table is in `sql/idempotency.sql`; each service has it in its own database.
mod key;
mod store;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::auth::Principal;
use crate::{Json, Problem};

pub use key::IdempotencyKey;
pub use store::{claim, claim_many, purge, store, store_many};

/// The migration every service must have.
pub const SQL: &str = include_str!("../sql/idempotency.sql");

/// One request's use of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Who calls what; see [`scope`].
    pub scope: String,
    /// The key the caller chose.
    pub key: String,
    /// See [`request_hash`].
    pub request_hash: [u8; 32],
}

/// What a key turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Claim {
    /// Not used before: do the work and [`store`] the answer in the same transaction.
    New,
    /// Used for the same request: give this answer.
    Replay(Stored),
    /// Used for another request: refuse with [`reused`].
    Mismatch,
    /// The same request stands at this earlier place of the same slice: give its answer.
    SameAs(usize),
}

/// An answer as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// HTTP status.
    pub status: u16,
    /// JSON body.
    pub body: Value,
}

impl Stored {
    /// An answer to keep.
    ///
    /// # Panics
    /// When the body is not plain data.
    #[must_use]
    pub fn new<T: Serialize>(status: StatusCode, body: &T) -> Self {
        let body = serde_json::to_value(body).expect("an answer is plain data");
        Self {
            status: status.as_u16(),
            body,
        }
    }
}

impl IntoResponse for Stored {
    /// The replayed answer, marked as such.
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut response = (status, Json(self.body)).into_response();
        response
            .headers_mut()
            .insert("idempotency-replayed", HeaderValue::from_static("true"));
        response
    }
}

/// The scope of a key: the caller and the operation.
#[must_use]
pub fn scope(principal: &Principal, operation: &str) -> String {
    format!("{} {operation}", principal.subject)
}

/// A fingerprint of the parsed request. Taken from the value rather than the bytes, so that
/// white space and the order of members do not make a repetition look like another request.
///
/// # Panics
/// When the request is not plain data.
#[must_use]
pub fn request_hash<T: Serialize>(request: &T) -> [u8; 32] {
    let value = serde_json::to_value(request).expect("a request is plain data");
    Sha256::digest(value.to_string()).into()
}

/// The refusal for [`Claim::Mismatch`].
#[must_use]
pub fn reused() -> Problem {
    Problem::unprocessable(
        "idempotency_key_reused",
        "this key was already used for a different request",
    )
    .detail_zh("该幂等键已用于不同的请求")
    .field("Idempotency-Key")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_ignores_the_order_of_members() {
        let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let one = request_hash(&parse(r#"{"a":1,"b":[1,2]}"#));
        assert_eq!(one, request_hash(&parse(r#"{ "b": [1,2], "a": 1 }"#)));
        assert_ne!(one, request_hash(&parse(r#"{"a":1,"b":[2,1]}"#)));
    }

    #[test]
    fn a_replay_is_marked() {
        let stored = Stored::new(StatusCode::CREATED, &serde_json::json!({"id": 1}));
        let response = stored.into_response();
        assert_eq!(
            (
                response.status().as_u16(),
                &response.headers()["idempotency-replayed"]
            ),
            (201, &"true".parse().unwrap())
        );
    }
}
