//! Years whose days off are not here although due times run into them soon. The list of a year is published late in the year
//! before; until it is here, weekends alone are left out, and due times move when it comes.
use super::ground::Ground;
use super::{Finding, Gather, Severity, sentences};
use chrono::{Datelike, Days};

/// How long before a year begins its days off are missed: the limits of a directory reach no further than that.
const AHEAD: Days = Days::new(60);

pub(super) fn look(ground: &Ground<'_>, gather: &mut Gather<'_>) {
    let day = ground.day.date();
    let last = day.checked_add_days(AHEAD).unwrap_or(day);
    for year in day.year()..=last.year() {
        if !gather.step(1) {
            return;
        }
        if ground.directory.lists_days_of(year) {
            continue;
        }
        let (en, zh) = sentences::year_missing(year);
        gather.add(Finding {
            rows: vec![format!("holidays/{year}.json")],
            en,
            zh,
            ..ground.about("calendar_year_missing", Severity::Warning, &[])
        });
    }
}
