//! Hotlines as installations of their own: each with its NATS server and its database, joined by a leaf node whose way can be
//! cut and slowed. The accounts of the servers are what intake says that they should be.
use crate::hotlines::{Hotline, pass};
use crate::wait::until;
use crate::wire::{State, Wire};
use async_nats::jetstream::{self, consumer::pull};
use chrono::TimeDelta;
use futures::StreamExt as _;
use intake::domain::peer_account::{LinkConfiguration, REMOTE_TLS, configuration};
use runtime::embedded::{Binaries, Nats, NatsOptions, ThrowAway};
use serde_json::{Value, json};
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;
use testkit::servers::workspace;
use testkit::{Role, World};

/// How much of a hotline runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Size {
    /// Its intake, for what only intake does.
    Intake,
    /// All five services.
    Whole,
}

/// A hotline with its own NATS server.
pub struct Installation {
    /// The hotline.
    pub hotline: Hotline,
    /// Its server.
    pub nats: Nats,
    /// Where servers of other hotlines connect.
    pub leaf_port: u16,
    /// The way to the server that it connects to, if it does.
    pub wire: Option<Wire>,
    _data: ThrowAway,
}

/// Password of a peer's server at ours.
fn password_of(peer: &str) -> String {
    format!("password-of-{peer}")
}

/// A port that nobody has right now.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// The configuration of the server of `own`, with its links in the places that `infra/nats/nats.conf` has for them.
fn server_config(own: &str, peers: &[&str], leaf_port: u16, remotes: &[(&str, u16)]) -> String {
    let codes: Vec<String> = peers.iter().map(|peer| (*peer).to_owned()).collect();
    let LinkConfiguration {
        mut accounts,
        mut users,
        remotes: mut remote,
    } = configuration(own, &codes);
    accounts = accounts.replace("$NATS_INTAKE_PASSWORD", "intake");
    remote = remote.replace(REMOTE_TLS, "");
    for peer in peers {
        users = users.replace(&format!("$NATS_PEER_{peer}_PASSWORD"), &password_of(peer));
        let found = remotes.iter().find(|(code, _)| code == peer);
        let line =
            found.map(|(_, port)| format!("\"nats-leaf://{own}:{}@127.0.0.1:{port}\"", password_of(own)));
        let variable = format!("$NATS_PEER_{peer}_URL");
        match line {
            Some(url) => remote = remote.replace(&variable, &url),
            None => {
                let others = remote.lines().filter(|line| !line.contains(&variable));
                remote = others.collect::<Vec<_>>().join("\n");
            }
        }
    }
    format!(
        "max_payload: 256KB\n\
         leafnodes {{\n  listen: \"127.0.0.1:{leaf_port}\"\n  no_advertise: true\n  reconnect: 1\n  \
         authorization {{\n{users}}}\n{remote}\n}}\n\
         accounts {{\nAPP {{ jetstream: enabled, users: [ {{ user: app, password: app }} ] }}\n\
         UNITS {{ jetstream: enabled, users: [ {{ user: units, password: units }} ] }}\n{accounts}}}\n"
    )
}

impl Installation {
    /// Starts one that knows these peers, as much of it as wanted; its server connects to that of the hub, over a wire.
    ///
    /// # Panics
    /// When a part cannot start.
    pub async fn start(
        world: &World,
        size: Size,
        code: &str,
        peers: &[&str],
        hub: Option<&Installation>,
    ) -> Self {
        let wire = match hub {
            Some(hub) => Some(Wire::to(SocketAddr::from(([127, 0, 0, 1], hub.leaf_port))).await),
            None => None,
        };
        let leaf_port = free_port();
        let remotes: Vec<(&str, u16)> = hub
            .zip(wire.as_ref())
            .map(|(hub, wire)| (hub.hotline.code.as_str(), wire.port))
            .into_iter()
            .collect();
        let config = server_config(code, peers, leaf_port, &remotes);
        let installation = Self::start_on(world, size, code, (config, leaf_port)).await;
        Self { wire, ..installation }
    }

    /// Starts one on a server with a given configuration, in which others connect to that port.
    ///
    /// # Panics
    /// When a part cannot start.
    pub async fn start_on(world: &World, size: Size, code: &str, (config, leaf_port): (String, u16)) -> Self {
        let data = ThrowAway::new("linked").expect("a folder");
        let options = NatsOptions {
            store_dir: data.path().join("nats"),
            port: None,
            config,
            sync_always: false,
        };
        let binaries = Binaries::find(&workspace().join(".run")).expect("a nats-server");
        let nats = Nats::start(&binaries, options).await.expect("nats-server starts");
        let settings = [
            ("service.peers_nats.urls", nats.url()),
            ("service.peers_nats.user", "intake".to_owned()),
            ("service.peers_nats.password", "intake".to_owned()),
            ("service.peers_nats.ack_timeout_ms", "5000".to_owned()),
        ];
        let hotline = match size {
            Size::Intake => Hotline::start_with(&world.beside(nats.url()), code, &settings).await,
            Size::Whole => Hotline::whole_on(world, code, &nats, &settings).await,
        };
        Self {
            hotline,
            nats,
            leaf_port,
            wire: None,
            _data: data,
        }
    }

