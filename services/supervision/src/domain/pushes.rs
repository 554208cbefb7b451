//! What pushes an order up the ladder of supervision and no clock tells: returns, denied claims, what callback hands on,
//! and when its unit was heard of last. Each is a set or a newest time, so repeats and the order of arrival do not matter.
use crate::domain::{Assignment, Order};
use chrono::{DateTime, Utc};
use contracts::words::RaisedTo;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What the ladder counts of an order.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Pushes {
    /// Generations whose return was upheld.
    #[serde(default)]
    pub returned: BTreeSet<i32>,
    /// Callbacks that denied what the unit claimed.
    #[serde(default)]
    pub contradicted: BTreeSet<Uuid>,
    /// Callbacks that count no more: the unit appealed with success, or two people judged the demand.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub void: BTreeSet<Uuid>,
    /// What callback handed on, the oldest first.
    #[serde(default)]
    pub raised: BTreeSet<Raised>,
}

impl Pushes {
    /// Denials that count.
    #[must_use]
    pub fn standing(&self) -> usize {
        self.contradicted.difference(&self.void).count()
    }
}

/// Callback handed the order on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Raised {
    /// Generation of the assignment.
    pub generation: i32,
    /// Rework rounds that did not help.
    pub rework: i32,
    /// To whom.
    pub to: RaisedTo,
}

/// Newest act of any kind of the unit of a generation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Heard {
    /// The generation.
    pub generation: i32,
    /// When.
    pub at: DateTime<Utc>,
}

impl Order {
    /// The unit of a generation acted.
    pub(super) fn hear_unit(&mut self, generation: i32, at: DateTime<Utc>) {
        self.heard = self.heard.max(Some(Heard { generation, at }));
    }

    /// Since when nothing has been heard of the unit: its last act, else its dispatch or the newest rework.
    #[must_use]
    pub fn heard_since(&self, lead: &Assignment) -> DateTime<Utc> {
        let heard = self.heard.filter(|heard| heard.generation == lead.generation);
        let rework = self
            .rework
            .filter(|rework| rework.generation == lead.generation)
            .map(|rework| rework.at);
        let acts = [heard.map(|heard| heard.at), rework];
        acts.into_iter().flatten().fold(lead.assigned_at, DateTime::max)
    }

    /// True while the unit of the newest generation has neither signed nor responded nor replied.
    #[must_use]
    pub fn untouched(&self) -> bool {
        let handling = self.handling();
        let acted = handling.is_some_and(|handling| handling.signed_at.or(handling.responded_at).is_some());
        !acted && self.reply_of(0).is_none()
    }
}
