//! One order from its registration to its end.
use super::callbacks::id;
use super::demand::Wanted;
use super::units::Arrival;
use super::{Acknowledged, Call, Inner, Record};
use anyhow::Context;
use serde_json::{Value, json};
use std::future::Future;
use std::sync::atomic::Ordering;
use std::time::Instant;
use uuid::Uuid;

/// Runs it and keeps its record.
pub(super) async fn run(inner: &Inner, number: usize) {
    let wanted = inner.demand.complaint(number);
    let mut record = Record {
        key: wanted.key.clone(),
        unit: wanted.unit.clone(),
        ..Record::default()
    };
    if let Err(error) = drive(inner, &wanted, &mut record).await {
        record.stuck = Some(format!("{error:#}"));
    }
    inner.history.keep(record);
    inner.finished.fetch_add(1, Ordering::Relaxed);
}

async fn drive(inner: &Inner, wanted: &Wanted, record: &mut Record) -> anyhow::Result<()> {
    let began = Instant::now();
    let order = register(inner, wanted, record).await?;
    let registered = Instant::now();
    let arrival = patient(inner, "the unit got it", inner.arrivals.take(order))
        .await?
        .context("the desks are closed")?;
    let figures = inner.api.figures();
    let (since_sent, since_answered) = match arrival.by_nats {
        true => (
            "delivered by NATS, since sent",
            "delivered by NATS, since answered",
        ),
        false => (
            "delivered by REST, since sent",
            "delivered by REST, since answered",
        ),
    };
    figures.record(since_sent, arrival.at.saturating_duration_since(began));
    figures.record(since_answered, arrival.at.saturating_duration_since(registered));
    anyhow::ensure!(
        arrival.unit == wanted.unit,
        "went to {} instead of {}",
        arrival.unit,
        wanted.unit
    );

    handle(inner, &arrival, order, record).await?;
    let replied = Instant::now();
    let callback = patient(inner, "its callback was due", inner.callbacks.take(order))
        .await?
        .context("the desks are closed")?;
    figures.record("replied until callback due", replied.elapsed());
    let answers = json!({
        "reached": true, "contacted": true, "solved": true,
        "result": "satisfied", "attitude": "satisfied", "remark": "已解决",
    });
    let path = format!("/v1/callbacks/{callback}/answers");
    let answer = command(
        inner,
        "answer",
        "callback",
        path,
        &inner.callback_agent,
        order,
        answers,
        record,
    )
    .await?;
    anyhow::ensure!(answer["order_state"] == "closed", "not closed: {answer}");
    figures.record("lifecycle", began.elapsed());
    Ok(())
}

async fn register(inner: &Inner, wanted: &Wanted, record: &mut Record) -> anyhow::Result<Uuid> {
    let call = Call {
        name: Some("register"),
        service: "intake",
        path: "/v1/complaints".to_owned(),
        token: &inner.agent,
        key: Some(wanted.key.clone()),
        body: Some(wanted.body.clone()),
    };
    let answer = inner.api.ask(&call).await?;
    anyhow::ensure!(
        answer.status.is_success(),
        "register: {}: {}",
        answer.status,
        answer.body
    );
    let order = id(&answer.body["orders"][0], "order_id")?;
    record.complaint_id = Some(id(&answer.body, "complaint_id")?);
    record.order_id = Some(order);
    record.acknowledged.push(Acknowledged {
        command: "register",
        sent: answer.sent,
    });
    Ok(order)
}

/// What the unit's people do.
async fn handle(inner: &Inner, arrival: &Arrival, order: Uuid, record: &mut Record) -> anyhow::Result<()> {
    let generation = arrival.generation;
    let steps = [
        ("sign", json!({ "generation": generation })),
        ("respond", json!({ "generation": generation, "how": "called" })),
        (
            "progress",
            json!({ "generation": generation, "note": "已派人到现场" }),
        ),
        (
            "reply",
            json!({ "generation": generation, "solved": true, "contacted": true, "text": "已按要求处理完毕，请查看。" }),
        ),
    ];
    let token = inner
        .unit_tokens
        .get(&arrival.unit)
        .context("a token of the unit")?;
    for (verb, body) in steps {
        let path = format!("/v1/units/{}/orders/{order}/{verb}", arrival.unit);
        command(inner, verb, "unit-gateway", path, token, order, body, record).await?;
    }
    Ok(())
}

#[expect(
    clippy::too_many_arguments,
    reason = "one call per line above reads better than a struct per call"
)]
async fn command(
    inner: &Inner,
    name: &'static str,
    service: &'static str,
    path: String,
    token: &str,
    order: Uuid,
    body: Value,
    record: &mut Record,
) -> anyhow::Result<Value> {
    let call = Call {
        name: Some(name),
        service,
        path,
        token,
        key: Some(format!("{order}-{name}")),
        body: Some(body),
    };
    let answer = inner.api.ask(&call).await?;
    anyhow::ensure!(
        answer.status.is_success(),
        "{name}: {}: {}",
        answer.status,
        answer.body
    );
    record.acknowledged.push(Acknowledged {
        command: name,
        sent: answer.sent,
    });
    Ok(answer.body)
}

async fn patient<T>(inner: &Inner, what: &str, wait: impl Future<Output = T>) -> anyhow::Result<T> {
    let patience = inner.pace.patience;
    tokio::time::timeout(patience, wait)
        .await
        .with_context(|| format!("waited {} s until {what}", patience.as_secs()))
}
