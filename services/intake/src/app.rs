//! The composition of intake: builds its parts, starts nothing.
use crate::config::IntakeConfig;
use crate::ctx::Ctx;
use crate::usecases::keep_directory::Known;
use crate::usecases::register_complaint::RegisterComplaint;
use crate::usecases::reveal_identity::RevealIdentity;
use crate::vault::Vault;
use crate::{api, consumers, jobs};
use bus::Bus;
use bus::objects::Objects;
use db::Together;
use runtime::{App, Parts, Service};
use sqlx::migrate::Migrator;
use std::sync::Arc;

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
        let ctx = Ctx {
            register: Together::start(parts.db.clone(), register),
            reveal: RevealIdentity { vault },
            directory: Known::default(),
            objects: Objects::new(
                parts.bus.clone(),
                contracts::streams::directory(parts.bus.namespace()),
            ),
            similar_days: i64::from(config.similar_days),
            db: parts.db,
            offset,
        };
        Ok(App {
            texts: api::TEXTS,
            handlers: consumers::handlers(),
            jobs: jobs::all(&ctx),
            ..App::new(api::table(ctx))
        })
    }

    /// The object store is made by whoever comes first.
    async fn provision(_: &IntakeConfig, platform: &Bus) -> anyhow::Result<()> {
        bus::objects::provision(platform, &contracts::streams::directory(platform.namespace())).await?;
        Ok(())
    }
}
