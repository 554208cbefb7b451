//! Integration tests of supervision: events in, clocks and timelines out, on real PostgreSQL and NATS.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod api;
mod asked;
mod balance;
mod calendar_moves;
mod consultations;
mod counted;
mod emerging;
mod events;
mod exclusion_limits;
mod figures;
mod grants;
mod harness;
mod ladder;
mod outcomes;
mod policies;
mod referrals;
mod reports;
mod resumed_together;
mod rounds;
mod scores;
mod search;
mod step_scores;
mod suspensions;
mod timers;
mod told_figures;
mod void_before;
