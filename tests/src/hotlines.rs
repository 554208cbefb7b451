//! Several hotlines inside a test: platforms of their own (database, namespace) and scripted ones, joined by links that can be
//! cut, late, one-sided and doubling. Whatever they say to each other goes over HTTP with keys and signatures.
use crate::platform::intake_settings;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;

use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use http::{HeaderMap, StatusCode, Uri};
use intake::app::Intake;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use testkit::Client;
use testkit::{Role, TestApp, World};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use uuid::Uuid;

/// What is wrong with the way to a hotline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Nothing.
    None,
    /// Nothing gets through.
    Cut,
    /// Calls time out, and arrive later, when the link is told to let them.
    Late,
    /// Calls get through, answers do not come back.
    OneSided,
    /// Every call arrives twice.
    Twice,
}

/// One call as it was sent.
#[derive(Clone, Debug)]
struct Call {
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

struct Way {
    router: Router,
    fault: Mutex<Fault>,
    held: Mutex<Vec<Call>>,
}

fn open<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Way {
    async fn deliver(&self, call: &Call) -> Response {
        let mut client = Client::new(self.router.clone(), None);
        for name in [
            "authorization",
            "webhook-id",
            "webhook-timestamp",
            "webhook-signature",
        ] {
            if let Some(value) = call.headers.get(name).and_then(|value| value.to_str().ok()) {
                client = client.header(name, value);
            }
        }
        let answer = client
            .post_bytes(&call.path, "application/json", call.body.to_vec())
            .await;
        (answer.status, answer.body.to_string()).into_response()
    }
}

async fn carry(State(way): State<Arc<Way>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let call = Call {
        path: uri.path().to_owned(),
        headers,
        body,
    };
    let fault = *open(&way.fault);
    match fault {
        Fault::None => way.deliver(&call).await,
        Fault::Cut => StatusCode::BAD_GATEWAY.into_response(),
        Fault::Late => {
            open(&way.held).push(call);
            StatusCode::GATEWAY_TIMEOUT.into_response()
        }
        Fault::OneSided => {
            way.deliver(&call).await;
            StatusCode::GATEWAY_TIMEOUT.into_response()
        }
        Fault::Twice => {
            way.deliver(&call).await;
            way.deliver(&call).await
        }
    }
}

/// The way to a hotline's door, with its faults; it ends when dropped.
pub struct Link {
    /// Base address.
    pub url: String,
    way: Arc<Way>,
    _server: JoinSet<std::io::Result<()>>,
}

impl Link {
    async fn to(router: Router) -> Self {
        let way = Arc::new(Way {
            router,
            fault: Mutex::new(Fault::None),
            held: Mutex::new(Vec::new()),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let served = Router::new().fallback(carry).with_state(Arc::clone(&way));
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, served).await });
        Self {
            url,
            way,
            _server: server,
        }
    }

    /// From now on this is wrong with it.
    pub fn breaks(&self, fault: Fault) {
        *open(&self.way.fault) = fault;
    }

    /// What was held arrives now, the newest first.
    pub async fn lets_go(&self) {
        let held = std::mem::take(&mut *open(&self.way.held));
        for call in held.iter().rev() {
            self.way.deliver(call).await;
        }
    }
}

/// A hotline that runs this platform.
pub struct Hotline {
    /// Its intake.
    pub app: TestApp,
    /// Its code.
    pub code: String,
    /// The way to its door.
    pub link: Link,
}

impl Hotline {
    /// Starts one in the time of `world`, with a namespace and a database of its own.
    pub async fn start(world: &World, code: &str) -> Self {
        Self::start_with(world, code, &[]).await
    }

