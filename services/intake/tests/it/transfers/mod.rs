//! Cases that are handed between hotlines: several of them inside a test, each with its own database, joined over HTTP. How the
//! owner stays one whatever becomes of the messages is told in `tests/journeys`.
mod caller;
mod codes;
mod identity;
mod known;
mod mended;
mod newer_replica;
mod unregistered;
mod wire;

use crate::harness;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response as HttpResponse};
use intake::app::Intake;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use testkit::{Response, Role, TestApp, World};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use uuid::Uuid;

/// A door on a port of its own; it closes when dropped.
struct Door {
    url: String,
    _server: JoinSet<std::io::Result<()>>,
}

impl Door {
    async fn of(router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, router).await });
        Self { url, _server: server }
    }
}

/// A hotline that runs this platform.
struct Hotline {
    app: TestApp,
    code: &'static str,
    door: Door,
}

impl Hotline {
    async fn start(world: &World, code: &'static str) -> Self {
        let own = World {
            namespace: World::new().namespace,
            ..world.clone()
        };
        let mut settings = harness::keys();
        settings.push(("service.transfers.own_code", code.to_owned()));
        settings.push(("service.transfers.allow_http", "true".to_owned()));
        let app = TestApp::start_with::<Intake>(&own, &settings).await;
        let door = Door::of(app.router.clone()).await;
        Self { app, code, door }
    }

    async fn meets(&self, code: &str, url: &str) -> Value {
        let admin = self.app.http(Role::Admin);
        let peer = json!({ "name": format!("{code}热线"), "url": url });
        admin.put(&format!("/v1/peers/{code}"), peer).await.expect(200);
        let path = format!("/v1/peers/{code}/keys");
        admin.post(&path, json!({})).await.expect(201).body
    }

    async fn keeps(&self, code: &str, keys: Value) {
        let path = format!("/v1/peers/{code}/access");
        self.app.http(Role::Admin).put(&path, keys).await.expect(204);
    }

    async fn registers(&self, changes: Value) -> Value {
        harness::register(&self.app, harness::complaint_with(changes)).await
    }

    async fn offers(&self, order_id: &Value, peer: &str, more: Value) -> Value {
        let body = json!({ "order_id": order_id, "peer": peer, "reason": "属对方职责" });
        let body = with(body, more);
        self.posts("/v1/transfers", body).await.expect(201).body
    }

    async fn posts(&self, path: &str, body: Value) -> Response {
        self.app.http(Role::Agent).post(path, body).await
    }

    async fn decides(&self, transfer: &Value, what: &str, body: Value) -> Value {
        let path = format!("/v1/transfers/{}/{what}", text(transfer, "transfer_id"));
        self.posts(&path, body).await.expect(200).body
    }

    async fn sees(&self, transfer: &Value) -> Value {
        let path = format!("/v1/transfers/{}", text(transfer, "transfer_id"));
        self.app.http(Role::Agent).get(&path).await.expect(200).body
    }

    async fn complaint(&self, complaint_id: &Value) -> Value {
        let path = format!("/v1/complaints/{}", complaint_id.as_str().unwrap());
        self.app.http(Role::Agent).get(&path).await.expect(200).body
    }

    async fn tells(&self, number: &str) -> Value {
        let path = format!("/v1/complaints/{number}/progress");
        self.app.http(Role::Agent).get(&path).await.expect(200).body
    }

    /// What the log of looks says of a complaint.
    async fn looks(&self, complaint_id: &Value) -> Vec<(String, String)> {
        let path = format!(
            "/v1/complaints/{}/identity/accesses",
            complaint_id.as_str().unwrap()
        );
        let log = self.app.http(Role::Auditor).get(&path).await.expect(200).body;
        let lines = log["items"].as_array().unwrap().iter();
        lines
            .map(|line| {
                (
                    text(line, "looked_by").to_owned(),
                    text(line, "outcome").to_owned(),
                )
            })
            .collect()
    }
}

