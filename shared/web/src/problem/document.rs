//! The wire form of a problem, in one language.
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{Lang, Problem, Text, texts};

/// RFC 9457 problem document with the platform's members.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument {
    /// A name for the kind of problem; not a page.
    #[serde(rename = "type")]
    #[schema(example = "urn:hotline:problem:invalid_field")]
    pub kind: String,
    /// The kind of problem for people, in the language asked for.
    pub title: String,
    /// The HTTP status.
    #[schema(example = 400)]
    pub status: u16,
    /// The stable word to branch on.
    #[schema(example = "invalid_field")]
    pub code: String,
    /// This occurrence for people.
    pub detail: String,
    /// The bad field, as a path in the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "place.division")]
    pub field: Option<String>,
    /// Tell this to the operators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The trace of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// Members that only some codes have.
    #[serde(flatten)]
    #[schema(ignore)]
    pub extra: Map<String, Value>,
}

impl Problem {
    /// The document in `lang`; `texts` are the titles of the service's own codes.
    #[must_use]
    pub fn document(
        &self,
        lang: Lang,
        texts: &'static [Text],
        request_id: Option<String>,
    ) -> ProblemDocument {
        let inner = &self.inner;
        let detail = match (lang, &inner.detail_zh) {
            (Lang::Zh, Some(zh)) => zh,
            _ => &inner.detail,
        };
        ProblemDocument {
            kind: format!("urn:hotline:problem:{}", inner.code),
            title: texts::title(inner.code, inner.status, lang, texts).to_owned(),
            status: inner.status.as_u16(),
            code: inner.code.to_owned(),
            detail: detail.to_string(),
            field: inner.field.clone(),
            request_id,
            trace_id: telemetry::propagation::current_trace_id(),
            extra: inner.extra.clone(),
        }
    }
}
