//! One command over NATS: who asks, what, and the reply.
//!
//! The subject says which unit, the key in the header proves it; both must agree. The answer is the one of REST
//! with `"ok": true`, or the same problem document.
use super::rates::Rates;
use crate::ctx::Ctx;
use crate::domain::unit_key::PREFIX;
use crate::usecases::act_on_order::ActOnOrder;
use crate::usecases::contact::Contact;
use crate::usecases::find_key::KeyOwner;
use crate::usecases::log_in::deny;
use crate::wire::appeal::{self, AppealRequest};
use crate::wire::contact::{self, CallRequest, ContactRequest};
use crate::wire::if_match::IfMatch;
use crate::wire::verbs::{self, Verb};
use crate::wire::{ActedAnswer, Wanted, idempotency_key, problem};
use async_nats::{HeaderMap, Message};
use contracts::cause::{Asked, Cause};
use contracts::ids::{OrderId, UnitCode};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::time::Instant;
use tracing::Instrument;
use uuid::Uuid;
use web::{Json, Lang, Problem};

pub(super) async fn answer(ctx: &Ctx, rates: &Rates, command: &Message) -> Value {
    let parsed = ctx.stream.bus().namespace().parse_unit_command(&command.subject);
    let known = parsed.as_ref().and_then(|(_, verb)| Said::find(verb));
    let verb = known.map_or("unknown", Said::name);
    let span = tracing::info_span!(
        "command",
        otel.name = %format!("command.{verb}"),
        otel.kind = "server",
        service = crate::SERVICE,
        unit = tracing::field::Empty,
        order.id = tracing::field::Empty,
    );
    let headers = command.headers.as_ref();
    telemetry::propagation::set_parent(&span, header(headers, telemetry::propagation::TRACEPARENT));
    async {
        let result = match parsed {
            Some((unit, _)) => {
                // Before the key is looked up: that costs a statement.
                let result = match rates.take(&unit, Instant::now()) {
                    Ok(()) => act(ctx, &unit, known, headers, &command.payload).await,
                    Err(secs) => Err(Problem::too_many_requests(secs).with("retry_after_secs", secs)),
                };
                if let Err(problem) = &result {
                    count_denial(ctx, &unit, problem.code()).await;
                }
                result
            }
            None => Err(verbs::unknown()),
        };
        match result {
            Ok(answer) => {
                ctx.figures.commanded(verb, "ok");
                answer
            }
            Err(problem) => {
                ctx.figures.commanded(verb, problem.code());
                serde_json::to_value(problem.document(language(headers), problem::TEXTS, None))
                    .unwrap_or_default()
            }
        }
    }
    .instrument(span)
    .await
}

