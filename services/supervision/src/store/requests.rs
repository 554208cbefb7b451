//! What lists of requests have in common.
use uuid::Uuid;

/// Which requests; `None` = whatever it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RequestFilter {
    /// Where it stands.
    pub state: Option<String>,
    /// The order.
    pub order_id: Option<Uuid>,
    /// The unit.
    pub unit: Option<String>,
}
