//! A hotline that does not run this platform.
use super::way::open;
use super::{Hotline, Link};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// A hotline that does not run this platform: it takes messages as its script says, and keeps them.
pub struct Scripted {
    /// Every message it took, in order.
    taken: Arc<Mutex<Vec<Value>>>,
    /// The way to its door.
    pub link: Link,
    /// What it calls with.
    keys: Value,
    http: reqwest::Client,
}

async fn take(State(taken): State<Arc<Mutex<Vec<Value>>>>, body: Bytes) -> Response {
    let message: Value = serde_json::from_slice(&body).unwrap_or_default();
    let id = message["transfer_id"].clone();
    let accepted = message["type"] == "acceptance";
    open(&taken).push(message);
    // It lets go of what it has offered as soon as somebody says yes.
    let state = if accepted { "accepted" } else { "offered" };
    let answer = json!({ "transfer_id": id, "state": state });
    (StatusCode::OK, answer.to_string()).into_response()
}

impl Scripted {
    /// Starts it and lets a hotline know it under this code.
    ///
    /// # Panics
    /// When there is no port for it.
    pub async fn start(known_to: &Hotline, code: &str) -> Self {
        let taken: Arc<Mutex<Vec<Value>>> = Arc::default();
        let router = Router::new().fallback(take).with_state(Arc::clone(&taken));
        let link = Link::to(router).await;
        let keys = known_to.meets(code, &link.url, &[]).await;
        // What 110 gives us: any key will do at a door that is scripted.
        let secret = signing::present(&[9; 32]);
        known_to
            .keeps(code, json!({ "key": "pk_scripted", "secret": secret }))
            .await;
        Self {
            taken,
            link,
            keys,
            http: reqwest::Client::builder().no_proxy().build().expect("a client"),
        }
    }

    /// What it was told so far, of this type.
    #[must_use]
    pub fn heard(&self, kind: &str) -> Vec<Value> {
        let taken = open(&self.taken);
        taken
            .iter()
            .filter(|message| message["type"] == kind)
            .cloned()
            .collect()
    }

    /// Tells a hotline something, signed, over the way to its door; answers status and body. Whoever is not answered says it
    /// again, as any hotline does.
    ///
    /// # Panics
    /// When the way itself does not answer.
    pub async fn says(&self, to: &Hotline, message: &Value) -> (StatusCode, Value) {
        let secret = signing::read(self.keys["secret"].as_str().expect("a secret")).expect("a secret");
        let body = message.to_string();
        let (id, at) = (Uuid::now_v7().to_string(), to.app().clock.now().timestamp());
        let signature = signing::sign(&secret, &id, at, body.as_bytes());
        let sent = self
            .http
            .post(format!("{}/v1/peer/messages", to.link.url))
            .bearer_auth(self.keys["key"].as_str().expect("a key"))
            .header("content-type", "application/json")
            .header("webhook-id", &id)
            .header("webhook-timestamp", at.to_string())
            .header("webhook-signature", &signature)
            .body(body)
            .send();
        let answer = sent.await.expect("the way answers");
        let status = answer.status();
        let text = answer.text().await.expect("text");
        (status, serde_json::from_str(&text).unwrap_or_default())
    }
}
