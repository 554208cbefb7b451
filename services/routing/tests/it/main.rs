//! Routing on real PostgreSQL and NATS, through its interfaces.
#![expect(clippy::unwrap_used, reason = "tests")]
mod access;
mod amending;
mod assigning;
mod closing;
mod decisions;
mod directory;
mod disputes;
mod drafts;
mod drafts_checked;
mod drafts_kept;
mod harness;
mod manual_queue;
mod replays;
mod returns;
mod rulings;
mod texts;
mod uploads;
