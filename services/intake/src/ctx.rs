//! What the ways in hold. Cheap to clone.
use crate::usecases::register_complaint::RegisterComplaint;
use crate::usecases::reveal_identity::RevealIdentity;
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
    /// Opens the vault.
    pub reveal: RevealIdentity,
}
