//! Duties that decide no case at all: their conditions cannot hold, they have no place, or at every place and for every
//! matter something else decides whenever they fit.
use super::ground::{Ground, Spot};
use super::{Finding, Gather, Severity, clauses, grassroots, sentences};
use crate::domain::codes::{DutyId, MatterId, UnitId};
use crate::domain::condition::Clause;
use crate::domain::directory::Duty;
use crate::domain::validity::Day;
use crate::domain::words::UnitLevel;

/// Duties that a finding names as the ones that decide instead.
pub(super) const WINNERS_MAX: usize = 3;

/// What keeps a duty from deciding at a place.
#[derive(Clone, Copy, Default)]
pub(super) struct Beaten {
    /// A duty that ranks above it whenever it fits.
    pub by: Option<DutyId>,
    /// Its lead is a street office, and this duty says 不派基层 whenever it fits.
    pub grassroots: Option<DutyId>,
}

impl Beaten {
    const fn is_beaten(self) -> bool {
        self.by.is_some() || self.grassroots.is_some()
    }
}

pub(super) fn look(ground: &Ground<'_>, gather: &mut Gather<'_>) {
    for (id, duty) in ground.duties() {
        let own: Vec<&Clause> = duty.clauses.iter().collect();
        let (en, zh) =
            if clauses::case(ground.directory, &own, ground.first_day(duty), duty.validity.to()).is_none() {
                sentences::cannot_hold(duty)
            } else if ground.spots_of(duty).is_empty() || ground.leaves_of(duty).is_empty() {
                sentences::nowhere(duty)
            } else {
                match beaten_everywhere(ground, id, duty, gather) {
                    None if gather.steps_left == 0 => return,
                    None => {
                        if !grassroots::look_at(ground, id, duty, gather) {
                            return;
                        }
                        continue;
                    }
                    Some((winners, grassroots)) => {
                        gather.add(beaten(ground, duty, &winners, grassroots));
                        continue;
                    }
                }
            };
        gather.add(Finding {
            en,
            zh,
            ..ground.about("never_wins", Severity::Warning, &[duty])
        });
    }
}

fn beaten(ground: &Ground<'_>, duty: &Duty, winners: &[DutyId], grassroots: bool) -> Finding {
    let winners: Vec<&Duty> = winners
        .iter()
        .map(|id| ground.directory.duties.get(*id))
        .collect();
    let code = if grassroots { "grassroots" } else { "never_wins" };
    let (en, zh) = sentences::beaten(duty, &winners, grassroots);
    let mut rows = vec![duty];
    rows.extend(winners.iter().filter(|winner| winner.row.code != duty.row.code));
    Finding {
        en,
        zh,
        ..ground.about(code, Severity::Warning, &rows)
    }
}

/// The duties that decide instead, and whether 不派基层 is the only reason; `None` when it decides somewhere.
fn beaten_everywhere(
    ground: &Ground<'_>,
    id: DutyId,
    duty: &Duty,
    gather: &mut Gather<'_>,
) -> Option<(Vec<DutyId>, bool)> {
    let (mut winners, mut only_grassroots) = (Vec::new(), true);
    for matter in ground.leaves_of(duty) {
        for position in ground.spots_of(duty) {
            let spot = &ground.spots[*position];
            let (beaten, looks) = beaten_at(ground, id, duty, *matter, spot);
            if !gather.step(looks) {
                return None;
            }
            let winner = beaten.grassroots.or(beaten.by)?;
            only_grassroots &= beaten.grassroots.is_some();
            if winners.len() < WINNERS_MAX && !winners.contains(&winner) {
                winners.push(winner);
            }
        }
    }
    Some((winners, only_grassroots))
}

/// Whether another duty decides at a place for every matter of this one, whenever it fits; `None` when the work has reached its
/// bound.
pub(super) fn is_beaten_at(
    ground: &Ground<'_>,
    (id, duty): (DutyId, &Duty),
    spot: &Spot,
    gather: &mut Gather<'_>,
) -> Option<bool> {
    for matter in ground.leaves_of(duty) {
        let (beaten, looks) = beaten_at(ground, id, duty, *matter, spot);
        if !gather.step(looks) {
            return None;
        }
        if !beaten.is_beaten() {
            return Some(false);
        }
    }
    Some(true)
}

/// What keeps the duty from deciding, and how many duties were looked at.
pub(super) fn beaten_at(
    ground: &Ground<'_>,
    id: DutyId,
    duty: &Duty,
    matter: MatterId,
    spot: &Spot,
) -> (Beaten, u64) {
    let day = ground.first_day(duty);
    let is_street = |unit: UnitId| ground.directory.units.get(unit).row.level == UnitLevel::Street;
    let street = ground.lead(duty, spot, day).is_ok_and(is_street);
    let mut looks = 1;
    let mut beaten = Beaten::default();
    for other in ground.meeting(matter, spot) {
        if beaten.by.is_some() && (!street || beaten.grassroots.is_some()) {
            break;
        }
        looks += 1;
        let rival = ground.directory.duties.get(other);
        let forbids = street && rival.row.not_to_grassroots;
        if forbids && beaten.grassroots.is_none() && (other == id || fits_whenever(duty, rival, day)) {
            beaten.grassroots = Some(other);
        }
        if other == id || beaten.by.is_some() || !ranks_above(rival, duty) || !fits_whenever(duty, rival, day)
        {
            continue;
        }
        // A rival whose lead nobody is, or a street office that might be kept away, does not surely decide.
        if ground.lead(rival, spot, day).is_ok_and(|unit| !is_street(unit)) {
            beaten.by = Some(other);
        }
    }
    (beaten, looks)
}

fn ranks_above(rival: &Duty, duty: &Duty) -> bool {
    let rank = |duty: &Duty| {
        (
            duty.place_rank,
            duty.matter_rank,
            duty.clauses.len(),
            duty.row.priority,
        )
    };
    rank(rival) > rank(duty)
}

/// True when the rival fits every case that the duty fits, from this day on.
fn fits_whenever(duty: &Duty, rival: &Duty, day: Day) -> bool {
    let lasts = match (duty.validity.to(), rival.validity.to()) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(duty), Some(rival)) => duty <= rival,
    };
    lasts
        && rival.validity.from() <= day
        && rival
            .clauses
            .iter()
            .all(|clause| clauses::implied(&duty.clauses, clause))
}
