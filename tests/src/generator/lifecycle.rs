//! One order from its registration to its end.
use super::callbacks::id;
use super::demand::Wanted;
use super::units::{Arrival, Told};
use super::{Acknowledged, Answer, Call, Inner, Record, returns};
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
        route: inner.pace.mixture.route(number),
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
    let arrival = patient(
        inner,
        "the unit got it",
        inner.arrivals.take((order, Told::Assigned)),
    )
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

    record.route.by_nats = inner
        .lines
        .get()
        .is_some_and(|lines| lines.contains_key(&arrival.unit));
    if record.route.returned {
        returns::rejected(inner, &arrival, order, record).await?;
    }
    for round in 0..=record.route.reworks {
        if round > 0 {
            patient(
                inner,
                "the unit got it again",
                inner.arrivals.take((order, Told::Reworked(round))),
            )
            .await?
            .context("the desks are closed")?;
        }
        handle(inner, &arrival, order, round, record).await?;
        call_back(inner, order, round, record).await?;
    }
    figures.record("lifecycle", began.elapsed());
    Ok(())
}

/// The callback desk calls; the caller is content in the last round and not before.
async fn call_back(inner: &Inner, order: Uuid, round: u64, record: &mut Record) -> anyhow::Result<()> {
    let replied = Instant::now();
    let callback = patient(
        inner,
        "its callback was due",
        inner.callbacks.take((order, round)),
    )
    .await?
    .context("the desks are closed")?;
    let figures = inner.api.figures();
    figures.record("replied until callback due", replied.elapsed());
    let (content, follows) = match round == record.route.reworks {
        true => (true, "closed"),
        false => (false, "open"),
    };
    let result = if content { "satisfied" } else { "not_satisfied" };
    let answers = json!({
        "reached": true, "contacted": true, "solved": content,
        "result": result, "attitude": "satisfied", "remark": "已回访",
    });
    let call = Call {
        name: Some("answer"),
        service: "callback",
        path: format!("/v1/callbacks/{callback}/answers"),
        token: &inner.callback_agent,
        key: Some(format!("{order}-answer-{round}")),
        body: Some(answers),
    };
    let answer = inner.api.ask(&call).await?;
    let answer = acknowledge("answer", answer, record)?;
    anyhow::ensure!(answer["order_state"] == follows, "not {follows}: {answer}");
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

/// What the unit's people do in one round.
async fn handle(
    inner: &Inner,
    arrival: &Arrival,
    order: Uuid,
    round: u64,
    record: &mut Record,
) -> anyhow::Result<()> {
    let generation = arrival.generation;
    let steps = [
        ("sign", json!({ "generation": generation })),
        ("respond", json!({ "generation": generation, "how": "called" })),
        (
            "progress",
            json!({ "generation": generation, "note": format!("已派人到现场，第 {} 次", round + 1) }),
        ),
        (
            "reply",
            json!({ "generation": generation, "solved": true, "contacted": true, "text": "已按要求处理完毕，请查看。" }),
        ),
    ];
    for (verb, body) in steps {
        act(inner, arrival, order, round, (verb, verb), body, record).await?;
    }
    Ok(())
}

/// One command of the unit, by the way it has; `(name, verb)` as in figures and as in addresses.
pub(super) async fn act(
    inner: &Inner,
    arrival: &Arrival,
    order: Uuid,
    round: u64,
    (name, verb): (&'static str, &'static str),
    mut body: Value,
    record: &mut Record,
) -> anyhow::Result<Value> {
    let line = inner.lines.get().and_then(|lines| lines.get(&arrival.unit));
    let answer = match line {
        Some(line) => {
            body["order_id"] = json!(order);
            line.ask(verb, &body, inner.pace.patience).await?
        }
        None => {
            let token = inner
                .unit_tokens
                .get(&arrival.unit)
                .context("a token of the unit")?;
            let call = Call {
                name: Some(name),
                service: "unit-gateway",
                path: format!("/v1/units/{}/orders/{order}/{verb}", arrival.unit),
                token,
                key: Some(format!("{order}-{verb}-{round}")),
                body: Some(body),
            };
            inner.api.ask(&call).await?
        }
    };
    acknowledge(name, answer, record)
}

fn acknowledge(name: &'static str, answer: Answer, record: &mut Record) -> anyhow::Result<Value> {
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

pub(super) async fn patient<T>(
    inner: &Inner,
    what: &str,
    wait: impl Future<Output = T>,
) -> anyhow::Result<T> {
    let patience = inner.pace.patience;
    tokio::time::timeout(patience, wait)
        .await
        .with_context(|| format!("waited {} s until {what}", patience.as_secs()))
}
