//! The rules of unit-gateway: pure, no I/O, no clock, no randomness.
pub mod action; // what a unit may say: eight verbs with their content
pub mod appeal; // what went against a unit, and whether it may appeal
pub mod attachment; // what may be attached
pub mod backoff; // when a failed push is tried again
mod contact; // whether the unit may speak with the caller
pub mod delivery; // one document on its way to one unit
pub mod handling; // who handles an order and how far it is
pub mod lanes; // who is called by webhook now, and how much may be claimed for whom
pub mod nats_login; // the server asks who a caller is
pub mod order; // what every document tells of an order
pub mod sealing; // webhook secrets at rest
pub mod unit_key; // keys of the units' systems
