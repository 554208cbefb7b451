//! The callback desk: asks what is due and tells the lifecycles that wait for it.
use super::{Call, Inner};
use crate::cluster::pause;
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

const PAGE: usize = 200;

/// Polls until it is dropped.
pub(super) async fn poll(inner: Arc<Inner>) {
    loop {
        match round(&inner).await {
            Ok(0) => pause(inner.pace.callbacks_every).await,
            Ok(_) => {}
            Err(error) => tracing::warn!(error = %format!("{error:#}"), "callbacks not read"),
        }
    }
}

/// All pages once; answers how many tasks were new.
async fn round(inner: &Inner) -> anyhow::Result<usize> {
    let (mut new, mut after) = (0, None::<String>);
    loop {
        let cursor = after
            .as_ref()
            .map(|cursor| format!("&after={cursor}"))
            .unwrap_or_default();
        let call = Call {
            name: None,
            service: "callback",
            path: format!("/v1/callbacks?state=due&limit={PAGE}{cursor}"),
            token: &inner.callback_agent,
            key: None,
            body: None,
        };
        let answer = inner.api.ask(&call).await?;
        anyhow::ensure!(answer.status.is_success(), "{}: {}", answer.status, answer.body);
        for task in answer.body["items"].as_array().into_iter().flatten() {
            let (order, callback) = (id(task, "order_id")?, id(task, "callback_id")?);
            let round = task["rework"]
                .as_u64()
                .ok_or_else(|| anyhow::anyhow!("no rework in {task}"))?;
            new += usize::from(inner.callbacks.put((order, round), callback));
        }
        after = answer.body["next"].as_str().map(str::to_owned);
        if after.is_none() {
            return Ok(new);
        }
    }
}

/// An id in an answer.
pub(super) fn id(value: &Value, field: &str) -> anyhow::Result<Uuid> {
    let text = value[field]
        .as_str()
        .ok_or_else(|| anyhow::anyhow!("no {field} in {value}"))?;
    Ok(text.parse()?)
}
