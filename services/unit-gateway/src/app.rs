//! The composition: every part is made here and nowhere else. No logic.
use crate::clients::attachment_store::Folder;
use crate::clients::intake::Intake;
use crate::clients::unit_connections::UnitConnections;
use crate::clients::unit_stream::UnitStream;
use crate::clients::webhooks::{CallLimits, Webhooks};
use crate::config::UnitGatewayConfig;
use crate::ctx::Ctx;
use crate::domain::nats_login::Issuer;
use crate::domain::sealing::Sealer;
use crate::domain::unit_key;
use crate::figures::Figures;
use crate::usecases::acknowledge_pull::AcknowledgePulls;
use crate::usecases::act_on_order::ActOnOrders;
use crate::usecases::feeds::Feeds;
use crate::usecases::find_key::KeyRing;
use crate::{SERVICE, api, commands, consumers, jobs, wire};
use anyhow::Context;
use bus::Bus;
use bus::objects::Objects;
use chrono::TimeDelta;
use db::Together;
use runtime::{App, Parts, Service};
use secrecy::ExposeSecret;
use sqlx::migrate::Migrator;
use std::sync::Arc;
use std::time::Duration;
use web::auth::{KeyAuth, Principal, Role};

static MIGRATOR: Migrator = sqlx::migrate!();

/// The service.
#[derive(Clone, Copy, Debug)]
pub struct UnitGateway;

impl Service for UnitGateway {
    const NAME: &'static str = SERVICE;
    const DEFAULTS: &'static str = include_str!("../config/default.toml");
    type Config = UnitGatewayConfig;

    fn migrator() -> &'static Migrator {
        &MIGRATOR
    }

    fn check(config: &UnitGatewayConfig) -> Result<(), String> {
        config.check()
    }

    /// The stream of the units is in their own account, so it is made over the connection to that.
    async fn provision(config: &UnitGatewayConfig, platform: &Bus) -> anyhow::Result<()> {
        bus::objects::provision(platform, &contracts::streams::directory(platform.namespace())).await?;
        let bus = Bus::connect(&config.units_nats, Self::NAME)
            .await
            .context("service.units_nats")?;
        bus::provision::stream(&bus, &contracts::streams::units(bus.namespace())).await?;
        Ok(())
    }

    async fn build(parts: Parts, config: UnitGatewayConfig) -> anyhow::Result<App> {
        let sealer =
            Sealer::new(config.webhook.secret_key.expose_secret()).context("service.webhook.secret_key")?;
        let webhooks = Webhooks::new(CallLimits {
            timeout: Duration::from_millis(config.webhook.timeout_ms),
            connect_timeout: Duration::from_millis(config.webhook.connect_timeout_ms),
            response_max_bytes: config.webhook.response_max_bytes,
            allow_private_targets: config.webhook.allow_private_targets,
        })?;
        let units = Bus::connect(&config.units_nats, Self::NAME)
            .await
            .context("service.units_nats")?;
        let logins = &config.unit_logins;
        let connections =
            UnitConnections::connect(&config.units_nats, &logins.system_user, &logins.system_password)
                .await
                .context("service.unit_logins.system_user")?;
        let issuer = issuer(logins.issuer_key.expose_secret())?;
        let contacts = &config.contacts;
        let intake = Intake::new(
            &contacts.intake_url,
            contacts.intake_key.clone(),
            contacts.timeout_ms,
        )?;
        let ctx = Ctx {
            connections,
            intake,
            act: Together::start(parts.db.clone(), ActOnOrders),
            acknowledge: Together::start(parts.db.clone(), AcknowledgePulls),
            feeds: Feeds::new(config.delivery.waiting_pulls_max),
            keys: KeyRing::new(parts.db.clone(), TimeDelta::seconds(config.key_cache_secs)),
            stream: UnitStream::new(units),
            directory: Objects::new(
                parts.bus.clone(),
                contracts::streams::directory(parts.bus.namespace()),
            ),
            attachments: Arc::new(Folder::new(config.attachments.folder.clone())),
            webhooks,
            sealer,
            paces: Arc::default(),
            figures: Figures::new(&parts.metrics),
            config: Arc::new(config),
            db: parts.db,
        };
        let local = ctx.offset();
        let mut app = App::new(api::table(ctx.clone()));
        app.texts = wire::problem::TEXTS;
        app.keys = vec![unit_keys(ctx.keys.clone())];
        app.handlers = consumers::all(local);
        app.jobs = jobs::all(&ctx);
        app.tasks = vec![commands::task(ctx.clone())];
        app.tasks
            .extend(issuer.map(|issuer| commands::logins(ctx, issuer)));
        Ok(app)
    }
}

/// The key that lets units in on NATS, if there is one.
fn issuer(key: &str) -> anyhow::Result<Option<Issuer>> {
    if key.is_empty() {
        return Ok(None);
    }
    Issuer::new(key)
        .map(Some)
        .context("service.unit_logins.issuer_key")
}

/// A unit's key makes its holder an operator of that unit.
fn unit_keys(keys: KeyRing) -> KeyAuth {
    let lookup = move |key: String| {
        let keys = keys.clone();
        let found: futures::future::BoxFuture<'static, _> = Box::pin(async move {
            let owner = keys
                .find(&key)
                .await
                .map_err(|error| wire::problem::failed(&error))?;
            Ok(owner.map(|owner| Principal {
                subject: owner.subject(),
                roles: std::iter::once(Role::UnitOperator).collect(),
                unit: Some(owner.unit.0),
                name: None,
            }))
        });
        found
    };
    KeyAuth {
        prefix: unit_key::PREFIX,
        lookup: Arc::new(lookup),
    }
}
