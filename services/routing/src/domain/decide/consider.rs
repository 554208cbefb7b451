//! Rules 3 and 5: which duties fit the case, and whom each would name.
use super::{Chain, Considered, Moment, NoUnit, Question, Verdict, Why, roles};
use crate::domain::codes::{DivisionId, DutyId, MatterId, UnitId};
use crate::domain::condition::{Circumstances, PlaceFacts};
use crate::domain::directory::{Directory, OfMatter, Party, Rank, Rule};
use crate::domain::words::UnitLevel;
use smallvec::SmallVec;

/// One question with everything that its duties are measured by.
pub(super) struct Case<'a> {
    directory: &'a Directory,
    chain: &'a Chain,
    moment: Moment,
    circumstances: Circumstances,
    excluded: SmallVec<[UnitId; 2]>,
}

/// A duty that fits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    pub duty: DutyId,
    pub rank: Rank,
    pub lead: Result<UnitId, NoUnit>,
    not_to_grassroots: bool,
}

/// All duties that fit; rarely more than a few.
pub(super) type Fitting = SmallVec<[Standing; 8]>;

impl<'a> Case<'a> {
    pub fn new(
        directory: &'a Directory,
        question: &Question,
        of_place: &PlaceFacts,
        chain: &'a Chain,
        moment: Moment,
    ) -> Self {
        let working_day = directory.is_working_day(moment.local.date());
        let circumstances = Circumstances::new(
            directory.duties.checks(),
            moment.local,
            working_day,
            question.kind,
            &question.facts,
            of_place,
        );
        let excluded = question
            .excluded
            .iter()
            .filter_map(|code| directory.units.find(code.as_str()))
            .collect();
        Self {
            directory,
            chain,
            moment,
            circumstances,
            excluded,
        }
    }

    /// The duties that fit, and all that were looked at and do not.
    pub fn stand(&self, matter: MatterId) -> (Fitting, Vec<Considered>) {
        let mut standing = Fitting::new();
        let mut considered = Vec::with_capacity(8);
        let matters = self.directory.matters.lineage(matter).map(Some).chain([None]);
        for matter in matters {
            let duties = self.directory.duties.of_matter(matter);
            for division in self.chain.divisions.iter().copied().map(Some).chain([None]) {
                self.look_at(duties, division, &mut standing, &mut considered);
            }
            if let Some(district) = self.chain.removed {
                let replaced = duties.duties_at(Some(district)).iter();
                considered.extend(replaced.map(|duty| lost(*duty, None, Why::TakenOver)));
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
        roles::resolve(self.directory, self.chain, party, self.moment.day)
    }

    fn look_at(
        &self,
        duties: OfMatter<'_>,
        division: Option<DivisionId>,
        standing: &mut Fitting,
        considered: &mut Vec<Considered>,
    ) {
        for rule in duties.at(division) {
            if let Some(why) = self.does_not_fit(rule) {
                considered.push(lost(rule.duty, None, why));
                continue;
            }
            match self.resolve(&rule.lead) {
                Err(NoUnit::NotValid(unit)) => {
                    considered.push(lost(rule.duty, Some(unit), Why::LeadNotValid));
                }
                lead => standing.push(Standing {
                    duty: rule.duty,
                    rank: rule.rank,
                    lead,
                    not_to_grassroots: rule.not_to_grassroots,
                }),
            }
        }
    }

    fn does_not_fit(&self, rule: &Rule) -> Option<Why> {
        let day = self.moment.day;
        if day < rule.validity.from() {
            return Some(Why::NotYetValid);
        }
        if !rule.validity.holds(day) {
            return Some(Why::Expired);
        }
        let failing = self
            .directory
            .duties
            .checks()
            .first_failing(&rule.checks, &self.circumstances);
        failing.map(|(position, held)| Why::Condition(position, held))
    }

    /// 不派基层: one fitting duty that says so drops every fitting duty whose lead is a street office.
    fn keep_from_grassroots(&self, standing: &mut Fitting, considered: &mut Vec<Considered>) {
        if standing.iter().any(|duty| duty.not_to_grassroots) {
            let is_street = |unit| self.directory.units.level(unit) == UnitLevel::Street;
            drop_where(standing, considered, Why::NotToGrassroots, is_street);
        }
    }

    fn leave_out_returned(&self, standing: &mut Fitting, considered: &mut Vec<Considered>) {
        if !self.excluded.is_empty() {
            drop_where(standing, considered, Why::Returned, |unit| self.is_excluded(unit));
        }
    }
}

fn drop_where(
    standing: &mut Fitting,
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
