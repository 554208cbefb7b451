//! Integration tests of supervision: events in, clocks and timelines out, on real PostgreSQL and NATS.
mod api;
mod events;
mod harness;
mod timers;
