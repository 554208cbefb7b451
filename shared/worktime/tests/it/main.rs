//! What `worktime` promises: tables computed by hand, and properties over random calendars.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]
mod explanation;
mod extension;
mod national_day;
mod properties;
mod questions;
mod recomputing;
mod refusals;
mod samples;
mod several_years;
mod shifts;
mod spring_festival;
mod suspension;
