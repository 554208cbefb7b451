//! The rules of intake: what a valid complaint is, how an order's state moves, what a caller may be told, who may
//! look into the vault. Pure: no database, no time of its own, no randomness.
pub mod amendment;
pub mod app;
pub mod caller;
pub mod case_number;
pub mod complaint;
pub mod directory;
pub mod draft;
pub mod invalid;
pub mod news;
pub mod order;
pub mod peer;
pub mod peer_account;
pub mod peer_way;
pub mod place;
pub mod progress;
pub mod relay;
pub mod reply_address;
pub mod reveal;
pub mod service_request;
pub mod similar;
pub mod source_number;
pub mod supplement;
pub mod transfer;
pub mod withdrawal;

pub use contracts::ids::{ComplaintId, OrderId};
pub use contracts::words::{Channel, Disposition, Kind, Outcome, Urgency};
