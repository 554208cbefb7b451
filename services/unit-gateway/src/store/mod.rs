//! The tables: all SQL of the service, one file per group of tables.
//!
//! Order of locks in every transaction, so that nobody waits in a circle: `handlings`, `order_contents`, `unit_feeds`,
//! `unit_access`, `unit_health`, `unit_readers`, `deliveries`, then the outbox; in each table all rows at once, by key. Who
//! changes `deliveries` by several statements locks them all before the first ([`deliveries::lock`]), unless a lock on the row of
//! their unit keeps others away; claims wait for nobody (`skip locked`).
pub mod actions; // what units did, once each
pub mod answers; // what went against units, and their appeals
pub mod attachments; // what the contents in the object store are
pub mod attempts; // every push with its outcome
pub mod claims; // who sends which document now, which way
pub mod deliveries; // what came of documents
pub mod delivery_reads; // what the API shows of deliveries
pub mod directory_copy; // who there is, as routing published it last
pub mod documents; // what units are told: insert, pull, drop
pub mod failing; // units that are not reached, as people were told
pub mod handlings; // the newest assignment of each order
pub mod helpers; // units that are asked to help
pub mod openings; // what units looked at
pub mod orders; // content of orders
pub mod resends; // what is sent again although it was handed over
pub mod unit_access; // how units are reached
pub mod unit_health; // endpoints that fail
pub mod unit_keys; // keys of the units' systems
pub mod unit_logins; // who is on NATS, and who was refused
pub mod unit_readers; // units on NATS that have not read everything
pub mod webhook_claims; // who is called by webhook now
