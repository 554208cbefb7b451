//! Systems outside this service: the account of the units on NATS, the units' webhooks, intake's relay.
pub mod attachment_store; // contents of attachments, in a folder by default
pub mod intake; // relays between units and callers
pub mod unit_connections; // ended when their key is withdrawn
pub mod unit_stream; // stream UNITS: publish documents, keep the units' consumers
pub mod webhooks; // signed calls to the units' endpoints
