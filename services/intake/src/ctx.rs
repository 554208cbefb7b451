//! What the ways in hold. Cheap to clone.
use crate::usecases::keep_directory::Known;
use crate::usecases::register_complaint::RegisterComplaint;
use crate::usecases::reveal_identity::RevealIdentity;
use bus::objects::Objects;
use chrono::FixedOffset;
use db::{Db, Together};

/// Shared by all HTTP handlers.
#[derive(Clone)]
pub struct Ctx {
    /// Database and clock.
    pub db: Db,
    /// Local time of the city.
    pub offset: FixedOffset,
    /// Registers complaints, those that arrive together in one transaction.
    pub register: Together<RegisterComplaint>,
    /// Divisions and matters that there are.
    pub directory: Known,
    /// Where routing puts what others need of the directory.
    pub objects: Objects,
    /// How many days back similar orders are looked for.
    pub similar_days: i64,
    /// Opens the vault.
    pub reveal: RevealIdentity,
}
