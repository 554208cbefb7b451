//! Supervision steps that rules of assessment point at.
use chrono::{DateTime, Utc};
use contracts::words::SupervisionLevel;
use uuid::Uuid;

/// A step of a supervision order, by which people find it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StepRef {
    /// The supervision order.
    pub supervision_id: Uuid,
    /// Its step: 1, 2, 3, …
    pub number: i32,
    /// Number of the step's document.
    pub document: String,
    /// The rung that was opened.
    pub level: SupervisionLevel,
}

/// A rung that was opened for a unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PushedStep {
    /// The step.
    pub step: StepRef,
    /// The order that is supervised.
    pub order_id: Uuid,
    /// Its number.
    pub order_number: String,
    /// Generation of the unit's assignment then.
    pub generation: i32,
    /// Who had to act.
    pub unit: String,
    /// Its name then.
    pub unit_name: String,
    /// When.
    pub at: DateTime<Utc>,
}
