//! JSON bodies in and out. A body that does not fit is refused with the path of the bad field.
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Problem, unstorable};

/// A JSON body. As an extractor it must come last; types should `deny_unknown_fields`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Json<T>(pub T);

impl<T, S> FromRequest<S> for Json<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        if !is_json(request.headers()) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "send the body with content-type application/json",
            ));
        }
        let limit = request.extensions().get::<BodyLimit>().copied();
        let bytes = Bytes::from_request(request, state).await;
        let bytes = bytes.map_err(|rejection| unreadable(rejection, limit))?;
        from_slice(&bytes).map(Self)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
            Err(error) => Problem::internal(&error).into_response(),
        }
    }
}

/// Parses a document with the same problems as the extractor; also for documents from NATS.
///
/// # Errors
/// A 400 problem that names the field.
pub(crate) fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut input = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut input).map_err(|error| {
        let path = error.path().to_string();
        refused(&path, error.inner())
    })?;
    input.end().map_err(|error| refused(".", &error))?;
    unstorable::refuse_in_json(bytes)?;
    Ok(value)
}

impl<T: DeserializeOwned> Json<T> {
    /// Parses a document that did not come over HTTP, with the same problems.
    ///
    /// # Errors
    /// A 400 problem that names the field.
    pub fn parse(bytes: &[u8]) -> Result<T, Problem> {
        from_slice(bytes)
    }
}

fn refused(path: &str, error: &serde_json::Error) -> Problem {
    if !error.is_data() {
        let place = format!("line {}, column {}", error.line(), error.column());
        return Problem::bad_request("malformed_json", format!("not valid JSON at {place}"));
    }
    let message = error.to_string();
    // serde_json appends the place, which says little beside the path.
    let message = message
        .rsplit_once(" at line ")
        .map_or(message.as_str(), |(text, _)| text);
    field_problem(path, message)
}

/// Sorts a serde message into unknown, missing and invalid, with the full path of the field.
pub(crate) fn field_problem(path: &str, message: &str) -> Problem {
    let path = if path == "." { "" } else { path };
    for (prefix, code) in [
        ("unknown field `", "unknown_field"),
        ("missing field `", "missing_field"),
    ] {
        if let Some(name) = message
            .strip_prefix(prefix)
            .and_then(|rest| rest.split('`').next())
        {
            let known_end = path == name || path.ends_with(&format!(".{name}"));
            let field = match path {
                _ if known_end => path.to_owned(),
                "" => name.to_owned(),
                _ => format!("{path}.{name}"),
            };
            return Problem::bad_request(code, message.to_owned()).field(field);
        }
    }
    let problem = Problem::bad_request("invalid_field", message.to_owned());
    if path.is_empty() {
        problem
    } else {
        problem.field(path)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// Most bytes that the body of a request may have on its route.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyLimit(pub(crate) usize);

pub(crate) fn too_large(limit: Option<BodyLimit>) -> Problem {
    let problem = |detail: String| Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail);
    match limit {
        Some(BodyLimit(bytes)) => problem(format!(
            "at most {bytes} bytes are read here: send less, or in parts"
        ))
        .detail_zh(format!("此处至多接收{bytes}字节，请减少内容或分次提交")),
        None => problem("send less, or in parts".to_owned()).detail_zh("请减少内容或分次提交"),
    }
}

// By value, because it is the argument of `map_err`.
#[expect(clippy::needless_pass_by_value, reason = "shape of map_err")]
fn unreadable(rejection: BytesRejection, limit: Option<BodyLimit>) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large(limit);
    }
    Problem::bad_request("malformed_json", "the body could not be read")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only parsed")]
    struct Place {
        division: String,
        longitude: Option<f64>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only parsed")]
    struct Complaint {
        title: String,
        place: Place,
        #[serde(default)]
        demands: Vec<Place>,
    }

    #[test]
    fn the_field_is_named_with_its_path() {
        for (body, code, field) in [
            ("{", "malformed_json", None),
            ("[]x", "invalid_field", None),
            (
                r#"{"title":"t","place":{"division":"370102"}} x"#,
                "malformed_json",
                None,
            ),
            (r#"{"title":1}"#, "invalid_field", Some("title")),
            (r#"{"title":"t"}"#, "missing_field", Some("place")),
            (
                r#"{"title":"t","place":{}}"#,
                "missing_field",
                Some("place.division"),
            ),
            (
                r#"{"title":"t","place":{"division":5}}"#,
                "invalid_field",
                Some("place.division"),
            ),
            (
                r#"{"title":"t","place":{"division":"d","x":1}}"#,
                "unknown_field",
                Some("place.x"),
            ),
            (r#"{"titel":"t"}"#, "unknown_field", Some("titel")),
            (
                r#"{"title":"t","place":{"division":"d"},"demands":[{"division":"d","longitude":"e"}]}"#,
                "invalid_field",
                Some("demands[0].longitude"),
            ),
        ] {
            let problem = Json::<Complaint>::parse(body.as_bytes()).unwrap_err();
            assert_eq!((problem.code(), problem.field_name()), (code, field), "{body}");
        }
        assert!(Json::<Complaint>::parse(br#"{"title":"t","place":{"division":"d"}}"#).is_ok());
        let nul = br#"{"title":"t","place":{"division":"a\u0000b"}}"#;
        let problem = Json::<Complaint>::parse(nul).unwrap_err();
        assert_eq!(
            (problem.code(), problem.field_name()),
            ("invalid_field", Some("place.division"))
        );
    }
}
