//! What is asked. Stored with every assignment, so that a decision can be replayed to the same answer.
use crate::domain::text::{Concluded, Proposal};
use chrono::{DateTime, Utc};
use contracts::ids::{MatterCode, UnitCode};
use contracts::words::{Kind, Urgency};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One order, as far as responsibility depends on it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Question {
    /// When the complaint was accepted: the day on which everything must be valid.
    pub accepted_at: DateTime<Utc>,
    /// 诉求类型
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// 紧急程度
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgency: Option<Urgency>,
    /// Entry of the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<MatterCode>,
    /// Where.
    #[serde(default)]
    pub place: Place,
    /// Facts that conditions ask for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, String>,
    /// Units whose return of this order was upheld.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded: Vec<UnitCode>,
    /// What of this was concluded from the text, and what the text says beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concluded: Option<Box<Concluded>>,
}

impl Question {
    /// Takes out what was concluded from the text, so that it can be read again.
    pub fn forget_text(&mut self) {
        let Some(concluded) = self.concluded.take() else {
            return;
        };
        if concluded.matter.is_some() {
            self.matter = None;
        }
        if concluded.kind.is_some() {
            self.kind = None;
        }
        if concluded.urgency.is_some() {
            self.urgency = None;
        }
        for fact in &concluded.facts {
            self.facts.remove(&fact.key);
        }
        self.place.hints.clear();
    }

    /// What the text proposes instead of an order, as long as no matter says otherwise.
    #[must_use]
    pub fn proposal(&self) -> Option<Proposal> {
        let concluded = self.concluded.as_ref().filter(|_| self.matter.is_none())?;
        concluded.proposal
    }
}

/// Where, as far as it was told: a code goes before coordinates, coordinates before the address.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Place {
    /// Division code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub division: Option<String>,
    /// WGS84 degrees (east, north).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<(f64, f64)>,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// What else was said, such as the title and then the text: read in this order, and only where the others
    /// leave the street open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<String>,
}
