//! A unit that works by a script: for those who try the platform without a unit's system at hand.
mod acting; // how it says something
mod script; // what it does when

pub use acting::Acting;
pub use script::{Script, Step};

use crate::cli::say;
use anyhow::Context as _;
use async_nats::jetstream;
use axum::Router;
use axum::extract::State;
use axum::routing::post;
use contracts::subjects::Namespace;
use contracts::unit_documents::{UnitDocumentV1, UnitNotice};
use futures::StreamExt as _;
use http::{HeaderMap, StatusCode};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use uuid::Uuid;

/// The unit, and what it remembers.
#[derive(Debug)]
pub struct Unit {
    code: String,
    key: String,
    script: Script,
    acting: Acting,
    seen: HashSet<Uuid>,
    newest: HashMap<Uuid, (i32, i32, chrono::DateTime<chrono::Utc>)>,
    begun: HashSet<(Uuid, i32, i32)>,
    over: HashSet<(Uuid, i32)>,
}

/// What a document asks of the unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Asked {
    /// To work on it.
    Work,
    /// Nothing: it was heard before, is old, or only tells something.
    Nothing,
}

impl Unit {
    /// A unit that remembers nothing.
    #[must_use]
    pub fn new(code: &str, key: &str, script: Script, acting: Acting) -> Self {
        Self {
            code: code.to_owned(),
            key: key.to_owned(),
            script,
            acting,
            seen: HashSet::new(),
            newest: HashMap::new(),
            begun: HashSet::new(),
            over: HashSet::new(),
        }
    }

    /// By id, generation, round and time: README, "5. Keep".
    fn hear(&mut self, document: &UnitDocumentV1) -> Asked {
        let order = &document.data;
        let id = order.order_id.uuid();
        if !self.seen.insert(document.id) {
            return Asked::Nothing;
        }
        let told = (order.generation, order.rework, document.time);
        if self.newest.get(&id).is_some_and(|newest| told < *newest) {
            return Asked::Nothing;
        }
        self.newest.insert(id, told);
        if matches!(order.notice, UnitNotice::Revoked | UnitNotice::Closed) {
            self.over.insert((id, order.generation));
            return Asked::Nothing;
        }
        if order.lead && self.begun.insert((id, order.generation, order.rework)) {
            Asked::Work
        } else {
            Asked::Nothing
        }
    }
}

/// Works on what comes in, many orders at the same time.
async fn work(mut unit: Unit, mut documents: mpsc::Receiver<UnitDocumentV1>) -> anyhow::Result<()> {
    let mut works = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = works.join_next() => {}
            document = documents.recv() => {
                let document = document.context("nobody brings documents any more")?;
                let order = &document.data;
                say(&format!("{} {} {}.{} {}", order.order_number, order.notice.as_str(), order.generation, order.rework, order.title));
                if unit.hear(&document) == Asked::Work {
                    let (acting, script) = (unit.acting.clone(), unit.script.clone());
                    works.spawn(follow(acting, script, unit.code.clone(), unit.key.clone(), document));
                }
            }
        }
    }
}

async fn follow(acting: Acting, script: Script, unit: String, key: String, document: UnitDocumentV1) {
    for step in &script.steps {
        tokio::time::sleep(step.wait()).await;
        match acting.act(&unit, &key, &document, step).await {
            Ok(answer) => say(&format!(
                "{} {} → {answer}",
                document.data.order_number, step.verb
            )),
            Err(refusal) => {
                say(&format!(
                    "{} {} ✗ {refusal:#}",
                    document.data.order_number, step.verb
                ));
                return;
            }
        }
    }
}

#[derive(Clone)]
struct Door {
    secret: Arc<[u8]>,
    inbox: mpsc::Sender<UnitDocumentV1>,
}

/// Serves the unit's endpoint until it fails.
///
/// # Errors
/// When the socket fails.
pub async fn webhook(listener: TcpListener, secret: Vec<u8>, unit: Unit) -> anyhow::Result<()> {
    let (inbox, documents) = mpsc::channel(1024);
    let door = Door {
        secret: secret.into(),
        inbox,
    };
    let routes = Router::new().fallback(post(receive)).with_state(door);
    tokio::select! {
        served = axum::serve(listener, routes) => served.context("serve the endpoint"),
        worked = work(unit, documents) => worked,
    }
}

async fn receive(State(door): State<Door>, headers: HeaderMap, body: String) -> StatusCode {
    if let Err(error) = signing::verify(&door.secret, &headers, body.as_bytes(), crate::now_secs()) {
        say(&format!("refused a call: {error}"));
        return StatusCode::UNAUTHORIZED;
    }
    match serde_json::from_str(&body) {
        Ok(document) => match door.inbox.send(document).await {
            Ok(()) => StatusCode::NO_CONTENT,
            Err(_) => StatusCode::SERVICE_UNAVAILABLE,
        },
        // A test call, or something new: taken, and nothing is done.
        Err(_) => StatusCode::NO_CONTENT,
    }
}

/// Reads the unit's consumer until the connection ends.
///
/// # Errors
/// When there is no consumer for this unit, or the connection ends.
pub async fn nats(client: &async_nats::Client, unit: Unit) -> anyhow::Result<()> {
    let durable = Namespace::unit_durable(&unit.code.as_str().into());
    let stream = Namespace::default().stream("UNITS");
    let consumer: jetstream::consumer::PullConsumer = jetstream::new(client.clone())
        .get_consumer_from_stream(&durable, &stream)
        .await
        .with_context(|| format!("no consumer {durable}: is the unit's way `nats`?"))?;
    let (inbox, documents) = mpsc::channel(1024);
    let reading = async {
        let mut messages = consumer.messages().await.context("read the consumer")?;
        while let Some(message) = messages.next().await {
            let message = message.context("read the consumer")?;
            if let Ok(document) = serde_json::from_slice(&message.payload) {
                inbox.send(document).await.context("nobody works")?;
            }
            message
                .ack()
                .await
                .map_err(|error| anyhow::anyhow!("acknowledge: {error}"))?;
        }
        anyhow::bail!("the connection to NATS ended")
    };
    tokio::select! {
        read = reading => read,
        worked = work(unit, documents) => worked,
    }
}
