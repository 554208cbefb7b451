//! A service of three handlers: the smallest that shows every habit.
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use futures::FutureExt as _;
use http::{HeaderMap, Method, Request, StatusCode, header};
use jsonwebtoken::EncodingKey;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use telemetry::Metrics;
use tower::ServiceExt as _;
use utoipa::ToSchema;
use utoipa::openapi::OpenApi;
use web::auth::{KeyAuth, Principal, Role, Verifier};
use web::dev_issuer::DevIssuer;
use web::{
    HttpConfig, IdempotencyKey, Json, Lang, Parts, Path, Problem, ProblemShape, Query, Table, Text, routes,
};

pub const TEXTS: &[Text] = &[Text::new("note_locked", "the note is locked", "便笺已锁定")];

/// Largest body of the one route that takes more than the others.
pub const IMPORT_MAX_BYTES: usize = 3000;

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Note {
    text: String,
    place: Place,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    division: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    limit: Option<u32>,
}

#[utoipa::path(post, path = "/v1/notes", params(IdempotencyKey), responses((status = 201, body = Note)))]
async fn write_note(
    _principal: Principal,
    _key: IdempotencyKey,
    Json(note): Json<Note>,
) -> Result<(StatusCode, Json<Note>), Problem> {
    match note.text.as_str() {
        "panic" => panic!("asked to"),
        "fail" => Err(Problem::internal(&std::io::Error::other(
            "the disk of 13812345678 is full",
        ))),
        "slow" => std::future::pending().await,
        "locked" => Err(Problem::conflict("note_locked", "until Monday").detail_zh("至周一")),
        _ => Ok((StatusCode::CREATED, Json(note))),
    }
}

#[utoipa::path(post, path = "/v1/notes/import", request_body = Note, responses((status = 200, body = Note)))]
async fn import_note(Json(note): Json<Note>) -> Json<Note> {
    Json(note)
}

#[utoipa::path(get, path = "/v1/units/{unit}/notes/{note_id}", params(("unit" = String, Path), ("note_id" = uuid::Uuid, Path)))]
async fn get_note(
    principal: Principal,
    Path((unit, note_id)): Path<(String, uuid::Uuid)>,
    Query(filter): Query<Filter>,
) -> Result<Json<Value>, Problem> {
    principal.require_unit(&unit)?;
    let limit = web::page::limit(filter.limit)?;
    Ok(Json(
        serde_json::json!({ "note_id": note_id, "limit": limit, "caller": principal.subject }),
    ))
}

#[utoipa::path(get, path = "/v1/greeting")]
async fn greet(lang: Lang) -> &'static str {
    lang.pick("hello", "您好")
}

pub struct App {
    pub router: Router,
    pub openapi: OpenApi,
    pub issuer: DevIssuer,
    pub metrics: Metrics,
    key_file: PathBuf,
}

impl Drop for App {
    fn drop(&mut self) {
        std::fs::remove_file(&self.key_file).ok();
    }
}

pub fn app() -> App {
    app_with(HttpConfig {
        timeout_ms: 200,
        body_max_bytes: 1000,
        ..HttpConfig::default()
    })
}

pub fn app_with(config: HttpConfig) -> App {
    let key_file = std::env::temp_dir().join(format!("dev-issuer-{}.pem", uuid::Uuid::new_v4()));
    let issuer = DevIssuer::open(&key_file, "http://issuer", "hotline").unwrap();
    let table = Table::new("notes", "1.0.0")
        .add(routes!(write_note), &[Role::Agent, Role::Admin])
        .add_large(routes!(import_note), &[Role::Agent], IMPORT_MAX_BYTES)
        .add(routes!(get_note), &[Role::UnitOperator, Role::Supervisor])
        .public(routes!(greet), "a greeting is for everybody")
        .problems_as(ProblemShape {
            prefix: "/standard/",
            tell: |path, headers, problem| {
                let lang = Lang::from_headers(headers);
                let told = format!("{path}: {} {}", problem.code(), problem.detail(lang));
                ("text/plain", told.into_bytes())
            },
        });
    let metrics = Metrics::new("notes");
    let openapi = table.openapi();
    let parts = Parts {
        verifier: Verifier::new(&issuer.auth_config()).unwrap(),
        keys: vec![KeyAuth {
            prefix: "uk_",
            lookup: Arc::new(|key| async move { lookup(&key) }.boxed()),
        }],
        metrics: metrics.clone(),
        config,
        texts: TEXTS,
    };
    App {
        router: web::router(table, parts),
        openapi,
        issuer,
        metrics,
        key_file,
    }
}

fn lookup(key: &str) -> Result<Option<Principal>, Problem> {
    match key {
        "uk_good" => Ok(Some(Principal {
            subject: "key:1".into(),
            roles: [Role::UnitOperator].into_iter().collect(),
            unit: Some("water".into()),
            name: None,
        })),
        "uk_store_down" => Err(Problem::unavailable(5)),
        _ => Ok(None),
    }
}

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
    pub text: String,
}

impl Answer {
    pub fn code(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }
}

impl App {
    pub fn token(&self, role: Role) -> String {
        self.issuer
            .mint(role, Some("water"), "person-1", Duration::from_secs(60))
    }

    /// Signs any claims with the application's own key.
    pub fn sign(&self, claims: &Value) -> String {
        let key = EncodingKey::from_ed_pem(&std::fs::read(&self.key_file).unwrap()).unwrap();
        let good = self.token(Role::Agent);
        let header = jsonwebtoken::decode_header(&good).unwrap();
        jsonwebtoken::encode(&header, claims, &key).unwrap()
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: serde_json::from_str(&text).unwrap_or_default(),
            text,
        }
    }

    pub async fn get(&self, path: &str, token: &str) -> Answer {
        self.send(request(Method::GET, path, token).body(Body::empty()).unwrap())
            .await
    }

    pub async fn write(&self, body: impl Into<Body>) -> Answer {
        self.write_to("/v1/notes", body).await
    }

    pub async fn write_to(&self, path: &str, body: impl Into<Body>) -> Answer {
        let request = request(Method::POST, path, &self.token(Role::Agent))
            .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
            .header("idempotency-key", "k-1");
        self.send(request.body(body.into()).unwrap()).await
    }
}

pub fn request(method: Method, path: &str, token: &str) -> http::request::Builder {
    let request = Request::builder().method(method).uri(path);
    if token.is_empty() {
        request
    } else {
        request.header(header::AUTHORIZATION, format!("Bearer {token}"))
    }
}

pub fn note(text: &str) -> String {
    serde_json::json!({ "text": text, "place": { "division": "370102" } }).to_string()
}
