//! Watching a running platform from outside: waiting for what must come true, and knocking as a stranger.
use super::{Live, password_of};
use crate::wait;
use async_nats::jetstream::consumer::PullConsumer;
use base64::Engine as _;
use contracts::subjects::Namespace;
use reqwest::Method;
use runtime::Service as _;
use serde_json::Value;
use supervision::app::Supervision;
use testkit::Role;

impl Live {
    /// Waits until the platform has made the NATS consumer of a unit.
    ///
    /// # Panics
    /// When nats-server does not answer.
    pub async fn has_consumer(&self, unit: &str) {
        let options = async_nats::ConnectOptions::with_user_and_password(unit.to_owned(), password_of(unit))
            .custom_inbox_prefix(format!("_INBOX_{unit}"));
        let client = options.connect(self.nats.url()).await.expect("the unit's user");
        let jetstream = async_nats::jetstream::new(client);
        let durable = Namespace::unit_durable(&unit.into());
        wait::until(&format!("the consumer of {unit}"), || async {
            let found: Result<PullConsumer, _> = jetstream.get_consumer_from_stream(&durable, "UNITS").await;
            found.ok()
        })
        .await;
    }

    /// Calls a webhook of this machine as somebody who does not know the secret; answers the status.
    ///
    /// # Panics
    /// When nobody answers.
    pub async fn call_webhook(&self, port: u64) -> u16 {
        #[expect(
            clippy::disallowed_methods,
            reason = "a stale call would be refused for its age, not for its signature"
        )]
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .expect("after 1970")
            .as_secs();
        let call = self.http.post(format!("http://127.0.0.1:{port}/orders"));
        let signature = base64::engine::general_purpose::STANDARD.encode([0; 32]);
        let answer = call
            .header("webhook-id", "made-up")
            .header("webhook-timestamp", now.to_string())
            .header("webhook-signature", format!("v1,{signature}"))
            .body("{}")
            .send();
        answer.await.expect("the client answers").status().as_u16()
    }

    /// Waits until the timeline says that the order has reached its unit.
    pub async fn order_reached_its_unit(&self, order: &str) {
        let path = format!("/v1/orders/{order}/timeline");
        wait::until(&format!("delivery of {order}"), || async {
            let (status, body) = self
                .ask(Supervision::NAME, Role::Supervisor, Method::GET, &path, None)
                .await;
            (status == 200 && body.to_string().contains("unit-gateway.order.delivered.v1")).then_some(())
        })
        .await;
    }

    /// Waits until supervision shows the order in that state.
    pub async fn order_in_state(&self, order: &str, state: &str) -> Value {
        let path = format!("/v1/orders/{order}");
        wait::until(&format!("order {order} {state}"), || async {
            let (status, body) = self
                .ask(Supervision::NAME, Role::Supervisor, Method::GET, &path, None)
                .await;
            (status == 200 && body["state"] == state).then_some(body)
        })
        .await
    }
}
