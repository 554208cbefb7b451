//! Consultations 会商: called, held, and ended by a ruling or without one.
pub mod end;
pub mod hold;
pub mod open;
pub mod read;
pub mod rule;

use crate::domain::IllegalAct;
pub use crate::domain::meeting::{Consultation, Ruling};
pub use crate::store::consultations::WaitingRow;
use thiserror::Error;

/// Why nothing happens to a consultation.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum ConsultRefused {
    /// There is none of that id.
    #[error("there is no such consultation")]
    Unknown,
    /// Not in this state.
    #[error(transparent)]
    Illegal(#[from] IllegalAct),
    /// It is not about that order.
    #[error("the consultation is not about this order")]
    NotItsOrder,
    /// It is about several orders, and none is named.
    #[error("the consultation is about several orders; the ruling must name one")]
    WhichOrder,
    /// A ruling stands for it.
    #[error("a ruling about this order stands")]
    RuledBefore,
    /// The order has ended.
    #[error("the order is closed")]
    OrderClosed,
    /// A unit that was not summoned came.
    #[error("{0} was not summoned")]
    NotSummoned(String),
}
