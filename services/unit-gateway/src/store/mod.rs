//! The tables: all SQL of the service, one file per group of tables.
pub mod actions; // what units did, once each
pub mod attempts; // every push with its outcome
pub mod deliveries; // documents on their way: insert, claim, record
pub mod delivery_reads; // what the API shows of deliveries
pub mod handlings; // the newest assignment of each order
pub mod orders; // content of orders
pub mod unit_access; // how units are reached
pub mod unit_keys; // keys of the units' systems
