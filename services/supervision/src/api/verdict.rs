//! What a reviewer can say to a request, of whatever kind.
use serde::Deserialize;
use utoipa::ToSchema;

/// What a reviewer can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Yes.
    Granted,
    /// No.
    Denied,
}
