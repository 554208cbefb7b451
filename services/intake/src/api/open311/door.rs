//! What every method of the standard shares: the format, the language, the key, the query, and errors in its own shape.
use super::super::error;
use super::xml;
use crate::ctx::Ctx;
use crate::domain::invalid::Invalid;
use crate::usecases::keep_apps;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use db::DbError;
use serde_json::{Value, json};
use std::convert::Infallible;
use web::{Lang, Problem, ProblemShape};

/// JSON or XML.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Format {
    Json,
    Xml,
}

/// A request at the door.
#[derive(Clone, Debug)]
pub(super) struct Door {
    format: Format,
    pub(super) lang: Lang,
    /// The key of `Authorization: Bearer`.
    key: Option<String>,
    query: Vec<(String, String)>,
}

impl<S: Sync> FromRequestParts<S> for Door {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self {
            format: format(parts.uri.path(), &parts.headers),
            lang: Lang::from_headers(&parts.headers),
            key: web::auth::bearer(&parts.headers).map(str::to_owned),
            query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        })
    }
}

/// By the extension; without one by `Accept`; JSON when that does not say.
fn format(path: &str, headers: &HeaderMap) -> Format {
    if path.ends_with(".json") {
        return Format::Json;
    }
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let accepts = |kind: &str| accept.is_some_and(|accept| accept.contains(kind));
    if path.ends_with(".xml") || (accepts("xml") && !accepts("json")) {
        Format::Xml
    } else {
        Format::Json
    }
}

/// The last parameter of a path without its extension.
pub(super) fn without_extension(parameter: &str) -> &str {
    let bare = parameter
        .strip_suffix(".json")
        .or_else(|| parameter.strip_suffix(".xml"));
    bare.unwrap_or(parameter)
}

/// Why a request is not answered, as the standard shapes it.
#[derive(Debug)]
pub(super) struct Refused {
    status: StatusCode,
    en: String,
    zh: String,
}

impl Refused {
    pub(super) fn new(status: StatusCode, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self {
            status,
            en: en.into(),
            zh: zh.into(),
        }
    }

    pub(super) fn bad(field: &str, en: &str, zh: &str) -> Self {
        let status = StatusCode::BAD_REQUEST;
        Self::new(status, format!("{field}: {en}"), format!("{field}：{zh}"))
    }

    pub(super) fn unknown(field: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            format!("{field} was not found"),
            format!("没有该 {field}"),
        )
    }
}

impl From<Invalid> for Refused {
    fn from(invalid: Invalid) -> Self {
        Self::bad(&invalid.field, &invalid.rule, &invalid.rule_zh)
    }
}

/// What is the same for every door: too large, a database that is away.
impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        let (en, zh) = (problem.detail(Lang::En), problem.detail(Lang::Zh));
        Self::new(problem.status(), en, zh)
    }
}

impl From<DbError> for Refused {
    fn from(problem: DbError) -> Self {
        error::database(&problem).into()
    }
}

/// What the port itself refuses, before or around every method: too many requests, an overload, an address that is none.
pub(super) const PORT: ProblemShape = ProblemShape {
    prefix: "/open311/",
    tell: |path, headers, problem| {
        let format = format(path, headers);
        let description = problem.detail(Lang::from_headers(headers));
        let told = written(format, "errors", &errors(problem.status(), description));
        // A list of two texts can be written.
        (format.media_type(), told.unwrap_or_default())
    },
};

fn errors(status: StatusCode, description: &str) -> Value {
    json!([{ "code": status.as_u16(), "description": description }])
}

impl Format {
    const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::Xml => "text/xml; charset=utf-8",
        }
    }
}

fn written(format: Format, root: &str, value: &Value) -> std::io::Result<Vec<u8>> {
    match format {
        Format::Json => Ok(value.to_string().into_bytes()),
        Format::Xml => xml::document(root, value),
    }
}

/// What a method answers: the name of the list, and the list.
pub(super) type Answer = Result<(StatusCode, &'static str, Value), Refused>;

impl Door {
    /// The answer in the format asked for.
    pub(super) fn answer(&self, answer: Answer) -> Response {
        let (status, root, value) = answer.unwrap_or_else(|refused| {
            let description = self.lang.pick(refused.en, refused.zh);
            (refused.status, "errors", errors(refused.status, &description))
        });
        let bytes = match written(self.format, root, &value) {
            Ok(bytes) => bytes,
            Err(problem) => return Problem::internal(&problem).into_response(),
        };
        let language = HeaderValue::from_static(self.lang.tag());
        let kind = HeaderValue::from_static(self.format.media_type());
        let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_LANGUAGE, language)];
        (status, headers, bytes).into_response()
    }

    /// The one value of a parameter; empty is absent.
    pub(super) fn one(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(given, _)| given == name);
        found
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// The values of a parameter, given several times or separated by commas.
    pub(super) fn many(&self, name: &str, max: usize) -> Result<Vec<String>, Refused> {
        let given = self.query.iter().filter(|(given, _)| given == name);
        let values = given.flat_map(|(_, value)| value.split(','));
        let values: Vec<String> = values
            .map(|value| value.trim().to_owned())
            .filter(|v| !v.is_empty())
            .collect();
        if values.len() > max {
            return Err(Refused::bad(
                name,
                &format!("at most {max}"),
                &format!("最多 {max} 项"),
            ));
        }
        Ok(values)
    }

    /// Refuses what no parameter may hold, and another city's requests.
    pub(super) fn check(&self, ctx: &Ctx) -> Result<(), Refused> {
        if let Some((name, _)) = self
            .query
            .iter()
            .find(|(name, value)| name.contains('\0') || value.contains('\0'))
        {
            let name = name.replace('\0', "");
            return Err(Refused::bad(
                &name,
                "must not contain the character NUL",
                "不得包含空字符",
            ));
        }
        jurisdiction(ctx, self.one("jurisdiction_id"))
    }

    /// The app whose key was sent; `None` without one, refused with a wrong one.
    pub(super) async fn app(&self, ctx: &Ctx) -> Result<Option<String>, Refused> {
        match &self.key {
            Some(key) => app_of(ctx, key).await.map(Some),
            None => Ok(None),
        }
    }
}

/// A city has one jurisdiction: it may be left out.
pub(super) fn jurisdiction(ctx: &Ctx, given: Option<&str>) -> Result<(), Refused> {
    let own = &ctx.open311.jurisdiction_id;
    match given {
        Some(given) if !own.is_empty() && given != own => Err(Refused::unknown("jurisdiction_id")),
        _ => Ok(()),
    }
}

/// The app with this key.
pub(super) async fn app_of(ctx: &Ctx, key: &str) -> Result<String, Refused> {
    let found = keep_apps::holder(&ctx.db, &super::super::apps::key_hash(key)).await?;
    found.ok_or_else(|| {
        Refused::new(
            StatusCode::FORBIDDEN,
            "api_key is missing or invalid",
            "api_key 缺失或无效",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_decides_and_then_what_is_accepted() {
        let accepting = |accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            headers
        };
        let bare = "/open311/v2/services";
        for (path, accept, expected) in [
            ("/open311/v2/services.xml", "application/json", Format::Xml),
            ("/open311/v2/services.json", "text/xml", Format::Json),
            (bare, "text/xml", Format::Xml),
            (bare, "application/xml, application/json", Format::Json),
            (bare, "*/*", Format::Json),
        ] {
            assert_eq!(format(path, &accepting(accept)), expected, "{path} {accept}");
        }
        assert_eq!(without_extension("260302000001-1.xml"), "260302000001-1");
    }
}
