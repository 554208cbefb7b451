//! What the directory knows of the codes that complaints name: divisions and matters, as routing published them last.
use super::amendment::Amendment;
use super::complaint::NewComplaint;
use super::invalid::Invalid;
use super::place::Place;
use std::collections::HashMap;

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

    fn check_codes(&self, matter: Option<&String>, place: Option<&Place>) -> Result<(), Invalid> {
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
        let division = place.and_then(|place| place.division.as_ref());
        if let Some(code) = division.filter(|code| !self.divisions.contains_key(*code)) {
            return Err(Invalid::new(
                "place.division",
                format!("{code} is no division (directory version {})", self.version),
                format!("区划（第{}版）中没有{code}", self.version),
            ));
        }
        Ok(())
    }

    /// True when both matters stand under the same entry.
    #[must_use]
    pub fn are_related(&self, one: &str, other: &str) -> bool {
        let parent = |code: &str| self.matters.get(code).and_then(|entry| entry.parent.as_deref());
        parent(one).is_some() && parent(one) == parent(other)
    }
}
