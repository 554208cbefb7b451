//! Several hotlines inside a test: platforms of their own (databases, namespace, and a nats-server where all five services run)
//! and scripted ones, joined by links that can be cut, late, one-sided and doubling. Whatever they say to each other goes over
//! HTTP with keys and signatures.
mod owners;
mod scripted;
mod way;

pub use owners::{never_two, one_owner};
pub use scripted::Scripted;
pub use way::{Fault, Link};

use crate::Platform;
use crate::platform::intake_settings;
use chrono::TimeDelta;
use intake::app::Intake;
use runtime::embedded::{Binaries, Nats, NatsOptions, ThrowAway};
use serde_json::{Value, json};
use testkit::servers::{NATS_CONFIG, workspace};
use testkit::{Role, TestApp, World};

/// Longer than the longest wait between two tries.
const RETRIES: TimeDelta = TimeDelta::minutes(6);

/// What runs of a hotline.
enum Runs {
    /// Intake alone, for what only intake does.
    Intake(Box<TestApp>),
    /// All five services.
    Whole(Box<Platform>),
}

/// A hotline that runs this platform.
pub struct Hotline {
    /// Its code.
    pub code: String,
    /// The way to its door.
    pub link: Link,
    // Before the server: what runs ends first.
    runs: Runs,
    _nats: Option<(Nats, ThrowAway)>,
}

impl Hotline {
    /// Starts the intake of one in the time of `world`, with a namespace and a database of its own.
    pub async fn start(world: &World, code: &str) -> Self {
        Self::start_with(world, code, &[]).await
    }

    /// The same with further settings.
    pub async fn start_with(world: &World, code: &str, more: &[(&'static str, String)]) -> Self {
        let mut settings = intake_settings();
        settings.push(own_code(code));
        settings.extend_from_slice(more);
        let own = world.beside(world.nats.clone());
        let app = TestApp::start_with::<Intake>(&own, &settings).await;
        Self::of(code, Runs::Intake(Box::new(app))).await
    }

    /// Starts all five services of one in the time of `world`, with the sample city, on a nats-server and databases of its own.
    ///
    /// # Panics
    /// When a part cannot start.
    pub async fn whole(world: &World, code: &str) -> Self {
        let data = ThrowAway::new("hotline").expect("a folder");
        let options = NatsOptions {
            store_dir: data.path().join("nats"),
            port: None,
            config: NATS_CONFIG.to_owned(),
            sync_always: false,
        };
        let binaries = Binaries::find(&workspace().join(".run")).expect("a nats-server");
        let nats = Nats::start(&binaries, options).await.expect("nats-server starts");
        let started = Self::whole_on(world, code, &nats, &[]).await;
        Self {
            _nats: Some((nats, data)),
            ..started
        }
    }

    /// The same on this nats-server, with further settings of its intake.
    pub async fn whole_on(world: &World, code: &str, nats: &Nats, more: &[(&'static str, String)]) -> Self {
        let mut settings = vec![own_code(code)];
        settings.extend_from_slice(more);
        let platform = Platform::start_with(world.beside(nats.url()), &settings).await;
        Self::of(code, Runs::Whole(Box::new(platform))).await
    }

    async fn of(code: &str, runs: Runs) -> Self {
        let intake: &TestApp = match &runs {
            Runs::Intake(intake) => intake,
            Runs::Whole(platform) => &platform.intake,
        };
        let link = Link::to(intake.router.clone()).await;
        Self {
            code: code.to_owned(),
            link,
            runs,
            _nats: None,
        }
    }

    /// Its intake.
    #[must_use]
    pub fn app(&self) -> &TestApp {
        match &self.runs {
            Runs::Intake(intake) => intake,
            Runs::Whole(platform) => &platform.intake,
        }
    }

    /// All five services.
    ///
    /// # Panics
    /// When only its intake runs.
    #[must_use]
    pub fn platform(&self) -> &Platform {
        match &self.runs {
            Runs::Whole(platform) => platform,
            Runs::Intake(_) => panic!("of {} only intake runs", self.code),
        }
    }

    fn apps(&self) -> Vec<&TestApp> {
        match &self.runs {
            Runs::Intake(intake) => vec![&**intake],
            Runs::Whole(platform) => platform.apps().to_vec(),
        }
    }

    /// One round of everything that it runs; answers how much moved.
    pub async fn step(&self) -> usize {
        let mut moved = 0;
        for app in self.apps() {
            moved += app.step().await;
        }
        moved
    }

    async fn look_again(&self) -> usize {
        let again = self.apps().into_iter().map(TestApp::look_again);
        futures::future::join_all(again).await.into_iter().sum()
    }

    /// Gets to know another hotline at this address, and makes it a key; answers what its administrator is told.
    pub async fn meets(&self, code: &str, url: &str, matters: &[&str]) -> Value {
        let admin = self.app().http(Role::Admin);
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
        self.app().http(Role::Admin).put(&path, keys).await.expect(204);
    }

    /// Registers a complaint; answers the registration.
    pub async fn registers(&self, complaint: Value) -> Value {
        self.app()
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
        self.app()
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
        self.app()
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
            .app()
            .http(Role::Agent)
            .get(&format!("/v1/transfers/{id}"))
            .await;
        if answer.status.is_success() {
            answer.body
        } else {
            Value::Null
        }
    }

    /// The callback agent finds by an order's complaint whom to ask for the caller's number, and asks; answers the number.
    pub async fn finds_number_of(&self, complaint: &str) -> String {
        let agent = self.app().http(Role::CallbackAgent);
        let found = agent
            .get(&format!("/v1/transfers?complaint_id={complaint}"))
            .await;
        let transfer = found.expect(200).text("/items/0/transfer_id");
        let path = format!("/v1/transfers/{transfer}/identity/fetches");
        let look = json!({ "field": "phone", "reason": "回访" });
        agent.post(&path, look).await.expect(200).text("/value")
    }

    /// What the caller of a complaint is told.
    pub async fn tells(&self, number: &str) -> Value {
        let path = format!("/v1/complaints/{number}/progress");
        self.app().http(Role::Agent).get(&path).await.expect(200).body
    }
}

fn own_code(code: &str) -> (&'static str, String) {
    ("service.transfers.own_code", code.to_owned())
}

/// 12345 and 12348, both whole, which know each other.
pub async fn two_platforms() -> (Hotline, Hotline) {
    let world = World::new();
    let (ours, law) = tokio::join!(Hotline::whole(&world, "12345"), Hotline::whole(&world, "12348"));
    join(&ours, &law).await;
    (ours, law)
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
            moved += hotline.step().await;
        }
        if moved == 0 {
            let again = hotlines.iter().map(|hotline| hotline.look_again());
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
        first.app().clock.advance(time);
    }
    settle(hotlines).await;
}

/// Their links are whole again: what was held arrives, and what could not be told is told.
pub async fn heal(hotlines: &[&Hotline]) {
    for hotline in hotlines {
        hotline.link.breaks(Fault::None);
        hotline.link.lets_go().await;
    }
    pass(hotlines, RETRIES).await;
}
