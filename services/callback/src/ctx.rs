//! What the ways in hold. Cheap to clone.
use crate::clients::intake::Intake;
use crate::config::{CallbackConfig, MessagesConfig};
use crate::domain::survey::LinkKey;
use crate::usecases::claim_callbacks::ClaimCallbacks;
use crate::usecases::messages::LapseMessages;
use crate::usecases::open_appeal::OpenAppeal;
use crate::usecases::policies::PolicyShelf;
use crate::usecases::put_back::PutBack;
use crate::usecases::record_answer::RecordAnswer;
use crate::usecases::review_judgement::ReviewJudgement;
use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use db::{Db, Together};

/// How messages are sent and links signed. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Messages {
    /// Sends them.
    pub intake: Intake,
    /// Signs links.
    pub link_key: LinkKey,
    /// Where a citizen's phone reaches this service.
    pub public_url: String,
    /// Of one call.
    pub timeout: TimeDelta,
    /// Tries before one is given up.
    pub tries_max: i32,
}

impl Messages {
    /// By the settings; `None` where no messages are sent.
    ///
    /// # Errors
    /// Names the setting that is wrong.
    pub fn new(config: &MessagesConfig) -> anyhow::Result<Option<Self>> {
        let Some(link_key) = config.link_key().map_err(anyhow::Error::msg)? else {
            return Ok(None);
        };
        Ok(Some(Self {
            intake: Intake::new(&config.intake_url, config.intake_key.clone(), config.timeout_ms)?,
            link_key,
            public_url: config.public_url.trim_end_matches('/').to_owned(),
            timeout: TimeDelta::milliseconds(i64::try_from(config.timeout_ms)?),
            tries_max: config.tries_max,
        }))
    }
}

/// Database, the hot use case, and limits.
#[derive(Clone)]
pub struct Ctx {
    /// Database and clock.
    pub db: Db,
    /// Concurrent answers share transactions.
    pub record_answer: Together<RecordAnswer>,
    /// Takes calls from the queue.
    pub claim: ClaimCallbacks,
    /// Puts them back.
    pub put_back: PutBack,
    /// Appeals of units.
    pub open_appeal: OpenAppeal,
    /// Second looks at demands.
    pub review_judgement: ReviewJudgement,
    /// What follows when a message is not answered.
    pub lapse: LapseMessages,
    /// Where messages go; `None` = none are sent.
    pub messages: Option<Messages>,
    /// Settings.
    pub config: CallbackConfig,
}

impl Ctx {
    /// A context over a database.
    #[must_use]
    pub fn new(db: Db, config: CallbackConfig, policies: PolicyShelf, messages: Option<Messages>) -> Self {
        let claim = ClaimCallbacks {
            policies: policies.clone(),
            lease: TimeDelta::minutes(i64::from(config.claim_mins)),
        };
        let put_back = PutBack {
            policies: policies.clone(),
        };
        let open_appeal = OpenAppeal {
            policies: policies.clone(),
        };
        let review_judgement = ReviewJudgement {
            policies: policies.clone(),
        };
        let lapse = LapseMessages {
            policies: policies.clone(),
        };
        let work = RecordAnswer { policies };
        Self {
            record_answer: Together::start(db.clone(), work),
            claim,
            put_back,
            open_appeal,
            review_judgement,
            lapse,
            messages,
            db,
            config,
        }
    }

    /// A moment in the city's local time.
    #[must_use]
    pub fn local(&self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        let offset = FixedOffset::east_opt(self.config.utc_offset_secs)
            .expect("checked when the settings were loaded");
        at.with_timezone(&offset)
    }
}
