//! A unit's system that acts by NATS: request and reply with the unit's key, sent until there is a definite answer.
use super::api::{Answer, Api, Call};
use crate::cluster::{Cluster, pause};
use anyhow::Context;
use async_nats::HeaderMap;
use contracts::ids::UnitCode;
use http::StatusCode;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use web::auth::Role;

/// The connection of one unit, with its key.
pub(super) struct Line {
    unit: String,
    key: String,
    client: async_nats::Client,
}

/// One attempt.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);
/// Wait before a command is sent again.
const AGAIN: Duration = Duration::from_millis(200);

impl Line {
    /// An administrator makes the key; the unit connects with the name and password it has.
    pub(super) async fn open(api: &Api, cluster: &Cluster, unit: &UnitCode) -> anyhow::Result<Self> {
        let call = Call {
            name: None,
            service: "unit-gateway",
            path: format!("/v1/units/{unit}/keys"),
            token: &cluster.token(Role::Admin, None),
            key: None,
            body: Some(json!({})),
        };
        let answer = api.ask(&call).await?;
        let key = answer.body["key"]
            .as_str()
            .with_context(|| format!("no key for {unit}: {}", answer.body))?;
        let password = cluster.unit_password(unit.as_str())?;
        let client = async_nats::ConnectOptions::with_user_and_password(unit.to_string(), password)
            .custom_inbox_prefix(format!("_INBOX_{unit}"))
            .connect(cluster.nats.url())
            .await?;
        Ok(Self {
            unit: unit.to_string(),
            key: key.to_owned(),
            client,
        })
    }

    /// Sends a command until the platform has decided about it.
    pub(super) async fn ask(&self, verb: &str, body: &Value, patience: Duration) -> anyhow::Result<Answer> {
        let (began, mut sent) = (Instant::now(), 0);
        loop {
            sent += 1;
            let problem = match self.once(verb, body).await {
                Ok(reply) if reply["ok"] == true => {
                    return Ok(Answer {
                        status: StatusCode::OK,
                        body: reply,
                        sent,
                    });
                }
                Ok(reply) => {
                    let status = reply["status"].as_u64().and_then(|code| u16::try_from(code).ok());
                    let status = status.and_then(|code| StatusCode::from_u16(code).ok());
                    match status {
                        Some(status)
                            if !status.is_server_error() && status != StatusCode::TOO_MANY_REQUESTS =>
                        {
                            return Ok(Answer {
                                status,
                                body: reply,
                                sent,
                            });
                        }
                        _ => reply.to_string(),
                    }
                }
                Err(error) => format!("{error:#}"),
            };
            anyhow::ensure!(
                began.elapsed() < patience,
                "{} {verb} over NATS sent {sent} times: {problem}",
                self.unit
            );
            pause(AGAIN).await;
        }
    }

    async fn once(&self, verb: &str, body: &Value) -> anyhow::Result<Value> {
        let mut headers = HeaderMap::new();
        headers.insert("Authorization", format!("Bearer {}", self.key));
        let subject = format!("unit.{}.cmd.{verb}", self.unit);
        let asking = self
            .client
            .request_with_headers(subject, headers, body.to_string().into());
        let reply = tokio::time::timeout(ATTEMPT_TIMEOUT, asking).await??;
        Ok(serde_json::from_slice(&reply.payload)?)
    }
}
