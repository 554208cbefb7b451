//! `db` against real PostgreSQL: commands run alone and together, conflicts, the clock, the check of migrations.
#![expect(clippy::unwrap_used, reason = "tests")]
mod clock;
mod execute;
mod migrate;
mod rig;
mod together;
