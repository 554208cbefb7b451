//! Composition: what callback is made of. No logic.
use crate::config::CallbackConfig;
use crate::ctx::{Ctx, Messages};
use crate::usecases::policies::PolicyShelf;
use crate::{api, consumers, jobs};
use runtime::{App, Parts, Service};
use sqlx::migrate::Migrator;

static MIGRATOR: Migrator = sqlx::migrate!();

/// The service.
pub struct Callback;

impl Service for Callback {
    const NAME: &'static str = "callback";
    const DEFAULTS: &'static str = include_str!("../config/default.toml");
    type Config = CallbackConfig;

    fn migrator() -> &'static Migrator {
        &MIGRATOR
    }

    fn check(config: &CallbackConfig) -> Result<(), String> {
        config.check()
    }

    async fn build(parts: Parts, config: CallbackConfig) -> anyhow::Result<App> {
        let initial = config.policies().map_err(anyhow::Error::msg)?;
        let messages = Messages::new(&config.messages)?;
        let policies = PolicyShelf::new(initial, messages.is_some());
        let handlers = consumers::handlers(policies.clone());
        let ctx = Ctx::new(parts.db, config, policies, messages);
        let jobs = jobs::all(&ctx);
        let table = api::table().with_state(ctx);
        Ok(App {
            texts: api::TEXTS,
            handlers,
            jobs,
            ..App::new(table)
        })
    }
}
