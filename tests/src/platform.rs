//! All five services of one test in one process, in one world, with the sample city loaded.
//!
//! They are stepped by hand (`settle`) and share a clock that tests move. Whatever a test does goes through an
//! interface that a person or a unit's system has too; the steps of people are in `people`.
use crate::city;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use callback::app::Callback;
use chrono::{DateTime, FixedOffset, TimeDelta};
use intake::app::Intake;
use routing::Routing;
use runtime::embedded::ThrowAway;
use std::path::Path;
use supervision::app::Supervision;
use testkit::{Role, TestApp, World};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use unit_gateway::UnitGateway;

/// The platform under test.
pub struct Platform {
    /// Complaints, callers, progress.
    pub intake: TestApp,
    /// The directory and its decisions.
    pub routing: TestApp,
    /// What units receive and do.
    pub gateway: TestApp,
    /// Callbacks and how orders end.
    pub callback: TestApp,
    /// Timelines and clocks.
    pub supervision: TestApp,
    /// What they share.
    pub world: World,
    /// Messages to callers, one file each, as a provider would get them.
    pub messages: ThrowAway,
    /// Calls between units and callers, one file each, as the relay's provider would get them.
    pub calls: ThrowAway,
    _intake_listens: JoinSet<std::io::Result<()>>,
}

/// Rounds after which a test is told that the platform never comes to rest.
const ROUNDS_MAX: usize = 200;

impl Platform {
    /// Starts it on a Monday morning with the sample city.
    pub async fn start() -> Self {
        Self::start_with(World::new(), &[]).await
    }

    /// Starts it at a given local time, `2026-03-02T16:00:00+08:00`.
    ///
    /// # Panics
    /// When that is no time.
    pub async fn start_at(local: &str) -> Self {
        Self::start_with(World::at(local.parse().expect("a time with its offset")), &[]).await
    }

