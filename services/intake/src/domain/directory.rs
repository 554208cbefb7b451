//! What the directory knows of the codes that complaints name: divisions and matters, as routing published them last.
use super::amendment::Amendment;
use super::complaint::NewComplaint;
use super::invalid::Invalid;
use super::order::Promise;
use super::place::Place;
use super::transfer::Offer;
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};
use worktime::Calendar;

/// A division or an entry of the matter catalogue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// What stands above it.
    pub parent: Option<String>,
}

/// One version, by codes. Days of validity are routing's business: an ended code is still a code.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Directory {
    /// 1, 2, 3, …
    pub version: i64,
    /// 区划.
    pub divisions: HashMap<String, Entry>,
    /// 事项.
    pub matters: HashMap<String, Entry>,
    /// Working calendars.
    pub calendars: HashMap<String, Calendar>,
}

impl Directory {
    /// Looks at every code of a complaint.
    ///
    /// # Errors
    /// The first code that the directory does not have.
    pub fn check(&self, complaint: &NewComplaint) -> Result<(), Invalid> {
        self.check_codes(complaint.matter.as_ref(), Some(&complaint.place))?;
        for (n, demand) in complaint.treatment.demands().iter().enumerate() {
            self.check_codes(demand.matter.as_ref(), demand.place.as_ref())
                .map_err(|invalid| invalid.inside(&format!("demands[{n}]")))?;
        }
        Ok(())
    }

    /// Looks at every code of an amendment.
    ///
    /// # Errors
    /// As [`Directory::check`].
    pub fn check_amendment(&self, amendment: &Amendment) -> Result<(), Invalid> {
        self.check_codes(amendment.matter(), amendment.place())
    }

    /// Looks at the codes under which a case of another hotline is taken.
    ///
    /// # Errors
    /// As [`Directory::check`].
    pub fn check_given(&self, matter: Option<&String>, division: Option<&String>) -> Result<(), Invalid> {
        self.check_matter(matter)?;
        self.check_division("division", division)
    }

    /// Codes of the offering hotline that this directory does not have stand in the text of the offer from now on: they sort
    /// nothing here, but people may know them.
    pub fn keep_known(&self, offer: &mut Offer) {
        let foreign = |codes: &HashMap<String, Entry>, code: &mut Option<String>| {
            code.take_if(|code| !codes.contains_key(code.as_str()))
        };
        let matter = foreign(&self.matters, &mut offer.matter).map(|code| format!("事项编码 {code}"));
        let division = foreign(&self.divisions, &mut offer.division).map(|code| format!("区划编码 {code}"));
        let said: Vec<String> = [matter, division].into_iter().flatten().collect();
        if !said.is_empty() {
            offer.text.push_str(&format!("（转出方{}）", said.join("，")));
        }
    }

    fn check_codes(&self, matter: Option<&String>, place: Option<&Place>) -> Result<(), Invalid> {
        self.check_matter(matter)?;
        let division = place.and_then(|place| place.division.as_ref());
        self.check_division("place.division", division)
    }

    fn check_matter(&self, matter: Option<&String>) -> Result<(), Invalid> {
        if let Some(code) = matter.filter(|code| !self.matters.contains_key(*code)) {
            return Err(Invalid::new(
                "matter",
                format!(
                    "{code} is no entry of the catalogue (directory version {})",
                    self.version
                ),
                format!("事项目录（第{}版）中没有{code}", self.version),
            ));
        }
        Ok(())
    }

    fn check_division(&self, field: &str, division: Option<&String>) -> Result<(), Invalid> {
        if let Some(code) = division.filter(|code| !self.divisions.contains_key(*code)) {
            return Err(Invalid::new(
                field,
                format!("{code} is no division (directory version {})", self.version),
                format!("区划（第{}版）中没有{code}", self.version),
            ));
        }
        Ok(())
    }

    /// When a promise to a caller is due; `None` when its calendar is unknown here.
    #[must_use]
    pub fn due(&self, promise: &Promise) -> Option<DateTime<Utc>> {
        let calendar = self.calendars.get(&promise.calendar)?;
        let due = worktime::due(calendar, &promise.limit, promise.from).ok()?;
        Some(due.at)
    }

    /// The entries of the catalogue that have none below them, by code: what a citizen chooses from.
    #[must_use]
    pub fn leaves(&self) -> Vec<(&str, &Entry)> {
        let parents: HashSet<&str> = self
            .matters
            .values()
            .filter_map(|entry| entry.parent.as_deref())
            .collect();
        let mut leaves: Vec<_> = self
            .matters
            .iter()
            .map(|(code, entry)| (code.as_str(), entry))
            .collect();
        leaves.retain(|(code, _)| !parents.contains(code));
        leaves.sort_unstable_by_key(|(code, _)| *code);
        leaves
    }

    /// Names of what stands above an entry of the catalogue, the nearest first.
    #[must_use]
    pub fn above(&self, entry: &Entry) -> Vec<&str> {
        names(&self.matters, entry.parent.as_deref())
    }

    /// Names of the divisions of a place, from the city down.
    #[must_use]
    pub fn chain(&self, division: &str) -> Vec<&str> {
        let mut chain = names(&self.divisions, Some(division));
        chain.reverse();
        chain
    }

    /// True when both matters stand under the same entry.
    #[must_use]
    pub fn are_related(&self, one: &str, other: &str) -> bool {
        let parent = |code: &str| self.matters.get(code).and_then(|entry| entry.parent.as_deref());
        parent(one).is_some() && parent(one) == parent(other)
    }
}

/// No catalogue and no chain of divisions is deeper.
const DEPTH_MAX: usize = 8;

fn names<'a>(entries: &'a HashMap<String, Entry>, from: Option<&str>) -> Vec<&'a str> {
    let mut found = Vec::new();
    let mut code = from;
    while let Some(entry) = code.and_then(|code| entries.get(code)) {
        found.push(entry.name.as_str());
        if found.len() == DEPTH_MAX {
            break;
        }
        code = entry.parent.as_deref();
    }
    found
}
