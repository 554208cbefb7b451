//! Systems we do not own.
pub mod peers; // other hotlines
pub mod sms; // messages to callers, by a provider or into files