    /// Starts it in a given world with further settings of its intake.
    ///
    /// # Panics
    /// When a part cannot start.
    pub async fn start_with(world: World, more: &[(&'static str, String)]) -> Self {
        let messages = ThrowAway::new("messages").expect("a folder");
        let mut vault = intake_settings();
        vault.extend_from_slice(more);
        vault.push(("service.messages.folder", messages.path().display().to_string()));
        let calls = ThrowAway::new("relay").expect("a folder");
        vault.push(("service.relay.folder", calls.path().display().to_string()));
        let mut gateway = gateway_settings(&world);
        // One person publishes every pack that a journey needs.
        let alone = [("service.two_person_rule", "false".to_owned())];
        let intake = TestApp::start_with::<Intake>(&world, &vault).await;
        let (address, intake_listens) = listen(&intake).await;
        let asking = callback_settings(&address);
        gateway.push(("service.contacts.intake_url", address));
        let (routing, gateway, callback, supervision) = tokio::join!(
            TestApp::start_with::<Routing>(&world, &alone),
            TestApp::start_with::<UnitGateway>(&world, &gateway),
            TestApp::start_with::<Callback>(&world, &asking),
            TestApp::start_with::<Supervision>(&world, &[]),
        );
        let platform = Self {
            intake,
            routing,
            gateway,
            callback,
            supervision,
            world,
            messages,
            calls,
            _intake_listens: intake_listens,
        };
        platform.import(&city::sample()).await;
        platform
    }

    /// Starts it as one of the cities of `infra/cities`: its directory and its policies hold.
    pub async fn of_city(name: &str) -> Self {
        Self::start().await.become_city(name).await
    }

    /// The same at a given local time.
    ///
    /// # Panics
    /// When that is no time.
    pub async fn of_city_at(name: &str, local: &str) -> Self {
        Self::start_at(local).await.become_city(name).await
    }

    async fn become_city(self, name: &str) -> Self {
        let folder = city::named(name);
        self.import(&folder).await;
        self.policies(&folder).await;
        self
    }

    /// Puts the policies of a pack where they belong.
    ///
    /// # Panics
    /// When a service refuses one.
    pub async fn policies(&self, folder: &Path) {
        for (file, app, path) in [
            ("callback.toml", &self.callback, "/v1/policy"),
            ("ladder.toml", &self.supervision, "/v1/policies/ladder"),
            ("scores.toml", &self.supervision, "/v1/policies/scores"),
        ] {
            let Ok(document) = std::fs::read_to_string(folder.join(file)) else {
                continue;
            };
            let body = serde_json::json!({ "document": document });
            let answer = app.http(Role::Admin).put(path, body).await;
            assert!(answer.status.is_success(), "{file}: {}", answer.body);
        }
        self.settle().await;
    }

    /// Publishes a city's pack and lets every service hear of it.
    pub async fn import(&self, folder: &Path) {
        let pack = city::files(folder);
        let editor = self.routing.http(Role::DirectoryEditor);
        let answer = editor
            .post("/v1/directory/versions", serde_json::json!({ "pack": pack }))
            .await;
        assert!(
            answer.status.is_success(),
            "{}: {}",
            folder.display(),
            answer.body
        );
        self.settle().await;
    }

    /// The five, in the order in which facts travel.
    #[must_use]
    pub const fn apps(&self) -> [&TestApp; 5] {
        [
            &self.intake,
            &self.routing,
            &self.gateway,
            &self.callback,
            &self.supervision,
        ]
    }

    /// Runs relays, consumers, held lines and due jobs of all five until nothing moves anywhere.
    ///
    /// # Panics
    /// When it never comes to rest.
    pub async fn settle(&self) {
        for _ in 0..ROUNDS_MAX {
            let mut moved = 0;
            for app in self.apps() {
                moved += app.step().await;
            }
            if moved == 0 {
                let again = self.apps().map(TestApp::look_again);
                moved = futures::future::join_all(again).await.into_iter().sum();
            }
            if moved == 0 {
                return;
            }
        }
        panic!("the platform does not come to rest");
    }

    /// Moves everybody's clock and lets happen what is due then.
    pub async fn pass(&self, time: TimeDelta) {
        self.world.clock.advance(time);
        self.settle().await;
    }

    /// Moves everybody's clock to a local time and lets happen what is due then.
    ///
    /// # Panics
    /// When that is no time.
    pub async fn pass_until(&self, local: &str) {
        let to: DateTime<FixedOffset> = local.parse().expect("a time with its offset");
        self.world.clock.set(to.to_utc());
        self.settle().await;
    }
}

/// By which intake knows callback.
const MESSAGES_KEY: &str = "ik_journeys-journeys-journeys-journeys";
/// By which intake knows unit-gateway.
const RELAY_KEY: &str = "ik_contacts-contacts-contacts-contacts";

/// Intake on a port of this machine: callback has messages sent there, unit-gateway calls connected.
async fn listen(intake: &TestApp) -> (String, JoinSet<std::io::Result<()>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let (router, mut listens) = (intake.router.clone(), JoinSet::new());
    listens.spawn(async move { axum::serve(listener, router).await });
    (address, listens)
}

fn callback_settings(intake: &str) -> Vec<(&'static str, String)> {
    vec![
        ("service.messages.intake_url", intake.to_owned()),
        ("service.messages.intake_key", MESSAGES_KEY.to_owned()),
        ("service.messages.link_key", STANDARD.encode([4; 32])),
    ]
}

/// Keys of the identity vault: any will do, they live as long as the test.
pub(crate) fn intake_settings() -> Vec<(&'static str, String)> {
    vec![
        ("service.messages.key", MESSAGES_KEY.to_owned()),
        ("service.relay.key", RELAY_KEY.to_owned()),
        ("service.transfers.allow_http", "true".to_owned()),
        ("service.replies.allow_private_targets", "true".to_owned()),
        ("service.transfers.above", "37-12345".to_owned()),
        ("service.vault.keys.1", STANDARD.encode([1; 32])),
        ("service.vault.blind_index_key", STANDARD.encode([2; 32])),
    ]
}

/// The account of the units on the test's server, and webhooks that may go to this machine.
fn gateway_settings(world: &World) -> Vec<(&'static str, String)> {
    vec![
        ("service.contacts.intake_key", RELAY_KEY.to_owned()),
        ("service.units_nats.urls", world.nats.clone()),
        ("service.units_nats.user", "units".to_owned()),
        ("service.units_nats.password", "units".to_owned()),
        ("service.units_nats.namespace", world.namespace.clone()),
        ("service.webhook.secret_key", STANDARD.encode([3; 32])),
        ("service.webhook.allow_private_targets", "true".to_owned()),
    ]
}
