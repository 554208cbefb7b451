//! `/v1/apps`: the citizens' apps that use the standard door, and their keys.
use super::error;
use crate::ctx::Ctx;
use crate::domain::app::App;
use crate::usecases::keep_apps;
use axum::extract::State;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use web::auth::Principal;
use web::{Json, Path, Problem};

const KEY_PREFIX: &str = "ak_";

/// What is stored of a key and looked up. No salt: 256 random bits cannot be guessed.
pub(super) fn key_hash(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

/// A citizens' app.
#[derive(Serialize, ToSchema)]
pub(super) struct AppAnswer {
    code: String,
    name: String,
    contact: String,
    active: bool,
    posts_per_hour_max: i32,
}

impl From<App> for AppAnswer {
    fn from(app: App) -> Self {
        Self {
            code: app.code,
            name: app.name,
            contact: app.contact,
            active: app.active,
            posts_per_hour_max: app.posts_per_hour_max,
        }
    }
}

/// What is known of an app.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PutAppBody {
    /// At most 60 characters.
    #[schema(example = "掌上城市")]
    name: String,
    /// Whom to ask when it misbehaves, at most 200 characters.
    contact: String,
    /// False = its key opens nothing.
    #[serde(default = "yes")]
    #[schema(default = true)]
    active: bool,
    /// Requests it may post in one hour, 1 to 100000.
    #[schema(example = 1000)]
    posts_per_hour_max: i32,
}

const fn yes() -> bool {
    true
}

/// Keeps what is known of an app; its key stays.
#[utoipa::path(
    put, path = "/v1/apps/{code}", params(("code" = String, Path)), request_body = PutAppBody,
    responses((status = 200, body = AppAnswer), (status = 422, description = "`field` names the place"))
)]
pub(super) async fn put_app(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(code): Path<String>,
    Json(body): Json<PutAppBody>,
) -> Result<Json<AppAnswer>, Problem> {
    let app = App {
        code,
        name: body.name,
        contact: body.contact,
        active: body.active,
        posts_per_hour_max: body.posts_per_hour_max,
    };
    let app = app.checked().map_err(error::invalid)?;
    let by = format!("agent:{}", principal.subject);
    keep_apps::put_app(&ctx.db, &app, &by)
        .await
        .map_err(|problem| error::database(&problem))?;
    Ok(Json(app.into()))
}

/// The apps, by code.
#[derive(Serialize, ToSchema)]
pub(super) struct AppsAnswer {
    items: Vec<AppAnswer>,
}

/// The apps, by code.
#[utoipa::path(get, path = "/v1/apps", responses((status = 200, body = AppsAnswer)))]
pub(super) async fn list_apps(State(ctx): State<Ctx>) -> Result<Json<AppsAnswer>, Problem> {
    let found = keep_apps::list_apps(&ctx.db).await;
    let found = found.map_err(|problem| error::database(&problem))?;
    Ok(Json(AppsAnswer {
        items: found.into_iter().map(Into::into).collect(),
    }))
}

/// With what an app calls.
#[derive(Serialize, ToSchema)]
pub(super) struct AppKey {
    /// `api_key` of the standard, or `Authorization: Bearer`.
    key: String,
}

/// Makes the key of an app; the one of before ends. Shown now and never again.
#[utoipa::path(
    post, path = "/v1/apps/{code}/keys", params(("code" = String, Path)),
    responses((status = 201, body = AppKey), (status = 404, description = "`app_unknown`"))
)]
pub(super) async fn issue_app_key(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(code): Path<String>,
) -> Result<(StatusCode, Json<AppKey>), Problem> {
    let key = format!(
        "{KEY_PREFIX}{}",
        URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
    );
    let by = format!("agent:{}", principal.subject);
    let known = keep_apps::issue_key(&ctx.db, &code, &key_hash(&key), &by)
        .await
        .map_err(|problem| error::database(&problem))?;
    if !known {
        return Err(Problem::not_found("app_unknown", "put it first").detail_zh("请先登记该应用"));
    }
    Ok((StatusCode::CREATED, Json(AppKey { key })))
}
