//! Systems we do not own.
pub mod peer_stream; // other hotlines, over NATS
pub mod peers; // other hotlines, over HTTPS
pub mod provider; // signed calls to a provider, or files
pub mod relay; // calls between a unit and a caller
pub mod reply_desks; // systems of desks that brought complaints
pub mod sms; // messages to callers, by a provider or into files
