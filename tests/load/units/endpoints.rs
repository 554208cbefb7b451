//! Endpoints of units: each a server of its own on a port of its own, as units have.
use super::post::Post;
use super::{Cluster, access};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use futures::{StreamExt, TryStreamExt};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How the endpoints of a group behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// They take every call.
    Well,
    /// They answer 503.
    Refusing,
    /// They take the call and never answer.
    Hanging,
}

/// Endpoints of a group of units. They end when dropped.
pub struct Endpoints {
    /// The units.
    pub units: Vec<String>,
    /// Where each listens.
    pub addresses: Vec<String>,
    mood: watch::Sender<Mood>,
    _servers: JoinSet<std::io::Result<()>>,
}

#[derive(Clone)]
struct Shared {
    group: &'static str,
    post: Post,
    mood: watch::Receiver<Mood>,
}

/// Registrations at the same time.
const TOGETHER: usize = 8;

impl Endpoints {
    /// Listens; nobody knows of them yet.
    pub async fn open(
        units: Vec<String>,
        group: &'static str,
        mood: Mood,
        post_office: &Post,
    ) -> anyhow::Result<Self> {
        let mood = watch::Sender::new(mood);
        let (mut addresses, mut servers) = (Vec::new(), JoinSet::new());
        for _ in &units {
            let shared = Shared {
                group,
                post: post_office.clone(),
                mood: mood.subscribe(),
            };
            let router = Router::new().route("/orders", post(take)).with_state(shared);
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            addresses.push(format!("http://{}/orders", listener.local_addr()?));
            servers.spawn(async move { axum::serve(listener, router).await });
        }
        Ok(Self {
            units,
            addresses,
            mood,
            _servers: servers,
        })
    }

    /// Registers them as the ways of their units.
    pub async fn register(&self, cluster: &Cluster) -> anyhow::Result<()> {
        register(cluster, &self.ways()).await
    }

    /// Unit and way of each.
    pub fn ways(&self) -> Vec<(String, Value)> {
        let ways = self.units.iter().cloned().zip(&self.addresses);
        ways.map(|(unit, endpoint)| (unit, json!({ "way": "webhook", "endpoint": endpoint })))
            .collect()
    }

    /// Takes the ways back: the units pull from now on, and nobody calls.
    pub async fn withdraw(&self, cluster: &Cluster) -> anyhow::Result<()> {
        register(cluster, &all_by(&self.units, "rest")).await
    }

    /// All of them behave otherwise from now on.
    pub fn behave(&self, mood: Mood) {
        self.mood.send_replace(mood);
    }
}

/// The same way, one without an endpoint, for all of the units.
pub fn all_by(units: &[String], way: &str) -> Vec<(String, Value)> {
    units
        .iter()
        .map(|unit| (unit.clone(), json!({ "way": way })))
        .collect()
}

/// Registers ways.
pub async fn register(cluster: &Cluster, ways: &[(String, Value)]) -> anyhow::Result<()> {
    futures::stream::iter(ways)
        .map(|(unit, body)| access(cluster, unit, body))
        .buffer_unordered(TOGETHER)
        .try_collect::<Vec<()>>()
        .await?;
    Ok(())
}

async fn take(State(shared): State<Shared>, body: Bytes) -> StatusCode {
    let mood = *shared.mood.borrow();
    match mood {
        Mood::Well => {
            shared.post.arrived(shared.group, &body);
            StatusCode::NO_CONTENT
        }
        Mood::Refusing => StatusCode::SERVICE_UNAVAILABLE,
        Mood::Hanging => std::future::pending().await,
    }
}
