//! Rules 3 and 5: which duties fit the case, and whom each would name.
use super::{Chain, Considered, Facts, NoUnit, Question, Verdict, Why, roles};
use crate::domain::codes::{DivisionId, DutyId, MatterId, UnitId};
use crate::domain::condition::{Circumstances, Held};
use crate::domain::directory::{Directory, Duty, Party};
use crate::domain::validity::Day;
use crate::domain::words::UnitLevel;

/// One question with everything that its duties are measured by.
pub(super) struct Case<'a> {
    directory: &'a Directory,
    chain: &'a Chain,
    day: Day,
    circumstances: Circumstances<'a>,
    excluded: Vec<UnitId>,
}

/// A duty that fits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    pub duty: DutyId,
    pub lead: Result<UnitId, NoUnit>,
}

impl<'a> Case<'a> {
    pub fn new(
        directory: &'a Directory,
        question: &'a Question,
        of_place: &'a Facts,
        chain: &'a Chain,
        day: Day,
    ) -> Self {
        let accepted = directory.local(question.accepted_at);
        let working_day = directory.is_working_day(accepted.date());
        let circumstances =
            Circumstances::new(accepted, working_day, question.kind, &question.facts, of_place);
        let excluded = question
            .excluded
            .iter()
            .filter_map(|code| directory.units.find(code.as_str()))
            .collect();
        Self {
            directory,
            chain,
            day,
            circumstances,
            excluded,
        }
    }

    /// The duties that fit, and all that were looked at and do not.
    pub fn stand(&self, matter: MatterId) -> (Vec<Standing>, Vec<Considered>) {
        let mut standing = Vec::with_capacity(8);
        let mut considered = Vec::with_capacity(16);
        let matters = self.directory.matters.lineage(matter).map(Some).chain([None]);
        for matter in matters {
            for division in self.chain.divisions.iter().copied().map(Some).chain([None]) {
                self.look_at(matter, division, &mut standing, &mut considered);
            }
            if let Some(district) = self.chain.removed {
                for duty in self.directory.duties.at(matter, Some(district)) {
                    considered.push(lost(*duty, None, Why::TakenOver));
                }
            }
        }
        self.keep_from_grassroots(&mut standing, &mut considered);
        self.leave_out_returned(&mut standing, &mut considered);
        (standing, considered)
    }

    /// True for a unit whose return of this order was upheld: it neither leads nor helps.
    pub fn is_excluded(&self, unit: UnitId) -> bool {
        self.excluded.contains(&unit)
    }

    /// The unit a party stands for here.
    pub fn resolve(&self, party: &Party) -> Result<UnitId, NoUnit> {
        roles::resolve(self.directory, self.chain, party, self.day)
    }

    fn look_at(
        &self,
        matter: Option<MatterId>,
        division: Option<DivisionId>,
        standing: &mut Vec<Standing>,
        considered: &mut Vec<Considered>,
    ) {
        for id in self.directory.duties.at(matter, division) {
            let duty = self.directory.duties.get(*id);
            if let Some(why) = self.does_not_fit(duty) {
                considered.push(lost(*id, None, why));
                continue;
            }
            match self.resolve(&duty.lead) {
                Err(NoUnit::NotValid(unit)) => considered.push(lost(*id, Some(unit), Why::LeadNotValid)),
                lead => standing.push(Standing { duty: *id, lead }),
            }
        }
    }

    fn does_not_fit(&self, duty: &Duty) -> Option<Why> {
        if !duty.validity.holds(self.day) {
            return Some(if self.day < duty.validity.from() {
                Why::NotYetValid
            } else {
                Why::Expired
            });
        }
        duty.clauses.iter().zip(0_u8..).find_map(|(clause, position)| {
            let held = clause.holds(&self.circumstances);
            (held != Held::Yes).then_some(Why::Condition(position, held))
        })
    }

    /// 不派基层: one fitting duty that says so drops every fitting duty whose lead is a street office.
    fn keep_from_grassroots(&self, standing: &mut Vec<Standing>, considered: &mut Vec<Considered>) {
        if standing
            .iter()
            .any(|duty| self.directory.duties.get(duty.duty).row.not_to_grassroots)
        {
            let is_street = |unit| self.directory.units.get(unit).row.level == UnitLevel::Street;
            drop_where(standing, considered, Why::NotToGrassroots, is_street);
        }
    }

    fn leave_out_returned(&self, standing: &mut Vec<Standing>, considered: &mut Vec<Considered>) {
        if !self.excluded.is_empty() {
            drop_where(standing, considered, Why::Returned, |unit| self.is_excluded(unit));
        }
    }
}

fn drop_where(
    standing: &mut Vec<Standing>,
    considered: &mut Vec<Considered>,
    why: Why,
    lead: impl Fn(UnitId) -> bool,
) {
    standing.retain(|duty| match duty.lead {
        Ok(unit) if lead(unit) => {
            considered.push(lost(duty.duty, Some(unit), why));
            false
        }
        _ => true,
    });
}

const fn lost(duty: DutyId, lead: Option<UnitId>, why: Why) -> Considered {
    Considered {
        duty,
        lead,
        verdict: Verdict::Lost(why),
    }
}
