//! `GET /open311/v2/services` and one of them: the city's matter catalogue, as citizens choose from it.
use super::door::{Answer, Door, Refused, without_extension};
use crate::ctx::Ctx;
use crate::domain::Kind;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};
use web::{Lang, Path, Problem};

/// The kinds that an app may name, with their words for people.
pub(super) const KINDS: [(Kind, &str, &str); 8] = [
    (Kind::Help, "help", "求助"),
    (Kind::Grievance, "grievance", "投诉"),
    (Kind::Consultation, "question", "咨询"),
    (Kind::Suggestion, "suggestion", "建议"),
    (Kind::Criticism, "criticism", "批评"),
    (Kind::Report, "report of a wrong, confidential", "举报（保密）"),
    (Kind::Praise, "praise", "表扬"),
    (Kind::Other, "other", "其他"),
];

/// Services: the entries of the catalogue that have none below them. Empty until the city has published one.
#[utoipa::path(get, path = "/open311/v2/services", tag = "open311",
    params(("jurisdiction_id" = Option<String>, Query)),
    responses((status = 200, description = "list of services", content_type = "application/json"),
        (status = 404, description = "`jurisdiction_id` was not found", content_type = "application/json")))]
pub(super) async fn list_services(State(ctx): State<Ctx>, door: Door) -> Response {
    let answer = door
        .check(&ctx)
        .map(|()| (StatusCode::OK, "services", services(&ctx)));
    door.answer(answer)
}

fn services(ctx: &Ctx) -> Value {
    let Some(directory) = ctx.directory.get() else {
        return json!([]);
    };
    let service = |(code, entry): (&str, _)| {
        let above = directory.above(entry);
        json!({
            "service_code": code,
            "service_name": entry.name,
            "description": entry.name,
            "metadata": true,
            "type": "realtime",
            "keywords": above.join(","),
            "group": above.last(),
        })
    };
    directory.leaves().into_iter().map(service).collect()
}

/// What an app may say beside the ordinary fields; the same for every service.
#[utoipa::path(get, path = "/open311/v2/services/{service_code}", tag = "open311",
    params(("service_code" = String, Path, description = "with .json or .xml, or by Accept"), ("jurisdiction_id" = Option<String>, Query)),
    responses((status = 200, description = "attributes", content_type = "application/json"),
        (status = 404, description = "`service_code` or `jurisdiction_id` was not found", content_type = "application/json")))]
pub(super) async fn get_service(
    State(ctx): State<Ctx>,
    door: Door,
    code: Result<Path<String>, Problem>,
) -> Response {
    let answer = definition(&ctx, &door, code);
    door.answer(answer)
}

fn definition(ctx: &Ctx, door: &Door, code: Result<Path<String>, Problem>) -> Answer {
    door.check(ctx)?;
    let Path(code) = code?;
    let code = without_extension(&code);
    let directory = ctx.directory.get();
    if !directory.is_some_and(|directory| directory.matters.contains_key(code)) {
        return Err(Refused::unknown("service_code"));
    }
    let value = json!({ "service_code": code, "attributes": attributes(door.lang) });
    Ok((StatusCode::OK, "service_definition", value))
}

fn attributes(lang: Lang) -> Value {
    let value = |key: &str, en: &str, zh: &str| json!({ "key": key, "name": lang.pick(en, zh) });
    let attribute = |order: u8, code: &str, (en, zh): (&str, &str), values: Vec<Value>| {
        json!({
            "variable": true,
            "code": code,
            "datatype": "singlevaluelist",
            "required": false,
            "datatype_description": null,
            "order": order,
            "description": lang.pick(en, zh),
            "values": values,
        })
    };
    let kinds = KINDS
        .iter()
        .map(|(kind, en, zh)| value(kind.as_str(), en, zh))
        .collect();
    let confidential = vec![value("yes", "yes", "是"), value("no", "no", "否")];
    json!([
        attribute(1, "kind", ("What is it?", "诉求类型"), kinds),
        attribute(2, "confidential", ("Keep it secret?", "是否保密"), confidential),
    ])
}