/// What a unit wants.
#[derive(Clone, Copy)]
enum Said {
    /// Something is done about the order.
    Act(&'static Verb),
    /// A token for speaking with the caller.
    Contact,
    /// A call with one.
    Call,
    /// An answer about the unit's work is wrong.
    Appeal,
}

impl Said {
    fn find(word: &str) -> Option<Self> {
        match word {
            contact::CONTACT => Some(Self::Contact),
            contact::CALL => Some(Self::Call),
            appeal::APPEAL => Some(Self::Appeal),
            verb => verbs::find(verb).map(Self::Act),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Act(verb) => verb.name,
            Self::Contact => contact::CONTACT,
            Self::Call => contact::CALL,
            Self::Appeal => appeal::APPEAL,
        }
    }
}

async fn act(
    ctx: &Ctx,
    unit: &UnitCode,
    said: Option<Said>,
    headers: Option<&HeaderMap>,
    payload: &[u8],
) -> Result<Value, Problem> {
    let owner = authenticate(ctx, unit, headers).await?;
    let span = tracing::Span::current();
    span.record("unit", unit.as_str());
    let mut body: Map<String, Value> = Json::parse(payload)?;
    let order_id: OrderId = match body.remove("order_id") {
        Some(Value::String(text)) => text.parse().map_err(|_| {
            Problem::bad_request("invalid_field", "an order id is a UUID")
                .detail_zh("order_id 须为 UUID")
                .field("order_id")
        })?,
        Some(_) => {
            return Err(Problem::bad_request("invalid_field", "an order id is a UUID").field("order_id"));
        }
        None => {
            return Err(Problem::bad_request("missing_field", "missing field `order_id`").field("order_id"));
        }
    };
    span.record("order.id", tracing::field::display(order_id));
    let wanted = |generation| Contact {
        unit: unit.clone(),
        order_id,
        generation,
        by: owner.subject(),
    };
    match said {
        Some(Said::Act(verb)) => on_order(ctx, (unit, order_id), verb, headers, &Value::Object(body)).await,
        Some(Said::Contact) => {
            let asked: ContactRequest = Json::parse(Value::Object(body).to_string().as_bytes())?;
            contact::ask(ctx, &wanted(asked.generation)).await.map(accepted)
        }
        Some(Said::Call) => {
            let relay_token = relay_token(&mut body)?;
            let asked: CallRequest = Json::parse(Value::Object(body).to_string().as_bytes())?;
            let call = (asked.call_id, asked.from.as_str());
            contact::call(ctx, &wanted(asked.generation), relay_token, call)
                .await
                .map(accepted)
        }
        Some(Said::Appeal) => {
            let asked: AppealRequest = Json::parse(Value::Object(body).to_string().as_bytes())?;
            appeal::request(ctx, unit.clone(), order_id, &asked)
                .await
                .map(accepted)
        }
        None => Err(verbs::unknown()),
    }
}

/// Over REST it stands in the address.
fn relay_token(body: &mut Map<String, Value>) -> Result<Uuid, Problem> {
    let token = body.remove("relay_token").ok_or_else(|| {
        Problem::bad_request("missing_field", "missing field `relay_token`").field("relay_token")
    })?;
    let token = token.as_str().and_then(|token| token.parse().ok());
    token.ok_or_else(|| Problem::bad_request("invalid_field", "a token is a UUID").field("relay_token"))
}

async fn on_order(
    ctx: &Ctx,
    (unit, order_id): (&UnitCode, OrderId),
    verb: &Verb,
    headers: Option<&HeaderMap>,
    body: &Value,
) -> Result<Value, Problem> {
    let Wanted { generation, action } = (verb.read)(body)?;
    let key = header(headers, "Idempotency-Key")
        .map(idempotency_key)
        .transpose()?;
    let IfMatch(expected) = IfMatch::read(header(headers, "If-Match"))?;
    let cause = Cause::asked_by(
        format!("unit:{unit}"),
        telemetry::propagation::current_traceparent(),
    );
    let command = ActOnOrder {
        unit: unit.clone(),
        order_id,
        generation,
        action,
        key,
        expected,
    };
    ctx.act
        .execute(Asked { cause, command })
        .await
        .map(|acted| accepted(ActedAnswer::from(acted)))
        .map_err(|error| problem::executed(error, problem::refused))
}

/// Who has the wrong key is counted where people see it; what else is wrong with a command is the unit's own affair.
async fn count_denial(ctx: &Ctx, unit: &UnitCode, code: &str) {
    if !matches!(code, "token_missing" | "token_invalid" | "wrong_unit") {
        return;
    }
    if let Err(error) = deny(ctx, unit.as_str(), "nats_command", code).await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "a refusal was not counted"
        );
    }
}

/// The key must be usable and belong to the unit of the subject.
async fn authenticate(ctx: &Ctx, unit: &UnitCode, headers: Option<&HeaderMap>) -> Result<KeyOwner, Problem> {
    let missing = || {
        Problem::unauthorized(
            "token_missing",
            "send the unit's key in the header Authorization: Bearer uk_…",
        )
        .detail_zh("请在 Authorization 头中提供单位密钥")
    };
    let value = header(headers, "Authorization")
        .or_else(|| header(headers, "authorization"))
        .ok_or_else(missing)?;
    let (scheme, key) = value.split_once(' ').ok_or_else(missing)?;
    if !scheme.eq_ignore_ascii_case("bearer") || !key.trim().starts_with(PREFIX) {
        return Err(missing());
    }
    let owner = ctx
        .keys
        .find(key.trim())
        .await
        .map_err(|error| problem::failed(&error))?;
    match owner {
        Some(owner) if owner.unit == *unit => Ok(owner),
        Some(_) => Err(
            Problem::forbidden("wrong_unit", "this key belongs to another unit")
                .detail_zh("该密钥属于其他承办单位"),
        ),
        None => Err(
            Problem::unauthorized("token_invalid", "the key is unknown or revoked")
                .detail_zh("密钥无效或已撤销"),
        ),
    }
}

fn accepted<T: Serialize>(answer: T) -> Value {
    let answer = serde_json::to_value(answer).unwrap_or_default();
    let mut whole = json!({ "ok": true });
    if let (Some(whole), Value::Object(answer)) = (whole.as_object_mut(), answer) {
        whole.extend(answer);
    }
    whole
}

fn header<'a>(headers: Option<&'a HeaderMap>, name: &str) -> Option<&'a str> {
    headers?.get(name).map(async_nats::HeaderValue::as_str)
}

fn language(headers: Option<&HeaderMap>) -> Lang {
    match header(headers, "Accept-Language") {
        Some(wanted) if wanted.trim_start().to_ascii_lowercase().starts_with("zh") => Lang::Zh,
        _ => Lang::En,
    }
}
