//! Integration tests of callback: through HTTP and events, on real PostgreSQL and NATS.
mod api;
mod appeals_of_systems;
mod consumers;
mod harness;
mod intake_door;
mod outcomes;
mod policies;
mod queue;
mod queue_amended;
mod queue_hours;
mod queue_ways;
mod remarks_and_desk;
mod second_looks;
mod survey;
mod survey_followers;
mod survey_together;
