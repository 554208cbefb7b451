//! The language between services: ids, words, the envelope, every event, every subject and stream.
//!
//! Serde only; no I/O. The rules: a published event version never changes (its JSON is frozen under
//! `snapshots/`); inside a version only optional fields may be added; anything else is a new version
//! with an upcast. No event carries a name, a phone number, a home address or a recording.
pub mod calendar;
pub mod callback;
pub mod cause;
pub mod directory;
pub mod directory_content;
pub mod envelope;
pub mod event;
pub mod ids;
pub mod intake;
pub mod peer_links;
pub mod routing;
pub mod rule_sentences;
pub mod shard;
pub mod streams;
pub mod subjects;
pub mod supervision;
pub mod terms;
pub mod unit_documents;
pub mod unit_gateway;
pub mod words;
