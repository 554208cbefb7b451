//! Names, levels and what stands above: divisions, units and matters of the newest directory.
use chrono::NaiveDate;
use contracts::directory_content::EntryV1;
use std::collections::BTreeMap;

/// The lists of one directory version.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Names {
    /// Version; 0 = none yet.
    pub version: i64,
    /// 区划, by code.
    pub divisions: BTreeMap<String, EntryV1>,
    /// 承办单位, by code.
    pub units: BTreeMap<String, EntryV1>,
    /// 事项, by code.
    pub matters: BTreeMap<String, EntryV1>,
}

/// A hierarchy deeper than this is a circle.
const DEPTH_MAX: usize = 12;

impl Names {
    /// From the rows of all lists.
    #[must_use]
    pub fn new(version: i64, entries: Vec<(String, EntryV1)>) -> Self {
        let mut names = Self {
            version,
            ..Self::default()
        };
        for (sort, entry) in entries {
            let list = match sort.as_str() {
                "division" => &mut names.divisions,
                "unit" => &mut names.units,
                _ => &mut names.matters,
            };
            list.insert(entry.code.clone(), entry);
        }
        names
    }

    /// The first division of one of the levels, looking from the finest of a chain upwards; else the coarsest that is
    /// known of it.
    #[must_use]
    pub fn area(&self, divisions: &[String], levels: &[String]) -> Option<String> {
        let mut chain = divisions.to_vec();
        if let Some(last) = divisions.last() {
            chain.extend(above(&self.divisions, last).skip(1).map(str::to_owned));
        }
        let of_level = |code: &&String| {
            self.divisions
                .get(*code)
                .is_some_and(|entry| levels.contains(&entry.level))
        };
        chain.iter().find(of_level).or_else(|| divisions.last()).cloned()
    }

    /// The divisions whose area this is: [`Names::area`] turned round.
    #[must_use]
    pub fn divisions_of(&self, area: &str, levels: &[String]) -> Vec<String> {
        let within = |code: &&String| {
            self.area(std::slice::from_ref(*code), levels)
                .is_some_and(|found| found == area)
        };
        let mut found: Vec<String> = self.divisions.keys().filter(within).cloned().collect();
        if !self.divisions.contains_key(area) {
            found.push(area.to_owned());
        }
        found
    }

    /// The entry of a level (1, 2, 3) that a matter belongs to; itself when nothing is known.
    #[must_use]
    pub fn matter_of_level(&self, matter: &str, level: &str) -> String {
        above(&self.matters, matter)
            .find(|code| self.matters.get(*code).is_some_and(|entry| entry.level == level))
            .unwrap_or(matter)
            .to_owned()
    }

    /// A matter with everything below it.
    #[must_use]
    pub fn matters_below(&self, matter: &str) -> Vec<String> {
        let below = |code: &&String| above(&self.matters, code).any(|up| up == matter);
        let mut found: Vec<String> = self.matters.keys().filter(below).cloned().collect();
        if found.is_empty() {
            found.push(matter.to_owned());
        }
        found
    }

    /// Units that are valid on a day.
    pub fn units_on(&self, day: NaiveDate) -> impl Iterator<Item = &EntryV1> {
        self.units.values().filter(move |unit| {
            unit.from.is_none_or(|from| from <= day) && unit.to.is_none_or(|to| day <= to)
        })
    }
}

fn above<'a>(list: &'a BTreeMap<String, EntryV1>, code: &'a str) -> impl Iterator<Item = &'a str> {
    std::iter::successors(Some(code), |code| {
        list.get(*code).and_then(|entry| entry.parent.as_deref())
    })
    .take(DEPTH_MAX)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn entry(code: &str, level: &str, parent: Option<&str>) -> EntryV1 {
        EntryV1 {
            code: code.to_owned(),
            name: format!("{code} 名"),
            level: level.to_owned(),
            parent: parent.map(str::to_owned),
            from: None,
            to: None,
        }
    }

    fn names() -> Names {
        let rows = [
            ("division", entry("99", "市", None)),
            ("division", entry("9901", "区县", Some("99"))),
            ("division", entry("990101", "街道", Some("9901"))),
            ("division", entry("9909", "功能区", Some("99"))),
            ("matter", entry("M1", "1", None)),
            ("matter", entry("M11", "2", Some("M1"))),
            ("matter", entry("M111", "3", Some("M11"))),
            ("matter", entry("MX", "3", Some("MX"))),
        ];
        Names::new(3, rows.map(|(sort, entry)| (sort.to_owned(), entry)).into())
    }

    #[test]
    fn the_area_of_a_chain_is_its_first_division_of_a_level() {
        let names = names();
        let levels = ["区县".to_owned(), "功能区".to_owned()];
        let area = |chain: &[&str]| {
            let chain: Vec<String> = chain.iter().map(|code| (*code).to_owned()).collect();
            names.area(&chain, &levels)
        };
        assert_eq!(area(&["990101", "9901", "99"]).as_deref(), Some("9901"));
        assert_eq!(
            area(&["990101", "9909"]).as_deref(),
            Some("9909"),
            "a zone took the street over"
        );
        assert_eq!(area(&["990101"]).as_deref(), Some("9901"), "from the directory");
        assert_eq!(area(&["77"]).as_deref(), Some("77"));
        assert_eq!(area(&[]), None);
        assert_eq!(names.divisions_of("9901", &levels), ["9901", "990101"]);
        assert_eq!(names.divisions_of("77", &levels), ["77"]);
    }

    #[test]
    fn matters_roll_up_and_down_and_circles_end() {
        let names = names();
        assert_eq!(names.matter_of_level("M111", "1"), "M1");
        assert_eq!(names.matter_of_level("M9", "1"), "M9");
        assert_eq!(names.matter_of_level("MX", "1"), "MX");
        assert_eq!(names.matters_below("M1"), ["M1", "M11", "M111"]);
        assert_eq!(names.matters_below("M9"), ["M9"]);
    }
}
