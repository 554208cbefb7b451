//! A unit's endpoint for webhooks inside a test: it takes every call and keeps it, headers and body.
//!
//! Whether signatures are right is not its question: that is asked by a client with the library units would use.
use crate::Platform;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use testkit::Role;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

#[derive(Default)]
struct Seen {
    calls: Mutex<Vec<String>>,
    away: AtomicBool,
    turned_away: AtomicUsize,
}

/// The endpoint; it ends when dropped.
pub struct Endpoint {
    /// What the administrator was told when it was registered.
    pub access: Value,
    seen: Arc<Seen>,
    _server: JoinSet<std::io::Result<()>>,
}

impl Endpoint {
    /// Listens on this machine and registers itself as the unit's way, as an administrator does.
    ///
    /// # Panics
    /// When it cannot listen, or the platform refuses it.
    pub async fn open(platform: &Platform, unit: &str) -> Self {
        let seen = Arc::new(Seen::default());
        let router = Router::new()
            .route("/orders", post(take))
            .with_state(Arc::clone(&seen));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, router).await });
        let way = json!({ "way": "webhook", "endpoint": format!("http://{address}/orders") });
        let answer = platform
            .gateway
            .http(Role::Admin)
            .put(&format!("/v1/units/{unit}/access"), way)
            .await;
        assert!(answer.status.is_success(), "{}", answer.body);
        platform.settle().await;
        Self {
            access: answer.body,
            seen,
            _server: server,
        }
    }

    /// Every call that was taken so far: headers and body as text.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        let calls = self.seen.calls.lock();
        calls.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The unit's system is away from now on: calls are answered 503 and not taken.
    pub fn goes_away(&self) {
        self.seen.away.store(true, Ordering::Relaxed);
    }

    /// It takes calls again.
    pub fn comes_back(&self) {
        self.seen.away.store(false, Ordering::Relaxed);
    }

    /// How many calls found it away.
    #[must_use]
    pub fn turned_away(&self) -> usize {
        self.seen.turned_away.load(Ordering::Relaxed)
    }
}

async fn take(State(seen): State<Arc<Seen>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    if seen.away.load(Ordering::Relaxed) {
        seen.turned_away.fetch_add(1, Ordering::Relaxed);
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let call = format!("{headers:?}\n{}", String::from_utf8_lossy(&body));
    seen.calls
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(call);
    StatusCode::NO_CONTENT
}
