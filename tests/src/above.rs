//! A hotline above ours that does not run this platform: it hands orders down to a whole platform, and keeps what it is told.
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use testkit::{Role, TestApp};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use uuid::Uuid;

/// The province's hotline.
pub struct Above {
    heard: Arc<Mutex<Vec<Value>>>,
    key: String,
    secret: Vec<u8>,
    _server: JoinSet<std::io::Result<()>>,
}

async fn take(State(heard): State<Arc<Mutex<Vec<Value>>>>, body: Bytes) -> String {
    let message: Value = serde_json::from_slice(&body).unwrap_or_default();
    let state = if message["type"] == "acceptance" {
        "accepted"
    } else {
        "offered"
    };
    let answer = json!({ "transfer_id": message["transfer_id"], "state": state });
    heard.lock().unwrap_or_else(PoisonError::into_inner).push(message);
    answer.to_string()
}

impl Above {
    /// Starts it and lets intake know it under this code.
    ///
    /// # Panics
    /// When there is no port for it.
    pub async fn start(intake: &TestApp, code: &str) -> Self {
        let heard: Arc<Mutex<Vec<Value>>> = Arc::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(take).with_state(Arc::clone(&heard));
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, router).await });
        let admin = intake.http(Role::Admin);
        let peer = json!({ "name": "省12345热线", "url": url });
        let _ = admin.put(&format!("/v1/peers/{code}"), peer).await.expect(200);
        let keys = admin
            .post(&format!("/v1/peers/{code}/keys"), json!({}))
            .await
            .expect(201);
        let access = json!({ "key": "pk_scripted", "secret": signing::present(&[9; 32]) });
        let _ = admin
            .put(&format!("/v1/peers/{code}/access"), access)
            .await
            .expect(204);
        Self {
            heard,
            key: keys.text("/key"),
            secret: signing::read(&keys.text("/secret")).expect("a secret"),
            _server: server,
        }
    }

    /// What it was told so far, of this type.
    #[must_use]
    pub fn heard(&self, kind: &str) -> Vec<Value> {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard
            .iter()
            .filter(|message| message["type"] == kind)
            .cloned()
            .collect()
    }

    /// Tells intake something, signed; answers the status.
    pub async fn says(&self, intake: &TestApp, message: &Value) -> u16 {
        let body = message.to_string();
        let (id, at) = (Uuid::now_v7().to_string(), intake.clock.now().timestamp());
        let signature = signing::sign(&self.secret, &id, at, body.as_bytes());
        let answer = intake
            .http_as(&self.key)
            .header("webhook-id", &id)
            .header("webhook-timestamp", &at.to_string())
            .header("webhook-signature", &signature)
            .post_bytes("/v1/peer/messages", "application/json", body.into_bytes())
            .await;
        answer.status.as_u16()
    }
}
