//! What other services need of a directory version: who and what there is, with the days on which it is valid. Too large
//! for an event, so it lies in the object store that [`crate::streams::directory`] describes; the event
//! `directory.published` tells that there is a new one. Everyone keeps a copy of the newest in a database of its own.
use crate::calendar::CalendarV1;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Name of the object in the store; the newest version replaces the one before.
pub const OBJECT: &str = "content.v1";

/// One version.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DirectoryContentV1 {
    /// 1, 2, 3, …
    pub version: i64,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// 区划, by code.
    pub divisions: Vec<EntryV1>,
    /// 承办单位, by code.
    pub units: Vec<EntryV1>,
    /// 事项, by code; always valid.
    pub matters: Vec<EntryV1>,
    /// Working calendars, by code; none in versions published before they were told here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calendars: Vec<CalendarV1>,
}

/// A division, a unit or an entry of the matter catalogue.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EntryV1 {
    /// The stable code.
    pub code: String,
    /// Its name; not unique.
    pub name: String,
    /// 级别, as the city writes it; 1, 2, 3 for a matter.
    pub level: String,
    /// What stands above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// First valid day, local.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// Last valid day, local.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
}