    /// Gets to know a peer that is reached over NATS only.
    pub async fn links(&self, code: &str, matters: &[&str]) {
        let peer = json!({ "name": format!("{code}热线"), "ways": ["nats"], "matters": matters });
        let path = format!("/v1/peers/{code}");
        self.hotline
            .app()
            .http(Role::Admin)
            .put(&path, peer)
            .await
            .expect(200);
    }

    /// Compares with a peer; answers what came of it, or null when the peer was not reached.
    pub async fn compares(&self, code: &str) -> Value {
        let path = format!("/v1/peers/{code}/reconciliation");
        let compared = self.hotline.app().http(Role::Admin).post(&path, json!({})).await;
        if compared.status.is_success() {
            compared.body
        } else {
            Value::Null
        }
    }

    /// Puts everything that it was ever sent into its stream once more, as a link might that does not know what it carried; answers
    /// how much that was.
    ///
    /// # Panics
    /// When its server refuses it.
    #[expect(clippy::disallowed_methods, reason = "this is the link that doubles")]
    pub async fn doubles(&self) -> usize {
        let options = async_nats::ConnectOptions::with_user_and_password("intake".into(), "intake".into());
        let client = options.connect(self.nats.url()).await.expect("its server");
        let jetstream = jetstream::new(client);
        let mut stream = jetstream.get_stream("PEERS").await.expect("its stream");
        // The server must not recognise the repeats: intake has to.
        let mut config = stream.info().await.expect("its stream").config.clone();
        config.duplicate_window = Duration::from_millis(100);
        jetstream.update_stream(config).await.expect("a shorter memory");
        let consumer = stream.create_consumer(pull::Config::default()).await;
        let consumer = consumer.expect("a consumer");
        let waiting = consumer.fetch().max_messages(500).messages().await;
        let mut waiting = waiting.expect("messages");
        let mut count = 0;
        while let Some(message) = waiting.next().await {
            let message = message.expect("a message");
            until("a repeat that the server does not recognise", || async {
                let headers = message.headers.clone().unwrap_or_default();
                let (subject, body) = (message.subject.clone(), message.payload.clone());
                let sent = jetstream.publish_with_headers(subject, headers, body).await;
                let stored = sent.expect("a connection").await.expect("room");
                (!stored.duplicate).then_some(())
            })
            .await;
            count += 1;
        }
        count
    }

    /// How the way to its hub is from now on.
    ///
    /// # Panics
    /// When it has no hub.
    pub fn wire(&self) -> &Wire {
        self.wire.as_ref().expect("a hub")
    }
}

/// Returns when a question of either is answered by the other: the link carries both ways.
pub async fn joined(one: &Installation, two: &Installation) {
    until("a link between two servers", || async {
        let there = one.compares(&two.hotline.code).await;
        let back = two.compares(&one.hotline.code).await;
        (there.is_object() && back.is_object()).then_some(())
    })
    .await;
}

/// Two installations that know each other over NATS only; the second one's server connects to the first one's.
pub async fn pair(size: Size, one: &str, two: &str) -> (Installation, Installation) {
    let world = World::new();
    let hub = Installation::start(&world, size, one, &[two, "110"], None).await;
    let spoke = Installation::start(&world, size, two, &[one], Some(&hub)).await;
    hub.links(two, &["M09"]).await;
    spoke.links(one, &[]).await;
    joined(&hub, &spoke).await;
    (hub, spoke)
}

/// The link of a pair is whole again, and carries everything that waited.
pub async fn whole_again(hub: &Installation, spoke: &Installation) {
    spoke.wire().becomes(State::Whole);
    joined(hub, spoke).await;
    pass(&[&hub.hotline, &spoke.hotline], TimeDelta::minutes(6)).await;
}

/// Somebody with a peer's password and a server of his own, on which he may do everything.
pub struct Rogue {
    /// In the account that is bound to the link.
    pub client: async_nats::Client,
    /// The password that he has.
    pub password: String,
    _nats: Nats,
    _data: ThrowAway,
}

impl Rogue {
    /// Connects to the server of `hub` in place of the peer.
    ///
    /// # Panics
    /// When a part cannot start.
    pub async fn start(peer: &str, hub: &Installation) -> Self {
        let data = ThrowAway::new("rogue").expect("a folder");
        let password = password_of(peer);
        let options = NatsOptions {
            store_dir: data.path().join("nats"),
            port: None,
            config: format!(
                "leafnodes {{ reconnect: 1, remotes: [ {{ url: \"nats-leaf://{peer}:{password}@127.0.0.1:{}\", account: FREE }} ] }}\n\
                 accounts {{ FREE {{ users: [ {{ user: rogue, password: rogue }} ] }} }}\n",
                hub.leaf_port
            ),
            sync_always: false,
        };
        let binaries = Binaries::find(&workspace().join(".run")).expect("a nats-server");
        let nats = Nats::start(&binaries, options).await.expect("nats-server starts");
        let options = async_nats::ConnectOptions::with_user_and_password("rogue".into(), "rogue".into());
        let client = options
            .connect(nats.url())
            .await
            .expect("its own server lets it in");
        Self {
            client,
            password,
            _nats: nats,
            _data: data,
        }
    }
}
