//! Composition: what supervision is made of. No logic.
use crate::config::SupervisionConfig;
use crate::ctx::Ctx;
use crate::store::reading::Readings;
use crate::usecases::keep_directory::NameShelf;
use crate::usecases::record_events::RecordEvents;
use crate::usecases::{CalendarShelf, PolicyShelf};
use crate::{api, consumers, jobs};
use bus::Bus;
use bus::objects::Objects;
use runtime::{App, Parts, Service};
use sqlx::migrate::Migrator;

static MIGRATOR: Migrator = sqlx::migrate!();

/// The service.
pub struct Supervision;

impl Service for Supervision {
    const NAME: &'static str = "supervision";
    const DEFAULTS: &'static str = include_str!("../config/default.toml");
    type Config = SupervisionConfig;

    fn migrator() -> &'static Migrator {
        &MIGRATOR
    }

    fn check(config: &SupervisionConfig) -> Result<(), String> {
        config.check()
    }

    async fn provision(_: &SupervisionConfig, platform: &Bus) -> anyhow::Result<()> {
        bus::objects::provision(platform, &contracts::streams::directory(platform.namespace())).await?;
        Ok(())
    }

    async fn build(parts: Parts, config: SupervisionConfig) -> anyhow::Result<App> {
        let (shelf, policies) = (CalendarShelf::default(), PolicyShelf::default());
        let work = RecordEvents {
            policy: config.policy(),
            shelf: shelf.clone(),
            policies: policies.clone(),
        };
        let ctx = Ctx {
            readings: Readings::new(parts.db.pool().clone(), config.readings_max),
            db: parts.db,
            shelf,
            policies,
            names: NameShelf::default(),
            directory: Objects::new(
                parts.bus.clone(),
                contracts::streams::directory(parts.bus.namespace()),
            ),
            config,
        };
        Ok(App {
            texts: api::TEXTS,
            handlers: consumers::handlers(work),
            jobs: jobs::jobs(&ctx, &parts.metrics),
            ..App::new(api::table().with_state(ctx))
        })
    }
}
