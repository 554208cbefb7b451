//! Composition: what routing is made of. No logic.
use crate::config::RoutingConfig;
use crate::ctx::Ctx;
use crate::usecases::directories::Directories;
use crate::usecases::texts::Texts;
use crate::{api, consumers, jobs};
use runtime::{App, Parts, Service};
use sqlx::migrate::Migrator;

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

    async fn build(parts: Parts, config: RoutingConfig) -> anyhow::Result<App> {
        let directories = Directories::default();
        let texts = Texts::new(&config.text);
        let ctx = Ctx {
            db: parts.db,
            directories: directories.clone(),
            texts: texts.clone(),
            config,
        };
        let table = api::table(&ctx.config);
        Ok(App {
            texts: api::TEXTS,
            handlers: consumers::handlers(&directories, &texts),
            jobs: jobs::jobs(&ctx),
            ..App::new(table.with_state(ctx))
        })
    }
}
