//! Composition: what routing is made of. No logic.
use crate::config::RoutingConfig;
use crate::ctx::Ctx;
use crate::usecases::directories::Directories;
use crate::usecases::draft_contents::DraftContents;
use crate::usecases::texts::Texts;
use crate::{api, consumers, jobs};
use bus::Bus;
use bus::objects::Objects;
use runtime::{App, Parts, Service};
use sqlx::migrate::Migrator;
use std::sync::Arc;
use tokio::sync::Semaphore;

static MIGRATOR: Migrator = sqlx::migrate!();

/// The service.
pub struct Routing;

impl Service for Routing {
    const NAME: &'static str = "routing";
    const DEFAULTS: &'static str = include_str!("../config/default.toml");
    type Config = RoutingConfig;

    fn migrator() -> &'static Migrator {
        &MIGRATOR
    }

    fn check(config: &RoutingConfig) -> Result<(), String> {
        config.check()
    }

    /// The object store in which other services find what they need of the directory.
    async fn provision(_: &RoutingConfig, bus: &Bus) -> anyhow::Result<()> {
        bus::objects::provision(bus, &contracts::streams::directory(bus.namespace())).await?;
        Ok(())
    }

    async fn build(parts: Parts, config: RoutingConfig) -> anyhow::Result<App> {
        let store = Objects::new(
            parts.bus.clone(),
            contracts::streams::directory(parts.bus.namespace()),
        );
        let directories = Directories::default();
        let texts = Texts::new(&config.text);
        let ctx = Ctx {
            db: parts.db,
            directories: directories.clone(),
            drafts: DraftContents::default(),
            uploads: Arc::new(Semaphore::new(config.uploads_max)),
            texts: texts.clone(),
            config,
        };
        let table = api::table(&ctx.config);
        Ok(App {
            texts: api::TEXTS,
            handlers: consumers::handlers(&directories, &texts),
            jobs: jobs::jobs(&ctx, &store),
            ..App::new(table.with_state(ctx))
        })
    }
}
