//! 地名: names of places found in an address. Exact names and aliases only; the longest name at a spot counts.
use super::{BuildError, Divisions};
use crate::domain::codes::{DivisionId, FastMap};
use crate::domain::snapshot::GazetteerRow;
use std::collections::BTreeMap;

/// One row: a name in one division.
#[derive(Clone, Debug)]
pub struct Entry {
    /// 地名
    pub name: String,
    /// Where.
    pub division: DivisionId,
    /// 属性: facts the place brings along.
    pub facts: BTreeMap<String, String>,
}

/// What a text in an address means.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Meaning {
    Places(Vec<u32>),
    Divisions(Vec<DivisionId>),
}

/// Place names and the names of divisions.
#[derive(Clone, Debug)]
pub struct Gazetteer {
    entries: Vec<Entry>,
    /// By the first character, longest first.
    names: FastMap<u32, Vec<(Box<str>, Meaning)>>,
}

/// What was found in an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// One item per place name, in the order of the text: the entries it may mean.
    pub places: Vec<Vec<u32>>,
    /// One item per name of a division: the divisions it may mean.
    pub divisions: Vec<Vec<DivisionId>>,
}

impl Gazetteer {
    /// Indexes the rows and the divisions' own names.
    ///
    /// # Errors
    /// When a division is unknown.
    pub fn new(rows: Vec<GazetteerRow>, divisions: &Divisions) -> Result<Self, BuildError> {
        let mut places: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        let mut entries = Vec::with_capacity(rows.len());
        for (position, row) in (0_u32..).zip(rows) {
            let division = divisions
                .find(&row.division)
                .ok_or_else(|| BuildError::unknown("gazetteer", &row.code, "division", &row.division))?;
            for name in std::iter::once(&row.name).chain(&row.aliases) {
                let meant = places.entry(name.clone()).or_default();
                if meant.last() != Some(&position) {
                    meant.push(position);
                }
            }
            entries.push(Entry {
                name: row.name,
                division,
                facts: row.facts,
            });
        }
        let mut names: FastMap<u32, Vec<(Box<str>, Meaning)>> = FastMap::default();
        let mut add = |name: &str, meaning: Meaning| {
            if let Some(first) = name.chars().next() {
                names
                    .entry(u32::from(first))
                    .or_default()
                    .push((Box::from(name), meaning));
            }
        };
        for (name, ids) in divisions.names().filter(|(name, _)| !places.contains_key(*name)) {
            add(name, Meaning::Divisions(ids.to_vec()));
        }
        for (name, positions) in &places {
            add(name, Meaning::Places(positions.clone()));
        }
        for list in names.values_mut() {
            list.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        }
        Ok(Self { entries, names })
    }

    /// The entry at a position that [`Found`] names.
    #[must_use]
    pub fn entry(&self, position: u32) -> &Entry {
        &self.entries[position as usize]
    }

    /// Reads an address from left to right; where a name begins, the longest one is taken.
    #[must_use]
    pub fn find(&self, address: &str) -> Found {
        let mut found = Found::default();
        let mut rest = address;
        while let Some(first) = rest.chars().next() {
            let names = self.names.get(&u32::from(first)).map_or(&[][..], Vec::as_slice);
            let Some((name, meaning)) = names.iter().find(|(name, _)| rest.starts_with(&**name)) else {
                rest = &rest[first.len_utf8()..];
                continue;
            };
            match meaning {
                Meaning::Places(positions) if !found.places.contains(positions) => {
                    found.places.push(positions.clone());
                }
                Meaning::Divisions(ids) if !found.divisions.contains(ids) => {
                    found.divisions.push(ids.clone());
                }
                _ => {}
            }
            rest = &rest[name.len()..];
        }
        found
    }
}
