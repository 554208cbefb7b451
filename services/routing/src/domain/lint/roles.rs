//! Roles that no valid unit has at a place where the duty would decide.
use super::ground::Ground;
use super::never_wins::is_beaten_at;
use super::{Finding, Gather, Severity, sentences};
use crate::domain::codes::DivisionId;
use crate::domain::directory::{Duty, Party};
use crate::domain::validity::Day;
use std::collections::HashMap;

type Known = HashMap<(String, Option<DivisionId>, i32), Vec<usize>>;

pub(super) fn look(ground: &Ground<'_>, gather: &mut Gather<'_>) {
    let mut known = Known::new();
    for (id, duty) in ground.duties() {
        if !matches!(duty.lead, Party::Role(..)) {
            continue;
        }
        let day = ground.first_day(duty);
        let key = (duty.row.lead.clone(), duty.division, day.0);
        if !known.contains_key(&key) {
            if !gather.step(ground.spots_of(duty).len() as u64 + 1) {
                return;
            }
            known.insert(key.clone(), nobody_at(ground, duty, day));
        }
        let mut nobody = Vec::new();
        for position in known.get(&key).map_or(&[][..], Vec::as_slice) {
            // Where something else decides anyway, the role need not be filled.
            match is_beaten_at(ground, (id, duty), &ground.spots[*position], gather) {
                None => return,
                Some(true) => {}
                Some(false) => nobody.push(*position),
            }
        }
        if nobody.is_empty() {
            continue;
        }
        let everywhere = nobody.len() == ground.spots_of(duty).len();
        let severity = if everywhere {
            Severity::Error
        } else {
            Severity::Warning
        };
        let divisions: Vec<DivisionId> = nobody
            .iter()
            .map(|position| ground.spots[*position].division)
            .collect();
        let names = sentences::names(ground, &divisions, divisions.len());
        let (en, zh) = sentences::nobody(duty, everywhere, &names);
        gather.add(Finding {
            divisions: ground.listed(&nobody),
            divisions_count: nobody.len(),
            en,
            zh,
            ..ground.about("role_unresolved", severity, &[duty])
        });
    }
}

fn nobody_at(ground: &Ground<'_>, duty: &Duty, day: Day) -> Vec<usize> {
    let is_nobody = |position: &&usize| ground.lead(duty, &ground.spots[**position], day).is_err();
    ground.spots_of(duty).iter().filter(is_nobody).copied().collect()
}
