//! The composition of intake: builds its parts, starts nothing.
use crate::clients::peer_stream::PeerStream;
use crate::clients::peers::Peers;
use crate::clients::relay::Exchange;
use crate::clients::reply_desks::ReplyDesks;
use crate::clients::sms::Sms;
use crate::config::{CALLBACK_SUBJECT, GATEWAY_SUBJECT, IntakeConfig, SERVICE_KEY};
use crate::ctx::{Ctx, Relays};
use crate::links::Links;
use crate::usecases::keep_directory::Known;
use crate::usecases::open_relay::OpenRelay;
use crate::usecases::register_complaint::RegisterComplaint;
use crate::usecases::relay_call::BeginCall;
use crate::usecases::reveal_identity::RevealIdentity;
use crate::usecases::rotate_keys;
use crate::vault::Vault;
use crate::{api, consumers, jobs};
use anyhow::Context as _;
use bus::Bus;
use bus::objects::Objects;
use db::{Db, Together};
use runtime::{App, Parts, Service};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};
use sqlx::migrate::Migrator;
use std::sync::Arc;
use std::time::Duration;
use web::auth::{KeyAuth, Principal, Role};

static MIGRATOR: Migrator = sqlx::migrate!();

/// The service.
pub struct Intake;

impl Service for Intake {
    const NAME: &'static str = "intake";
    const DEFAULTS: &'static str = include_str!("../config/default.toml");
    type Config = IntakeConfig;

    fn migrator() -> &'static Migrator {
        &MIGRATOR
    }

    fn check(config: &IntakeConfig) -> Result<(), String> {
        config.check()
    }

    async fn build(parts: Parts, config: IntakeConfig) -> anyhow::Result<App> {
        let vault = Arc::new(Vault::new(&config.vault.read()?));
        let offset = config.offset().map_err(anyhow::Error::msg)?;
        let register = RegisterComplaint {
            vault: Arc::clone(&vault),
            offset,
        };
        let reveal = RevealIdentity {
            vault: Arc::clone(&vault),
        };
        let ctx = Ctx {
            register: Together::start(parts.db.clone(), register),
            relays: Relays {
                open: OpenRelay {
                    lifetime: chrono::TimeDelta::seconds(config.relay.lifetime_secs.into()),
                },
                begin: BeginCall {
                    reveal: reveal.clone(),
                },
                shown: config.relay.number.clone(),
            },
            exchange: Exchange::new(&config.relay)?,
            reveal,
            links: Links {
                client: Peers::new(&config.transfers)?,
                stream: links(&config).await?,
                vault,
            },
            alarms: parts.metrics.gauge(
                "transfer_alarms",
                "refused or lapsed emergencies, and cases that could not be registered: what waits for a person",
                &["kind"],
            ),
            transfers: Arc::new(config.transfers.clone()),
            open311: Arc::new(config.open311.clone()),
            sms: Sms::new(&config.messages)?,
            desks: ReplyDesks::new(&config.replies)?,
            replies: Arc::new(config.replies.clone()),
            directory: Known::default(),
            objects: Objects::new(
                parts.bus.clone(),
                contracts::streams::directory(parts.bus.namespace()),
            ),
            similar_days: i64::from(config.similar_days),
            db: parts.db,
            offset,
        };
        let keys = std::iter::once(peer_keys(ctx.db.clone()))
            .chain(service_keys(&[
                (CALLBACK_SUBJECT, &config.messages.key),
                (GATEWAY_SUBJECT, &config.relay.key),
            ]))
            .collect();
        Ok(App {
            keys,
            texts: api::TEXTS,
            handlers: consumers::handlers(),
            jobs: jobs::all(&ctx),
            tasks: api::peer_asks(&ctx).into_iter().collect(),
            ..App::new(api::table(ctx))
        })
    }

    /// The object store is made by whoever comes first. What other hotlines say goes into an account of its own.
    async fn provision(config: &IntakeConfig, platform: &Bus) -> anyhow::Result<()> {
        bus::objects::provision(platform, &contracts::streams::directory(platform.namespace())).await?;
        if let Some(nats) = config.peers_nats() {
            let bus = Bus::connect(nats, Self::NAME)
                .await
                .context("service.peers_nats")?;
            bus::provision::stream(&bus, &contracts::streams::peers(&config.transfers.own_code)).await?;
        }
        Ok(())
    }
}

/// Links over NATS, if they are configured.
async fn links(config: &IntakeConfig) -> anyhow::Result<Option<PeerStream>> {
    let Some(nats) = config.peers_nats() else {
        return Ok(None);
    };
    let bus = Bus::connect(nats, Intake::NAME)
        .await
        .context("service.peers_nats")?;
    let timeout = Duration::from_millis(config.transfers.call_timeout_ms);
    Ok(Some(PeerStream::new(bus, &config.transfers.own_code, timeout)))
}

/// A peer's key makes its holder that hotline.
fn peer_keys(db: Db) -> KeyAuth {
    let lookup = move |key: String| {
        let db = db.clone();
        let found: futures::future::BoxFuture<'static, _> = Box::pin(async move {
            let holder = rotate_keys::holder(&db, &api::peer_key_hash(&key)).await;
            let holder = holder.map_err(|error| api::database(&error))?;
            Ok(holder.map(|code| Principal {
                subject: format!("peer:{code}"),
                roles: std::iter::once(Role::Peer).collect(),
                unit: None,
                name: None,
            }))
        });
        found
    };
    KeyAuth {
        prefix: api::PEER_KEY_PREFIX,
        lookup: Arc::new(lookup),
    }
}

/// The keys of our own services; each may do what its subject says and nothing else. A service without a key may do nothing.
fn service_keys(keys: &[(&'static str, &SecretString)]) -> Option<KeyAuth> {
    let given = keys.iter().filter(|(_, key)| !key.expose_secret().is_empty());
    let known: Vec<_> = given
        .map(|(subject, key)| (*subject, Sha256::digest(key.expose_secret().as_bytes())))
        .collect();
    if known.is_empty() {
        return None;
    }
    let lookup = move |given: String| {
        // Digests are compared, so that the time it takes tells nothing of the key.
        let digest = Sha256::digest(given.as_bytes());
        let holder = known.iter().find(|(_, key)| *key == digest);
        let principal = holder.map(|(subject, _)| Principal {
            subject: (*subject).to_owned(),
            roles: std::iter::once(Role::Service).collect(),
            unit: None,
            name: None,
        });
        let found: futures::future::BoxFuture<'static, _> = Box::pin(std::future::ready(Ok(principal)));
        found
    };
    Some(KeyAuth {
        prefix: SERVICE_KEY,
        lookup: Arc::new(lookup),
    })
}
