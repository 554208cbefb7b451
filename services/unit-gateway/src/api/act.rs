//! What the actions share: whose unit, which order, one use case.
use crate::ctx::Ctx;
use crate::usecases::act_on_order::ActOnOrder;
use crate::wire::if_match::IfMatch;
use crate::wire::{ActedAnswer, ActionBody, Wanted, problem, unit_code};
use contracts::cause::{Asked, Cause};
use contracts::ids::OrderId;
use uuid::Uuid;
use web::auth::Principal;
use web::{IdempotencyKey, Json, Problem};

pub(super) async fn act<B: ActionBody>(
    ctx: &Ctx,
    principal: &Principal,
    path: (String, Uuid),
    (key, IfMatch(expected)): (Option<IdempotencyKey>, IfMatch),
    body: B,
) -> Result<Json<ActedAnswer>, Problem> {
    let (unit, order_id) = path;
    principal.require_unit(&unit)?;
    let unit = unit_code(unit)?;
    let Wanted { generation, action } = body.check()?;
    let cause = Cause::asked_by(
        format!("unit:{unit}"),
        telemetry::propagation::current_traceparent(),
    );
    let command = ActOnOrder {
        unit,
        order_id: OrderId(order_id),
        generation,
        action,
        key: key.map(|IdempotencyKey(key)| key),
        expected,
    };
    let acted = ctx
        .act
        .execute(Asked { cause, command })
        .await
        .map_err(|error| problem::executed(error, problem::refused))?;
    Ok(Json(acted.into()))
}
