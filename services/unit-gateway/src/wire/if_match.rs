//! `If-Match`: the unit says on which state of the assignment it acts; an older one has no effect.
use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;
use web::Problem;

/// Generation and rework round that the unit knows, if it said so.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct IfMatch(pub Option<(i32, i32)>);

/// The `ETag` of an order: `"<generation>.<rework>"`.
#[must_use]
pub fn etag(generation: i32, rework: i32) -> String {
    format!("\"{generation}.{rework}\"")
}

impl IfMatch {
    /// From the value of the header; absent and `*` say nothing.
    ///
    /// # Errors
    /// A 400 problem for field `If-Match`.
    pub fn read(value: Option<&str>) -> Result<Self, Problem> {
        let Some(value) = value.map(str::trim).filter(|value| *value != "*") else {
            return Ok(Self(None));
        };
        let known = value
            .strip_prefix('"')
            .and_then(|value| value.strip_suffix('"'))
            .and_then(|value| value.split_once('.'))
            .and_then(|(generation, rework)| Some((generation.parse().ok()?, rework.parse().ok()?)));
        known.map(|known| Self(Some(known))).ok_or_else(|| {
            Problem::bad_request("invalid_field", "send the ETag of the order unchanged")
                .detail_zh("请原样使用工单的 ETag")
                .field("If-Match")
        })
    }

    fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        match headers.get(http::header::IF_MATCH) {
            None => Ok(Self(None)),
            Some(value) => Self::read(Some(value.to_str().unwrap_or_default())),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        Self::of(&parts.headers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_of_an_order_is_read_and_nothing_else() {
        assert_eq!(IfMatch::read(Some(&etag(2, 1))).unwrap(), IfMatch(Some((2, 1))));
        for nothing in [None, Some("*"), Some(" * ")] {
            assert_eq!(IfMatch::read(nothing).unwrap(), IfMatch(None));
        }
        for bad in ["", "2.1", "\"2\"", "W/\"2.1\"", "\"2.1\", \"3.0\"", "\"a.b\""] {
            assert!(IfMatch::read(Some(bad)).is_err(), "{bad}");
        }
    }
}
