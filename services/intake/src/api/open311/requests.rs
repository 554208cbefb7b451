//! `GET /open311/v2/requests`, one of them, and the number of one that was posted with a key of the app's own.
use super::super::views::local;
use super::door::{Answer, Door, Refused, without_extension};
use crate::ctx::Ctx;
use crate::domain::service_request::{ServiceRequest, Shown};
use crate::usecases::list_service_requests::{Span, Wanted, list_service_requests, number_of_token};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use web::{Lang, Path, Problem};

/// A range of dates may span so many days; without one it is the newest of them.
const DAYS_MAX: i64 = 90;
const PAGE_SIZE: u32 = 50;
const PAGE_SIZE_MAX: u32 = 100;
const PAGE_MAX: u32 = 1_000;
const IDS_MAX: usize = 100;

/// Service requests, the newest first. Without the key of an app: those of all apps, without what was written and where
/// exactly. With it (`Authorization: Bearer`): its own in full as well.
#[utoipa::path(get, path = "/open311/v2/requests", tag = "open311",
    params(
        ("jurisdiction_id" = Option<String>, Query),
        ("service_request_id" = Option<String>, Query, description = "several with commas, at most 100; then nothing else counts"),
        ("service_code" = Option<String>, Query, description = "several with commas"),
        ("status" = Option<String>, Query, description = "open, closed"),
        ("start_date" = Option<String>, Query, description = "RFC 3339; at most 90 days before end_date"),
        ("end_date" = Option<String>, Query),
        ("updated_after" = Option<String>, Query, description = "then the dates of the requests themselves do not count unless given"),
        ("updated_before" = Option<String>, Query),
        ("page" = Option<u32>, Query, description = "from 1"),
        ("page_size" = Option<u32>, Query, description = "at most 100, 50 without it"),
    ),
    responses((status = 200, description = "list of requests", content_type = "application/json"),
        (status = 403, description = "the city lists nothing publicly, or the key is wrong", content_type = "application/json"),
        (status = 404, description = "`jurisdiction_id` was not found", content_type = "application/json")))]
pub(super) async fn list_requests(State(ctx): State<Ctx>, door: Door) -> Response {
    let answer = list(&ctx, &door).await;
    door.answer(answer)
}

async fn list(ctx: &Ctx, door: &Door) -> Answer {
    door.check(ctx)?;
    let viewer = viewer(ctx, door).await?;
    let numbers = door.many("service_request_id", IDS_MAX)?;
    let (page, size) = pages(door)?;
    let wanted = if numbers.is_empty() {
        Wanted {
            matters: door.many("service_code", IDS_MAX)?,
            open: status(door)?,
            ..times(door, ctx.db.clock().now())?
        }
    } else {
        Wanted {
            numbers,
            ..Wanted::default()
        }
    };
    let wanted = Wanted {
        app: viewer,
        listed: ctx.open311.public_listing,
        ..wanted
    };
    let found = list_service_requests(&ctx.db, &wanted, page - 1, size).await?;
    Ok((
        StatusCode::OK,
        "service_requests",
        views(ctx, door.lang, wanted.app.as_deref(), found),
    ))
}

/// Who looks: an app, or everybody where the city allows it.
async fn viewer(ctx: &Ctx, door: &Door) -> Result<Option<String>, Refused> {
    let app = door.app(ctx).await?;
    if app.is_none() && !ctx.open311.public_listing {
        let status = StatusCode::FORBIDDEN;
        return Err(Refused::new(
            status,
            "this city lists nothing without an api_key",
            "本市不公开列表，须提供 api_key",
        ));
    }
    Ok(app)
}

fn pages(door: &Door) -> Result<(u32, u32), Refused> {
    let number = |name: &str, default: u32, max: u32| match door.one(name).map(str::parse::<u32>) {
        None => Ok(default),
        Some(Ok(number)) if (1..=max).contains(&number) => Ok(number),
        Some(_) => Err(Refused::bad(
            name,
            &format!("must be 1 to {max}"),
            &format!("须为 1 至 {max}"),
        )),
    };
    Ok((
        number("page", 1, PAGE_MAX)?,
        number("page_size", PAGE_SIZE, PAGE_SIZE_MAX)?,
    ))
}

/// Open, closed, or any when both are wanted.
fn status(door: &Door) -> Result<Option<bool>, Refused> {
    let mut wanted = Vec::new();
    for word in door.many("status", IDS_MAX)? {
        wanted.push(match word.as_str() {
            "open" => true,
            "closed" => false,
            _ => {
                return Err(Refused::bad(
                    "status",
                    "must be open or closed",
                    "须为 open 或 closed",
                ));
            }
        });
    }
    wanted.dedup();
    Ok(match wanted.as_slice() {
        [one] => Some(*one),
        _ => None,
    })
}

fn times(door: &Door, now: DateTime<Utc>) -> Result<Wanted, Refused> {
    let updated = (time(door, "updated_after")?, time(door, "updated_before")?);
    let (from, to) = (time(door, "start_date")?, time(door, "end_date")?);
    let any = from.or(to).is_some();
    let requested = if any || updated == (None, None) {
        spanned(from, to, now, "start_date")?
    } else {
        (None, None)
    };
    let updated = if updated == (None, None) {
        updated
    } else {
        spanned(updated.0, updated.1, now, "updated_after")?
    };
    Ok(Wanted {
        requested,
        updated,
        ..Wanted::default()
    })
}