/// The members of both.
fn with(mut body: Value, more: Value) -> Value {
    let (Value::Object(members), Value::Object(more)) = (&mut body, more) else {
        panic!("objects")
    };
    members.extend(more);
    body
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

async fn join(one: &Hotline, two: &Hotline) {
    let for_two = one.meets(two.code, &two.door.url).await;
    let for_one = two.meets(one.code, &one.door.url).await;
    one.keeps(two.code, for_one).await;
    two.keeps(one.code, for_two).await;
}

/// Lets everything happen that can happen without time passing.
async fn settle(hotlines: &[&Hotline]) {
    for _ in 0..200 {
        let mut moved = 0;
        for hotline in hotlines {
            moved += hotline.app.step().await;
        }
        if moved == 0 {
            for hotline in hotlines {
                moved += hotline.app.look_again().await;
            }
        }
        if moved == 0 {
            return;
        }
    }
    panic!("the hotlines do not come to rest");
}

/// 12345 and 12348, which know each other.
async fn two() -> (Hotline, Hotline) {
    let world = World::new();
    let city = Hotline::start(&world, "12345").await;
    let law = Hotline::start(&world, "12348").await;
    join(&city, &law).await;
    (city, law)
}

/// The case of a registration is offered by one and accepted by the other; answers the transfer.
async fn handed_over(from: &Hotline, to: &Hotline, order_id: &Value, more: Value) -> Value {
    let offered = from.offers(order_id, to.code, more).await;
    settle(&[from, to]).await;
    to.decides(&offered, "acceptance", json!({})).await;
    settle(&[from, to]).await;
    assert_eq!(text(&to.sees(&offered).await, "state"), "accepted");
    offered
}

/// What a scripted hotline answers to a message.
type Script = fn(&Value) -> (u16, Value);

#[derive(Clone)]
struct Part {
    heard: Arc<Mutex<Vec<Value>>>,
    script: Arc<Mutex<Script>>,
}

/// A hotline that does not run this platform.
struct Scripted {
    part: Part,
    keys: Value,
    _door: Door,
}

async fn take(State(part): State<Part>, body: Bytes) -> HttpResponse {
    let message: Value = serde_json::from_slice(&body).unwrap();
    let script = *part.script.lock().unwrap();
    let (status, answer) = script(&message);
    part.heard.lock().unwrap().push(message);
    (StatusCode::from_u16(status).unwrap(), answer.to_string()).into_response()
}

/// It lets go of what it has offered as soon as somebody says yes.
fn willing(message: &Value) -> (u16, Value) {
    let state = if message["type"] == "acceptance" {
        "accepted"
    } else {
        "offered"
    };
    (
        200,
        json!({ "transfer_id": message["transfer_id"], "state": state }),
    )
}

/// Its door does not answer.
fn away(_: &Value) -> (u16, Value) {
    (502, json!({}))
}

impl Scripted {
    async fn start(known_to: &Hotline, code: &str) -> Self {
        let part = Part {
            heard: Arc::default(),
            script: Arc::new(Mutex::new(willing)),
        };
        let door = Door::of(Router::new().fallback(take).with_state(part.clone())).await;
        let keys = known_to.meets(code, &door.url).await;
        let ours = json!({ "key": "pk_scripted", "secret": signing::present(&[9; 32]) });
        known_to.keeps(code, ours).await;
        Self {
            part,
            keys,
            _door: door,
        }
    }

    fn plays(&self, script: Script) {
        *self.part.script.lock().unwrap() = script;
    }

    fn heard(&self, kind: &str) -> Vec<Value> {
        let heard = self.part.heard.lock().unwrap().clone();
        heard
            .into_iter()
            .filter(|message| message["type"] == kind)
            .collect()
    }

    async fn asks(&self, to: &Hotline, what: &str, body: &Value) -> Response {
        let secret = signing::read(text(&self.keys, "secret")).unwrap();
        let body = body.to_string();
        let (id, at) = (Uuid::now_v7().to_string(), to.app.clock.now().timestamp());
        let signature = signing::sign(&secret, &id, at, body.as_bytes());
        to.app
            .http_as(text(&self.keys, "key"))
            .header("webhook-id", &id)
            .header("webhook-timestamp", &at.to_string())
            .header("webhook-signature", &signature)
            .post_bytes(&format!("/v1/peer/{what}"), "application/json", body.into_bytes())
            .await
    }

    async fn says(&self, to: &Hotline, message: &Value) -> Response {
        self.asks(to, "messages", message).await
    }
}

/// An offer as 110 makes it, of its case 110-77.
fn offer(hotline: &Hotline, changes: Value) -> Value {
    let now = hotline.app.clock.now();
    let offer = json!({ "kind": "grievance", "urgency": "ordinary", "title": "喇叭扰民", "text": "喇叭", "matter": null,
        "division": null, "address": null, "position": null, "reason": "非警务事项", "consent": false, "voice_at": null });
    let offer = with(offer, changes);
    json!({ "type": "offer", "transfer_id": Uuid::now_v7(), "case_number": "110/110-77", "number": "110-77", "hop": 1,
        "offered_at": now, "answer_until": now + chrono::TimeDelta::hours(2), "offer": offer })
}

/// 12345, and 110, which is scripted.
async fn ours_and_police() -> (Hotline, Scripted) {
    let ours = Hotline::start(&World::new(), "12345").await;
    let police = Scripted::start(&ours, "110").await;
    (ours, police)
}
