//! What `worktime` promises: tables computed by hand, and properties over random calendars.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]
mod explanation;
mod national_day;
mod properties;
mod questions;
mod refusals;
mod samples;
mod shifts;
mod spring_festival;
mod suspension;
