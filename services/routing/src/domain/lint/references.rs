//! Units and divisions that end before what names them, or begin after it.
mod tables;

use super::ground::Ground;
use super::{Finding, Gather, Severity, sentences};
use crate::domain::directory::{Duty, Party};
use crate::domain::validity::{Day, Validity};

pub(super) fn look(ground: &Ground<'_>, gather: &mut Gather<'_>) {
    of_duties(ground, gather);
    tables::look(ground, gather);
}

fn of_duties(ground: &Ground<'_>, gather: &mut Gather<'_>) {
    for (_, duty) in ground.duties() {
        if !gather.step(1) {
            return;
        }
        if let Party::Unit(unit) = duty.lead {
            let unit = ground.directory.units.get(unit);
            if let Some(end) = ends_early(ground, duty, &unit.validity) {
                let gone = end < ground.first_day(duty);
                let (code, severity) = if gone {
                    ("lead_expired", Severity::Error)
                } else {
                    ("reference_expires", Severity::Warning)
                };
                let (en, zh) = sentences::unit_ends(duty, &unit.row, end, gone);
                gather.add(Finding {
                    units: vec![unit.row.code.clone()],
                    en,
                    zh,
                    ..ground.about(code, severity, &[duty])
                });
            }
        }
        begins_late(ground, duty, gather);
        for party in &duty.co_handlers {
            let Party::Unit(unit) = party else { continue };
            let unit = ground.directory.units.get(*unit);
            if let Some(end) = ends_early(ground, duty, &unit.validity) {
                let (en, zh) = sentences::helper_ends(duty, &unit.row, end);
                gather.add(Finding {
                    units: vec![unit.row.code.clone()],
                    en,
                    zh,
                    ..ground.about("reference_expires", Severity::Warning, &[duty])
                });
            }
        }
        if let Some(division) = duty.division {
            let row = ground.directory.divisions.get(division);
            if let Some(end) = ends_early(ground, duty, &row.validity) {
                let (en, zh) = sentences::division_ends(duty, row, end);
                gather.add(Finding {
                    divisions: vec![row.code.clone()],
                    divisions_count: 1,
                    en,
                    zh,
                    ..ground.about("reference_expires", Severity::Warning, &[duty])
                });
            }
        }
    }
}

/// Until the unit begins, the duty decides nothing.
fn begins_late(ground: &Ground<'_>, duty: &Duty, gather: &mut Gather<'_>) {
    let Party::Unit(unit) = duty.lead else { return };
    let unit = ground.directory.units.get(unit);
    let begin = unit.validity.from();
    if begin > ground.first_day(duty) {
        let (en, zh) = sentences::unit_begins(duty, &unit.row, begin);
        gather.add(Finding {
            units: vec![unit.row.code.clone()],
            en,
            zh,
            ..ground.about("reference_begins", Severity::Warning, &[duty])
        });
    }
}

/// The last day of what a duty names, when the duty lasts longer.
fn ends_early(ground: &Ground<'_>, duty: &Duty, named: &Validity) -> Option<Day> {
    ends_before(ground.day, &duty.validity, named)
}

/// The last day of what is named, when what names it lasts longer and has not ended itself.
fn ends_before(day: Day, naming: &Validity, named: &Validity) -> Option<Day> {
    let end = named.to()?;
    let last = naming.to();
    (last.is_none_or(|last| end < last) && last.is_none_or(|last| last >= day)).then_some(end)
}
