//! Reads figures: sums over cases, by unit, district, matter, kind or channel, and the orders behind each sum.
mod drill;
mod groups;

use crate::domain::figures::{Case, Counted, Names, ScoresPolicy, count};
use crate::store::cases::Cases;
use crate::store::reading::Readings;
use db::DbError;

pub use drill::{Drill, Drilled, Part, Position, orders};
pub use groups::{By, Group, Wanted, figures};

/// Shows each case that is wanted, as it was known then, with what figures count of it.
async fn each_counted(
    readings: &Readings,
    names: &Names,
    policy: &ScoresPolicy,
    wanted: &Wanted,
    mut show: impl FnMut(&Case, &[Counted]) + Send,
) -> Result<(), DbError> {
    let matters = wanted.matters(names);
    let mut reading = readings.begin().await?;
    let cases = Cases::of_span(&mut reading, wanted.span, wanted.unit.as_deref()).await?;
    let counted = |case: &Case| count(case, wanted.span, wanted.as_of, policy.basically_percent);
    cases
        .each(&mut reading, |case| {
            if wanted.has(&case, names, policy, matters.as_deref()) {
                let case = case.known_at(wanted.as_of);
                show(&case, &counted(&case));
            }
        })
        .await
}
