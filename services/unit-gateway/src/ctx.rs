//! What the ways in hold. Cheap to clone.
use crate::clients::attachment_store::Attachments;
use crate::clients::intake::Intake;
use crate::clients::unit_connections::UnitConnections;
use crate::clients::unit_stream::UnitStream;
use crate::clients::webhooks::Webhooks;
use crate::config::UnitGatewayConfig;
use crate::domain::sealing::Sealer;
use crate::figures::Figures;
use crate::usecases::acknowledge_pull::AcknowledgePulls;
use crate::usecases::act_on_order::ActOnOrders;
use crate::usecases::feeds::Feeds;
use crate::usecases::find_key::KeyRing;
use crate::usecases::pace::Paces;
use bus::objects::Objects;
use chrono::{DateTime, FixedOffset, Utc};
use db::{Db, Together};
use std::sync::Arc;

pub use crate::clients::intake::IntakeError;

/// Database, clients, limits.
#[derive(Clone)]
pub struct Ctx {
    /// The database and its clock.
    pub db: Db,
    /// Actions of units; callers at the same time share a transaction.
    pub act: Together<ActOnOrders>,
    /// Cursors of units; callers at the same time share a transaction.
    pub acknowledge: Together<AcknowledgePulls>,
    /// Units that wait for a document.
    pub feeds: Feeds,
    /// Keys of the units' systems.
    pub keys: KeyRing,
    /// The account of the units.
    pub stream: UnitStream,
    /// Connections of units on the servers.
    pub connections: UnitConnections,
    /// Contact with callers.
    pub intake: Intake,
    /// Where routing puts what others need of the directory.
    pub directory: Objects,
    /// Contents of evidence.
    pub attachments: Attachments,
    /// Calls to the units' endpoints.
    pub webhooks: Webhooks,
    /// Signing secrets at rest.
    pub sealer: Sealer,
    /// How often the senders look for work.
    pub paces: Arc<Paces>,
    /// Figures.
    pub figures: Figures,
    /// Settings.
    pub config: Arc<UnitGatewayConfig>,
}

impl Ctx {
    /// Of local time.
    #[must_use]
    pub fn offset(&self) -> FixedOffset {
        FixedOffset::east_opt(self.config.utc_offset_secs).unwrap_or_else(|| chrono::Offset::fix(&Utc))
    }

    /// A moment in local time, for answers.
    #[must_use]
    pub fn local(&self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        at.with_timezone(&self.offset())
    }
}
