//! The duties as decisions read them: small, and those of one (matter, division) side by side, so that a
//! decision looks at a handful in a few cache lines, whatever their number.
use super::Party;
use crate::domain::codes::{DivisionId, DutyId, MatterId};
use crate::domain::condition::ChecksOf;
use crate::domain::validity::Validity;
use std::ops::Range;

/// The order of precedence: the most specific place, then the most specific matter, then the most conditions,
/// then the highest priority.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Rank {
    /// 社区 5 > 街道乡镇 4 > 功能区 3 > 区县 2 > 市 or empty 1.
    pub place: u8,
    /// Level of the matter; 0 = every matter.
    pub matter: u8,
    /// How many clauses it has.
    pub conditions: u16,
    /// 优先级
    pub priority: i32,
}

/// One duty, as far as a decision depends on it.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The duty.
    pub duty: DutyId,
    /// 主办
    pub lead: Party,
    /// From when to when.
    pub validity: Validity,
    /// What it is compared by.
    pub rank: Rank,
    /// All must hold.
    pub checks: ChecksOf,
    /// 不派基层
    pub not_to_grassroots: bool,
}

/// All rules. Division 0 stands for the whole city and matter 0 for every matter; ids are raised by one.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    rules: Vec<Rule>,
    /// The duties of `rules`, in the same order.
    duties: Vec<DutyId>,
    /// Where the rules of each (matter, division) end in `rules`, sorted by division within each matter.
    ends: Vec<u32>,
    /// The division of each of `ends`.
    divisions: Vec<u32>,
    /// By matter: where its divisions begin in `divisions`; one more than there are matters.
    begins: Vec<u32>,
}

/// The rules of one matter.
#[derive(Clone, Copy, Debug)]
pub struct OfMatter<'a> {
    rules: &'a Rules,
    begin: usize,
    divisions: &'a [u32],
}

impl Rules {
    /// Groups the rules, which come in the order of their duties.
    ///
    /// # Panics
    /// With more than 2³² rules.
    #[must_use]
    pub fn new(rules: Vec<(Option<MatterId>, Option<DivisionId>, Rule)>, matters: usize) -> Self {
        let place = |matter: Option<MatterId>, division: Option<DivisionId>| {
            (matter.map_or(0, |id| id.0 + 1), slot(division))
        };
        let mut keyed: Vec<((u32, u32), Rule)> = rules
            .into_iter()
            .map(|(matter, division, rule)| (place(matter, division), rule))
            .collect();
        keyed.sort_by_key(|(key, _)| *key);
        let mut all = Self::default();
        let mut last = None;
        for (key, rule) in keyed {
            if last != Some(key) {
                let groups = count(all.divisions.len());
                all.begins
                    .resize(all.begins.len().max(key.0 as usize + 1), groups);
                all.divisions.push(key.1);
                all.ends.push(0);
                last = Some(key);
            }
            all.duties.push(rule.duty);
            all.rules.push(rule);
            let end = count(all.rules.len());
            all.ends.last_mut().into_iter().for_each(|last| *last = end);
        }
        all.begins.resize(matters + 2, count(all.divisions.len()));
        all
    }

    /// The rules of exactly this matter; `None` = those for every matter.
    #[must_use]
    pub fn of(&self, matter: Option<MatterId>) -> OfMatter<'_> {
        let slot = matter.map_or(0, |id| id.index() + 1);
        let (begin, end) = (self.begins[slot] as usize, self.begins[slot + 1] as usize);
        OfMatter {
            rules: self,
            begin,
            divisions: &self.divisions[begin..end],
        }
    }
}

impl<'a> OfMatter<'a> {
    /// The rules for exactly this division; `None` = those for the whole city.
    #[must_use]
    pub fn at(self, division: Option<DivisionId>) -> &'a [Rule] {
        &self.rules.rules[self.range(division)]
    }

    /// Their duties.
    #[must_use]
    pub fn duties_at(self, division: Option<DivisionId>) -> &'a [DutyId] {
        &self.rules.duties[self.range(division)]
    }

    fn range(self, division: Option<DivisionId>) -> Range<usize> {
        let Ok(found) = self.divisions.binary_search(&slot(division)) else {
            return 0..0;
        };
        let group = self.begin + found;
        let begin = group.checked_sub(1).map_or(0, |before| self.rules.ends[before]);
        begin as usize..self.rules.ends[group] as usize
    }
}

fn slot(division: Option<DivisionId>) -> u32 {
    division.map_or(0, |id| id.0 + 1)
}

fn count(len: usize) -> u32 {
    u32::try_from(len).expect("a directory has fewer than 2³² duties")
}
