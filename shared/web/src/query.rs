//! Query strings into a typed struct; a bad parameter is refused by name.
use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::json::field_problem;
use crate::{Problem, unstorable};

/// The query string. Types should `deny_unknown_fields`, so that a misspelt filter is not ignored.
#[derive(Debug, Clone, Copy, Default)]
pub struct Query<T>(pub T);

impl<T, S> FromRequestParts<S> for Query<T>
where
    T: DeserializeOwned,
    S: Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        parse(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    if unstorable::may_be_in_address(query) {
        let decoded: Vec<_> = pairs.collect();
        unstorable::refuse_in_parameters(decoded.iter().map(|(name, value)| (&**name, &**value)))?;
    }
    serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(pairs))
        .map_err(|error| field_problem(&error.path().to_string(), &error.inner().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Filter {
        unit: Option<String>,
        late: Option<bool>,
        limit: Option<u32>,
    }

    #[test]
    fn a_bad_parameter_is_named() {
        for (query, code, field) in [
            ("limit=many", "invalid_field", Some("limit")),
            ("late=1&limit=5", "invalid_field", Some("late")),
            ("colour=red", "unknown_field", Some("colour")),
            ("late=true&unit=a%00", "invalid_field", Some("unit")),
            ("unit=-9999-01-01", "invalid_field", Some("unit")),
            ("unit=%2B10000-01-01T00:00:00Z", "invalid_field", Some("unit")),
        ] {
            let problem = parse::<Filter>(query).unwrap_err();
            assert_eq!((problem.code(), problem.field_name()), (code, field), "{query}");
        }
        let filter = Filter {
            unit: Some("街道 1".into()),
            late: Some(true),
            limit: None,
        };
        assert_eq!(
            parse::<Filter>("unit=%E8%A1%97%E9%81%93+1&late=true").unwrap(),
            filter
        );
    }
}
