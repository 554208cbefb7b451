//! A unit says "not ours", and a dispatcher says that the order stays where it is.
use super::callbacks::id;
use super::units::{Arrival, Told};
use super::{Acknowledged, Call, Inner, Record, lifecycle};
use crate::cluster::until;
use anyhow::Context;
use http::StatusCode;
use serde_json::json;
use uuid::Uuid;

const PAGE: usize = 200;

/// From the request until the unit has read the verdict.
pub(super) async fn rejected(
    inner: &Inner,
    arrival: &Arrival,
    order: Uuid,
    record: &mut Record,
) -> anyhow::Result<()> {
    let request =
        json!({ "generation": arrival.generation, "reason_code": "not_our_duty", "basis": "三定方案第二条" });
    lifecycle::act(
        inner,
        arrival,
        order,
        0,
        ("request a return", "return-requests"),
        request,
        record,
    )
    .await?;
    let request = until("the return waits for its review", inner.pace.patience, || {
        waiting(inner, order)
    })
    .await?;
    review(inner, request, record).await?;
    lifecycle::patient(
        inner,
        "the unit was told that the order stays",
        inner.arrivals.take((order, Told::ReturnRejected)),
    )
    .await?
    .context("the desks are closed")?;
    Ok(())
}

/// The open request about an order, page by page.
async fn waiting(inner: &Inner, order: Uuid) -> anyhow::Result<Option<Uuid>> {
    let mut after = String::new();
    loop {
        let call = Call {
            name: None,
            service: "routing",
            path: format!("/v1/returns?limit={PAGE}{after}"),
            token: &inner.dispatcher,
            key: None,
            body: None,
        };
        let answer = inner.api.ask(&call).await?;
        anyhow::ensure!(answer.status.is_success(), "{}: {}", answer.status, answer.body);
        for item in answer.body["items"].as_array().into_iter().flatten() {
            if id(item, "order_id")? == order {
                return Ok(Some(id(item, "return_id")?));
            }
        }
        match answer.body["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return Ok(None),
        }
    }
}

async fn review(inner: &Inner, request: Uuid, record: &mut Record) -> anyhow::Result<()> {
    let call = Call {
        name: None,
        service: "routing",
        path: format!("/v1/returns/{request}/review"),
        token: &inner.dispatcher,
        key: None,
        body: Some(json!({ "verdict": "rejected", "reason": "目录明确由你单位牵头" })),
    };
    let answer = inner.api.ask(&call).await?;
    // An answer may be lost with the server that gave it; then the second attempt finds the review done.
    let done_before = answer.sent > 1 && answer.status == StatusCode::CONFLICT;
    anyhow::ensure!(
        answer.status.is_success() || done_before,
        "review: {}: {}",
        answer.status,
        answer.body
    );
    record.acknowledged.push(Acknowledged {
        command: "review",
        sent: answer.sent,
    });
    Ok(())
}
