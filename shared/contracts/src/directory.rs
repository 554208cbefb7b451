//! Small references into the directory 派单目录 that events carry, so that readers need no copy of it.
use crate::ids::UnitCode;
use serde::{Deserialize, Serialize};

/// A unit by code, with the name people know it by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UnitRef {
    /// The stable code.
    pub code: UnitCode,
    /// The name at the time of the decision.
    pub name: String,
}

/// Where the matter is, as the caller or agent gave it.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PlaceV1 {
    /// Division code, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub division: Option<String>,
    /// WGS84 degrees east.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
    /// WGS84 degrees north.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    /// Free text of the place of the matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// Why a decision came out as it did, as sentences for people.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ExplanationV1 {
    /// English sentences, in the order of the decision.
    pub en: Vec<String>,
    /// 中文.
    pub zh: Vec<String>,
}
