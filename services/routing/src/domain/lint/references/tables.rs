//! What other tables than the duties name: units, what zones have taken over, the intake scope, names of places.
use super::ends_before;
use crate::domain::codes::DivisionId;
use crate::domain::lint::ground::Ground;
use crate::domain::lint::sentences::{self, Named};
use crate::domain::lint::{Finding, Gather, Severity};
use crate::domain::snapshot::UnitRow;
use crate::domain::validity::{Day, Validity};
use std::collections::BTreeMap;

/// Names of places that a finding lists.
const NAMES_MAX: usize = 5;

pub(super) fn look(ground: &Ground<'_>, gather: &mut Gather<'_>) {
    units(ground, gather);
    overlays(ground, gather);
    scope(ground, gather);
    gazetteer(ground, gather);
}

/// 上级单位 and 管辖区划编码.
fn units(ground: &Ground<'_>, gather: &mut Gather<'_>) {
    let units = &ground.directory.units;
    for unit in units.iter() {
        if !gather.step(1 + unit.row.divisions.len() as u64) {
            return;
        }
        let row = format!("units.csv:{}", unit.row.code);
        let parent = unit.row.parent.as_ref().and_then(|code| units.find(code));
        if let Some(parent) = parent.map(|id| units.get(id))
            && let Some(end) = ends_before(ground.day, &unit.validity, &parent.validity)
        {
            gather.add(of_unit(ground, (&row, "上级单位"), &parent.row, end));
        }
        let divisions = unit.row.divisions.iter();
        for division in divisions.filter_map(|code| ground.directory.divisions.find(code)) {
            gather.extend(of_division(
                ground,
                (&row, "管辖区划编码"),
                &unit.validity,
                division,
            ));
        }
    }
}

fn overlays(ground: &Ground<'_>, gather: &mut Gather<'_>) {
    for item in ground.directory.overlays.iter() {
        if !gather.step(1) {
            return;
        }
        let row = format!("overlays.csv:{}", item.code);
        for (column, division) in [
            ("功能区编码", item.zone),
            ("被接管区划编码", item.division),
            ("原属区划编码", item.origin),
        ] {
            gather.extend(of_division(ground, (&row, column), &item.validity, division));
        }
    }
}

/// The scope has no dates: it lasts.
fn scope(ground: &Ground<'_>, gather: &mut Gather<'_>) {
    for class in &ground.directory.scope {
        let unit = class
            .unit
            .as_ref()
            .and_then(|code| ground.directory.units.find(code));
        let Some(unit) = unit.map(|id| ground.directory.units.get(id)) else {
            continue;
        };
        if let Some(end) = unit.validity.to() {
            let row = format!("intake_scope.csv:{}", class.code);
            gather.add(of_unit(ground, (&row, "转往单位编码"), &unit.row, end));
        }
    }
}

/// Names of places have no dates either. One finding for all of a division.
fn gazetteer(ground: &Ground<'_>, gather: &mut Gather<'_>) {
    let mut names: BTreeMap<DivisionId, Vec<&str>> = BTreeMap::new();
    for entry in ground.directory.gazetteer.entries() {
        if !gather.step(1) {
            return;
        }
        if ground
            .directory
            .divisions
            .get(entry.division)
            .validity
            .to()
            .is_some()
        {
            names.entry(entry.division).or_default().push(&entry.name);
        }
    }
    for (division, names) in names {
        let row = ground.directory.divisions.get(division);
        let Some(end) = row.validity.to() else { continue };
        let shown = names[..names.len().min(NAMES_MAX)].join("、");
        let (en, zh) = sentences::names_end(&shown, names.len(), row, end);
        gather.add(Finding {
            rows: vec!["gazetteer.csv".to_owned()],
            divisions: vec![row.code.clone()],
            divisions_count: 1,
            en,
            zh,
            ..ground.about("reference_expires", Severity::Warning, &[])
        });
    }
}

fn of_unit(ground: &Ground<'_>, (row, column): (&str, &str), unit: &UnitRow, end: Day) -> Finding {
    let named = Named {
        column,
        code: &unit.code,
        name: &unit.name,
        end,
    };
    let (en, zh) = sentences::named_ends(row, &named);
    Finding {
        rows: vec![row.to_owned()],
        units: vec![unit.code.clone()],
        en,
        zh,
        ..ground.about("reference_expires", Severity::Warning, &[])
    }
}

fn of_division(
    ground: &Ground<'_>,
    (row, column): (&str, &str),
    naming: &Validity,
    division: DivisionId,
) -> Option<Finding> {
    let division = ground.directory.divisions.get(division);
    let end = ends_before(ground.day, naming, &division.validity)?;
    let named = Named {
        column,
        code: &division.code,
        name: &division.name,
        end,
    };
    let (en, zh) = sentences::named_ends(row, &named);
    Some(Finding {
        rows: vec![row.to_owned()],
        divisions: vec![division.code.clone()],
        divisions_count: 1,
        en,
        zh,
        ..ground.about("reference_expires", Severity::Warning, &[])
    })
}