    /// The same with further settings.
    pub async fn start_with(world: &World, code: &str, more: &[(&'static str, String)]) -> Self {
        let own = World {
            namespace: World::new().namespace,
            ..world.clone()
        };
        let mut settings = intake_settings();
        settings.push(("service.transfers.own_code", code.to_owned()));
        settings.push(("service.transfers.allow_http", "true".to_owned()));
        settings.extend_from_slice(more);
        let app = TestApp::start_with::<Intake>(&own, &settings).await;
        let link = Link::to(app.router.clone()).await;
        Self {
            app,
            code: code.to_owned(),
            link,
        }
    }

    /// Gets to know another hotline at this address, and makes it a key; answers what its administrator is told.
    pub async fn meets(&self, code: &str, url: &str, matters: &[&str]) -> Value {
        let admin = self.app.http(Role::Admin);
        let peer = json!({ "name": format!("{code}热线"), "url": url, "matters": matters });
        admin.put(&format!("/v1/peers/{code}"), peer).await.expect(200);
        admin
            .post(&format!("/v1/peers/{code}/keys"), json!({}))
            .await
            .expect(201)
            .body
    }

    /// Keeps the keys that another hotline has made for it.
    pub async fn keeps(&self, code: &str, keys: Value) {
        let path = format!("/v1/peers/{code}/access");
        self.app.http(Role::Admin).put(&path, keys).await.expect(204);
    }

    /// Registers a complaint; answers the registration.
    pub async fn registers(&self, complaint: Value) -> Value {
        self.app
            .http(Role::Agent)
            .post("/v1/complaints", complaint)
            .await
            .expect(201)
            .body
    }

    /// Offers the first order of a registration; answers the transfer.
    pub async fn offers(&self, registered: &Value, peer: &str, more: Value) -> Value {
        let mut body =
            json!({ "order_id": registered["orders"][0]["order_id"], "peer": peer, "reason": "属对方职责" });
        if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
            body.extend(more);
        }
        self.app
            .http(Role::Agent)
            .post("/v1/transfers", body)
            .await
            .expect(201)
            .body
    }

    /// Decides about a transfer: `acceptance`, `refusal`, `call`, `withdrawal`, `result`.
    pub async fn decides(&self, transfer: &Value, what: &str, body: Value) -> Value {
        let id = transfer["transfer_id"].as_str().expect("an id");
        let path = format!("/v1/transfers/{id}/{what}");
        self.app
            .http(Role::Agent)
            .post(&path, body)
            .await
            .expect(200)
            .body
    }

    /// How a transfer stands here; null when it is unknown.
    pub async fn sees(&self, transfer: &Value) -> Value {
        let id = transfer["transfer_id"].as_str().expect("an id");
        let answer = self
            .app
            .http(Role::Agent)
            .get(&format!("/v1/transfers/{id}"))
            .await;
        if answer.status.is_success() {
            answer.body
        } else {
            Value::Null
        }
    }

    /// What the caller of a complaint is told.
    pub async fn tells(&self, number: &str) -> Value {
        let path = format!("/v1/complaints/{number}/progress");
        self.app.http(Role::Agent).get(&path).await.expect(200).body
    }
}

/// Two hotlines know each other and have exchanged keys.
pub async fn join(one: &Hotline, two: &Hotline) {
    let for_two = one.meets(&two.code, &two.link.url, &["M09"]).await;
    let for_one = two.meets(&one.code, &one.link.url, &[]).await;
    one.keeps(&two.code, for_one).await;
    two.keeps(&one.code, for_two).await;
}

/// Lets everything happen that can happen without time passing.
///
/// # Panics
/// When it never comes to rest.
pub async fn settle(hotlines: &[&Hotline]) {
    for _ in 0..200 {
        let mut moved = 0;
        for hotline in hotlines {
            moved += hotline.app.step().await;
        }
        if moved == 0 {
            let again = hotlines.iter().map(|hotline| hotline.app.look_again());
            moved = futures::future::join_all(again).await.into_iter().sum();
        }
        if moved == 0 {
            return;
        }
    }
    panic!("the hotlines do not come to rest");
}

/// Lets time pass, and what is due then happen.
pub async fn pass(hotlines: &[&Hotline], time: TimeDelta) {
    if let Some(first) = hotlines.first() {
        first.app.clock.advance(time);
    }
    settle(hotlines).await;
}

/// A hotline that does not run this platform: it takes messages as its script says, and keeps them.
pub struct Scripted {
    /// Every message it took, in order.
    taken: Arc<Mutex<Vec<Value>>>,
    /// The way to its door.
    pub link: Link,
    keys: Mutex<Option<Value>>,
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
            keys: Mutex::new(Some(keys)),
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

    /// Tells a hotline something, signed; answers status and body.
    ///
    /// # Panics
    /// When it has no keys.
    pub async fn says(&self, to: &Hotline, message: &Value) -> (StatusCode, Value) {
        let keys = open(&self.keys).clone().expect("keys");
        let secret = signing::read(keys["secret"].as_str().expect("a secret")).expect("a secret");
        let body = message.to_string();
        let (id, at) = (Uuid::now_v7().to_string(), to.app.clock.now().timestamp());
        let signature = signing::sign(&secret, &id, at, body.as_bytes());
        let answer = to
            .app
            .http_as(keys["key"].as_str().expect("a key"))
            .header("webhook-id", &id)
            .header("webhook-timestamp", &at.to_string())
            .header("webhook-signature", &signature)
            .post_bytes("/v1/peer/messages", "application/json", body.into_bytes())
            .await;
        (answer.status, answer.body)
    }
}

/// From both sides' records: who owned the case when. Fails unless there is exactly one owner at every instant from its
/// acceptance on.
///
/// # Panics
/// When there is a gap or an overlap.
pub async fn one_owner(sender: &Hotline, receiver: &Hotline, transfer: &Value) -> &'static str {
    let (here, there) = (sender.sees(transfer).await, receiver.sees(transfer).await);
    let (ours, theirs) = (&here["ownership"], &there["ownership"]);
    assert!(
        ours["owned_from"].is_string(),
        "the sender's record begins with the acceptance: {here}"
    );
    if theirs.is_null() {
        assert!(
            ours["lost_to"].is_null(),
            "the sender let it go and nobody has it: {here} {there}"
        );
        assert_eq!(
            (here["ours"].as_bool(), there["ours"].as_bool().unwrap_or(false)),
            (Some(true), false)
        );
        return "sender";
    }
    assert_eq!(ours["lost_to"], receiver.code, "{here}");
    assert_eq!(theirs["gained_from"], sender.code, "{there}");
    assert_eq!(
        ours["owned_until"], theirs["owned_from"],
        "one ends at the instant at which the other begins"
    );
    "receiver"
}

/// At no moment do both say that the case is theirs.
///
/// # Panics
/// When they do.
pub async fn never_two(sender: &Hotline, receiver: &Hotline, transfer: &Value) {
    let (here, there) = (sender.sees(transfer).await, receiver.sees(transfer).await);
    let both = here["ours"] == true && there["ours"] == true;
    assert!(!both, "two owners: {here} {there}");
}
