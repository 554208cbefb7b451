//! A unit's endpoint, as its system would have it.
use crate::harness::access;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::{Value, json};
use sha2::Sha256;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use testkit::TestApp;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What a unit's endpoint got.
#[derive(Clone)]
pub struct Got {
    pub headers: HeaderMap,
    pub body: String,
}

impl Got {
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub fn notice(&self) -> String {
        let document: Value = serde_json::from_str(&self.body).unwrap();
        // A test call has no notice; its type stands for it.
        let notice = document["data"]["notice"].as_str();
        notice.or(document["type"].as_str()).unwrap().to_owned()
    }
}

/// How it answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Mood {
    Answers(u16),
    /// Answers 503 and asks to be left alone for so many seconds.
    Busy(u32),
    /// Takes the call and says nothing.
    Silent,
    /// Takes so many calls, and refuses those after them.
    DiesAfter(usize),
}

#[derive(Clone)]
struct Shared {
    got: Arc<Mutex<Vec<Got>>>,
    arrived: watch::Sender<usize>,
    mood: watch::Sender<Mood>,
}

/// A unit's endpoint; ends with the test.
pub struct Receiver {
    at: SocketAddr,
    shared: Shared,
    _server: JoinSet<()>,
}

impl Receiver {
    pub async fn start(mood: Mood) -> Self {
        let shared = Shared {
            got: Arc::default(),
            arrived: watch::Sender::new(0),
            mood: watch::Sender::new(mood),
        };
        let router = Router::new()
            .route("/orders", post(receive))
            .with_state(shared.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            at,
            shared,
            _server: server,
        }
    }

    pub fn endpoint(&self) -> String {
        format!("http://{}/orders", self.at)
    }

    pub fn got(&self) -> Vec<Got> {
        self.shared.got.lock().unwrap().clone()
    }

    pub fn notices(&self) -> Vec<String> {
        self.got().iter().map(Got::notice).collect()
    }

    pub fn becomes(&self, mood: Mood) {
        self.shared.mood.send_replace(mood);
    }

    pub async fn arrived(&self, calls: usize) {
        self.shared
            .arrived
            .subscribe()
            .wait_for(|arrived| *arrived >= calls)
            .await
            .unwrap();
    }

    /// Registers itself; answers the signing secret.
    pub async fn serves(&self, app: &TestApp, unit: &str) -> Vec<u8> {
        let registered = access(
            app,
            unit,
            json!({ "way": "webhook", "endpoint": self.endpoint() }),
        )
        .await;
        STANDARD
            .decode(
                registered["webhook_secret"]
                    .as_str()
                    .unwrap()
                    .strip_prefix("whsec_")
                    .unwrap(),
            )
            .unwrap()
    }
}

async fn receive(State(shared): State<Shared>, headers: HeaderMap, body: String) -> Response {
    let calls = {
        let mut got = shared.got.lock().unwrap();
        got.push(Got { headers, body });
        got.len()
    };
    shared.arrived.send_modify(|arrived| *arrived += 1);
    let mood = shared
        .mood
        .subscribe()
        .wait_for(|mood| *mood != Mood::Silent)
        .await
        .unwrap()
        .clone();
    match mood {
        Mood::Answers(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Mood::Busy(secs) => {
            let asks = [("retry-after", secs.to_string())];
            (StatusCode::SERVICE_UNAVAILABLE, asks).into_response()
        }
        Mood::DiesAfter(taken) if calls <= taken => StatusCode::NO_CONTENT.into_response(),
        Mood::DiesAfter(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Mood::Silent => unreachable!("waited for another mood"),
    }
}

/// As a unit would check it, with code of its own: some signature of the list is by its secret.
pub fn verify(secret: &[u8], got: &Got) -> bool {
    let signatures = got.header("webhook-signature").split(' ');
    signatures
        .filter_map(|one| one.strip_prefix("v1,"))
        .any(|signature| {
            let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
            mac.update(signed(got).as_bytes());
            mac.verify_slice(&STANDARD.decode(signature).unwrap()).is_ok()
        })
}

/// The same with its public key.
pub fn verify_public(public_key: &str, got: &Got) -> bool {
    let key = STANDARD
        .decode(public_key.strip_prefix("whpk_").unwrap())
        .unwrap();
    let key = UnparsedPublicKey::new(&ED25519, key);
    let signatures = got.header("webhook-signature").split(' ');
    signatures
        .filter_map(|one| one.strip_prefix("v1a,"))
        .any(|signature| {
            let signature = STANDARD.decode(signature).unwrap();
            key.verify(signed(got).as_bytes(), &signature).is_ok()
        })
}

fn signed(got: &Got) -> String {
    let (id, timestamp) = (got.header("webhook-id"), got.header("webhook-timestamp"));
    format!("{id}.{timestamp}.{}", got.body)
}
