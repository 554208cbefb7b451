//! All SQL of intake, one file per table group. Statements take slices; nothing here decides.
pub mod access_log;
pub mod amendments;
pub mod complaints;
pub mod directory_copy;
pub mod followers;
pub mod identities;
pub mod open_orders;
pub mod orders;
pub mod ownerships;
pub mod peer_keys;
pub mod peer_messages;
pub mod peers;
pub mod relays;
pub mod repeats;
mod rows;
pub mod supplements;
pub mod transfers;
pub mod withdrawals;