/// Both ends, at most [`DAYS_MAX`] apart; an open one is that far from the other, or now.
fn spanned(
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    field: &str,
) -> Result<Span, Refused> {
    let most = TimeDelta::days(DAYS_MAX);
    let to = to.unwrap_or_else(|| from.map_or(now, |from| now.min(far(from, most))));
    let from = from.unwrap_or_else(|| far(to, -most));
    if to.signed_duration_since(from) > most {
        return Err(Refused::bad(
            field,
            "the range spans at most 90 days",
            "时间范围不得超过 90 天",
        ));
    }
    Ok((Some(from), Some(to)))
}

fn far(from: DateTime<Utc>, by: TimeDelta) -> DateTime<Utc> {
    from.checked_add_signed(by).unwrap_or(from)
}

/// Years that the database and the calendars know.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=9000;

fn time(door: &Door, name: &str) -> Result<Option<DateTime<Utc>>, Refused> {
    use chrono::Datelike as _;
    let Some(given) = door.one(name) else {
        return Ok(None);
    };
    // A plus that was not escaped arrives as a space.
    let read = DateTime::parse_from_rfc3339(&given.replace(' ', "+"));
    let read = read
        .ok()
        .map(|at| at.to_utc())
        .filter(|at| YEARS.contains(&at.year()));
    let wrong = || {
        Refused::bad(
            name,
            "must be a time such as 2026-01-01T00:00:00Z",
            "须为 2026-01-01T00:00:00Z 形式的时间",
        )
    };
    read.ok_or_else(wrong).map(Some)
}

fn views(ctx: &Ctx, lang: Lang, viewer: Option<&str>, found: Vec<ServiceRequest>) -> Value {
    let directory = ctx.directory.get();
    let shown = |request: ServiceRequest| view(ctx, lang, request.shown(viewer, directory.as_deref()));
    found.into_iter().map(shown).collect()
}

fn view(ctx: &Ctx, lang: Lang, shown: Shown) -> Value {
    let at = |at: DateTime<Utc>| local(at, ctx.offset).to_rfc3339();
    let (long, lat) = shown.position.unzip();
    json!({
        "service_request_id": shown.number,
        "status": if shown.open { "open" } else { "closed" },
        "status_notes": lang.pick(shown.notes.en, shown.notes.zh),
        "service_name": shown.service.as_ref().or(shown.service_code.as_ref()),
        "service_code": shown.service_code,
        "description": shown.description,
        "agency_responsible": shown.agency,
        "service_notice": null,
        "requested_datetime": at(shown.requested_at),
        "updated_datetime": at(shown.updated_at),
        "expected_datetime": shown.expected_at.map(at),
        "address": shown.address,
        "address_id": shown.division,
        "zipcode": null,
        "lat": lat,
        "long": long,
        "media_url": null,
    })
}

/// One service request.
#[utoipa::path(get, path = "/open311/v2/requests/{service_request_id}", tag = "open311",
    params(("service_request_id" = String, Path, description = "with .json or .xml, or by Accept"), ("jurisdiction_id" = Option<String>, Query)),
    responses((status = 200, description = "a list of one", content_type = "application/json"),
        (status = 403, description = "the city lists nothing publicly, or the key is wrong", content_type = "application/json"),
        (status = 404, description = "`service_request_id` or `jurisdiction_id` was not found", content_type = "application/json")))]
pub(super) async fn get_request(
    State(ctx): State<Ctx>,
    door: Door,
    number: Result<Path<String>, Problem>,
) -> Response {
    let answer = one(&ctx, &door, number).await;
    door.answer(answer)
}

async fn one(ctx: &Ctx, door: &Door, number: Result<Path<String>, Problem>) -> Answer {
    door.check(ctx)?;
    let Path(number) = number?;
    let wanted = Wanted {
        app: viewer(ctx, door).await?,
        listed: ctx.open311.public_listing,
        numbers: vec![without_extension(&number).to_owned()],
        ..Wanted::default()
    };
    let found = list_service_requests(&ctx.db, &wanted, 0, 1).await?;
    if found.is_empty() {
        return Err(Refused::unknown("service_request_id"));
    }
    Ok((
        StatusCode::OK,
        "service_requests",
        views(ctx, door.lang, wanted.app.as_deref(), found),
    ))
}

/// The number of a request whose answer was lost: the token is the `Idempotency-Key` that the app posted it with.
#[utoipa::path(get, path = "/open311/v2/tokens/{token}", tag = "open311",
    params(("token" = String, Path, description = "with .json or .xml, or by Accept"), ("jurisdiction_id" = Option<String>, Query)),
    responses((status = 200, description = "a list of one", content_type = "application/json"),
        (status = 403, description = "the key of the app is missing or wrong", content_type = "application/json"),
        (status = 404, description = "`token` or `jurisdiction_id` was not found", content_type = "application/json")))]
pub(super) async fn get_token(
    State(ctx): State<Ctx>,
    door: Door,
    token: Result<Path<String>, Problem>,
) -> Response {
    let answer = by_token(&ctx, &door, token).await;
    door.answer(answer)
}

async fn by_token(ctx: &Ctx, door: &Door, token: Result<Path<String>, Problem>) -> Answer {
    door.check(ctx)?;
    let Path(token) = token?;
    let token = without_extension(&token);
    let missing = || {
        Refused::new(
            StatusCode::FORBIDDEN,
            "api_key is missing or invalid",
            "api_key 缺失或无效",
        )
    };
    let app = door.app(ctx).await?.ok_or_else(missing)?;
    let number = number_of_token(&ctx.db, &app, &super::post_request::actor(&app), token).await?;
    let number = number.ok_or_else(|| Refused::unknown("token"))?;
    let value = json!([{ "service_request_id": number, "token": token }]);
    Ok((StatusCode::OK, "service_requests", value))
}
