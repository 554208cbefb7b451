//! The `Idempotency-Key` header.
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::HeaderMap;
use http::request::Parts;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{ObjectBuilder, Required, Type};

use crate::Problem;

const HEADER: &str = "Idempotency-Key";
/// Longest key.
const KEY_MAX: usize = 128;

/// The key of a creating request: 1 to 128 visible ASCII characters, best a fresh UUID.
///
/// As an extractor it is required; `Option<IdempotencyKey>` makes it optional (a malformed one is
/// refused either way). In `#[utoipa::path(params(IdempotencyKey))]` it documents the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(pub String);

impl IdempotencyKey {
    fn from_headers(headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        let Some(value) = headers.get(HEADER) else {
            return Ok(None);
        };
        let visible =
            |key: &&str| (1..=KEY_MAX).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
        match value.to_str().ok().filter(visible) {
            Some(key) => Ok(Some(Self(key.to_owned()))),
            None => Err(Problem::bad_request(
                "idempotency_key_invalid",
                "use 1 to 128 visible ASCII characters",
            )
            .detail_zh("须为 1 至 128 个可见 ASCII 字符")
            .field(HEADER)),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Self::from_headers(&parts.headers)?.ok_or_else(|| {
            Problem::bad_request("idempotency_key_missing", "send a fresh UUID as Idempotency-Key")
                .detail_zh("请在 Idempotency-Key 头中提供新的 UUID")
                .field(HEADER)
        })
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Option<Self>, Self::Rejection> {
        Self::from_headers(&parts.headers)
    }
}

impl IntoParams for IdempotencyKey {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(KEY_MAX))
            .build();
        let parameter = ParameterBuilder::new()
            .name(HEADER)
            .parameter_in(ParameterIn::Header)
            .required(Required::True)
            .description(Some(
                "Repeat with the same key after a failure: the work is done once.",
            ))
            .schema(Some(schema))
            .build();
        vec![parameter]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_short_and_visible() {
        let parse = |value: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(HEADER, http::HeaderValue::from_bytes(value).unwrap());
            IdempotencyKey::from_headers(&headers)
        };
        assert_eq!(parse(b"a-1").unwrap(), Some(IdempotencyKey("a-1".into())));
        for bad in [b"".as_slice(), b"a b", "é".as_bytes(), &[b'a'; 129]] {
            assert_eq!(parse(bad).unwrap_err().code(), "idempotency_key_invalid");
        }
        assert_eq!(IdempotencyKey::from_headers(&HeaderMap::new()).unwrap(), None);
    }
}
