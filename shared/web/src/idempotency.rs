//! Creating requests that may be repeated: the header, and what tells a repetition from another request.
//!
//! Where key and fingerprint are kept is the service's business: in the row the request made, under a
//! unique index, so that a key counts exactly when it did something.
mod key;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::Problem;

pub use key::IdempotencyKey;

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

/// The refusal of a key that was used for a request with another fingerprint.
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
    use serde_json::Value;

    #[test]
    fn the_fingerprint_ignores_the_order_of_members() {
        let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let one = request_hash(&parse(r#"{"a":1,"b":[1,2]}"#));
        assert_eq!(one, request_hash(&parse(r#"{ "b": [1,2], "a": 1 }"#)));
        assert_ne!(one, request_hash(&parse(r#"{"a":1,"b":[2,1]}"#)));
    }
}
