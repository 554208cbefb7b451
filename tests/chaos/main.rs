//! Nothing lost, nothing twice: the platform as separate processes, under load, with everything killed in turn.
//!
//! `cargo test` runs a short storm; `HOTLINE_CHAOS=long` (`make chaos`) one of thousands of orders. The tests of
//! this binary run one after the other, because each needs the whole machine.
mod drain;
mod invariants;
mod late_nats;
mod nothing_lost;
mod parked;
mod report;
mod scale;
mod storm;
mod take_over;
mod timers;

/// Held by the test that has the machine.
static MACHINE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
