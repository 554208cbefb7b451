//! `POST /open311/v2/requests`: an app registers a complaint.
use super::super::error;
use super::door::{Answer, Door, Refused, app_of, jurisdiction};
use super::posted::PostedForm;
use crate::ctx::Ctx;
use crate::domain::complaint::{Attempt, Receipt};
use crate::usecases::keep_apps;
use crate::usecases::register_complaint::{RegisterRefusal, Registered, Registration};
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use contracts::cause::{Asked, Cause};
use db::ExecuteError;
use serde_json::json;
use web::{IdempotencyKey, Problem};

const FORM: &str = "application/x-www-form-urlencoded";

/// Who registered what an app brought.
pub(super) fn actor(app: &str) -> String {
    format!("app:{app}")
}

/// Registers a service request. Needs the key of an app; repeated with the same `Idempotency-Key` it gets the same number.
#[utoipa::path(post, path = "/open311/v2/requests", tag = "open311",
    params(("Idempotency-Key" = Option<String>, Header, description = "best a fresh UUID; GET tokens finds the number by it")),
    request_body(content = PostedForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 201, description = "a list of one", content_type = "application/json"),
        (status = 403, description = "`api_key` is missing or invalid", content_type = "application/json"),
        (status = 404, description = "`service_code` or `jurisdiction_id` was not found", content_type = "application/json"),
        (status = 422, description = "the key was used for another request", content_type = "application/json")))]
pub(super) async fn post_request(
    State(ctx): State<Ctx>,
    door: Door,
    key: Result<Option<IdempotencyKey>, Problem>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let answer = match form_only(&headers) {
        Ok(()) => post(&ctx, &door, key, body).await,
        Err(refused) => Err(refused),
    };
    door.answer(answer)
}

/// The standard knows forms only; several of its clients do not say so. Files have no place in it: pictures are addresses.
fn form_only(headers: &HeaderMap) -> Result<(), Refused> {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else {
        return Ok(());
    };
    let essence = kind
        .to_str()
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default();
    if essence.trim().eq_ignore_ascii_case(FORM) {
        return Ok(());
    }
    Err(Refused::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        format!("send {FORM}; media are addresses, in media_url"),
        format!("请以 {FORM} 提交；图片以 media_url 提供地址"),
    ))
}

async fn post(
    ctx: &Ctx,
    door: &Door,
    key: Result<Option<IdempotencyKey>, Problem>,
    body: Result<Bytes, BytesRejection>,
) -> Answer {
    let large = |_| {
        Refused::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "the request is too large",
            "请求过大",
        )
    };
    let body = body.map_err(large)?;
    let mut pairs: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let form = PostedForm::read(&pairs)?;
    let app = match (&form.api_key, door.app(ctx).await?) {
        (_, Some(app)) => app,
        (key, None) => app_of(ctx, key.as_deref().unwrap_or_default()).await?,
    };
    jurisdiction(ctx, form.jurisdiction_id.as_deref())?;
    let missing = || Refused::bad("service_code", "must be given", "必填");
    let code = form.service_code.clone().ok_or_else(missing)?;
    let directory = ctx.directory.get();
    // As long as no directory was published, every code is believed; an unknown one may stand in a repeat.
    let entry = directory
        .as_ref()
        .and_then(|directory| directory.matters.get(&code));
    let service = entry.map_or(&code, |entry| &entry.name);
    let complaint = form.draft(&code, service)?.checked()?;
    // What the directory of today says, which may have been another when the first of these requests came.
    let against = directory
        .as_ref()
        .and_then(|directory| directory.check(&complaint).err());
    if against.is_none() && !keep_apps::count_post(&ctx.db, &app).await? {
        let status = StatusCode::TOO_MANY_REQUESTS;
        return Err(Refused::new(
            status,
            "this app has posted all it may in this hour",
            "本小时提交数量已达上限",
        ));
    }
    pairs.retain(|(name, _)| name != "api_key");
    let attempt = key?.map(|IdempotencyKey(key)| Attempt {
        key,
        hash: web::idempotency::request_hash(&pairs),
    });
    let asked = Asked {
        cause: Cause::asked_by(actor(&app), telemetry::propagation::current_traceparent()),
        command: Registration {
            complaint,
            attempt,
            number: None,
            kept_elsewhere: None,
            reply_address: None,
            against,
            app: Some(app),
        },
    };
    let registered = ctx.register.execute(asked).await;
    let (Registered::New(receipt) | Registered::Known(receipt) | Registered::Repeated(receipt)) =
        registered.map_err(refused)?;
    Ok(created(&receipt, door))
}

fn refused(problem: ExecuteError<RegisterRefusal>) -> Refused {
    match problem {
        ExecuteError::Refused(RegisterRefusal::KeyReused) => Refused::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Idempotency-Key: used for a different request",
            "Idempotency-Key：已用于其他请求",
        ),
        ExecuteError::Refused(RegisterRefusal::Invalid(rule)) if rule.field == "matter" => {
            Refused::unknown("service_code")
        }
        ExecuteError::Refused(RegisterRefusal::Invalid(rule)) => rule.into(),
        other => error::register(other).into(),
    }
}

fn created(receipt: &Receipt, door: &Door) -> (StatusCode, &'static str, serde_json::Value) {
    let notice = door.lang.pick(
        "Registered; in danger call 110, 119 or 120.",
        "已登记。遇紧急危险请拨打 110、119 或 120。",
    );
    let request =
        |number: &str| json!({ "service_request_id": number, "service_notice": notice, "account_id": null });
    let requests = receipt
        .orders
        .iter()
        .map(|order| request(&order.order_number))
        .collect();
    (StatusCode::CREATED, "service_requests", requests)
}
