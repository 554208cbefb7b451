//! What a directory version brings for reading texts: the words of its catalogue and of its intake scope, the names of its
//! places, and past orders that the city handed over to learn from.
use crate::domain::snapshot::{PastOrderRow, Snapshot};
use crate::domain::words::DivisionLevel;
use std::collections::BTreeMap;

/// What an order may be about: an entry of the catalogue, or a class of the intake scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EntryKind {
    /// A matter that orders are made of.
    Matter,
    /// A class that is asked for before the catalogue.
    Scope,
}

/// One of them, with the words that describe it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Its code.
    pub code: String,
    /// Catalogue or scope.
    pub kind: EntryKind,
    /// 名称
    pub name: String,
    /// 说明
    pub description: String,
    /// 关键词
    pub keywords: Vec<String>,
    /// The code above it; entries with the same one are kin.
    pub group: String,
    /// Name and description of what stands above.
    pub above: String,
}

/// Everything that a directory version says in words.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// Matters of the finest level in the order of their codes, then classes of the scope.
    pub entries: Vec<Entry>,
    /// Names of places and divisions; they say where, not what.
    pub places: Vec<String>,
    /// Past orders.
    pub past_orders: Vec<PastOrderRow>,
}

/// What division names end in and speakers leave out.
const ENDINGS: [&str; 8] = ["街道办事处", "街道", "社区", "镇", "乡", "区", "县", "市"];

impl Source {
    /// Collects it.
    #[must_use]
    pub fn of(snapshot: &Snapshot) -> Self {
        let mut places: Vec<String> = Vec::new();
        for row in &snapshot.gazetteer {
            places.push(row.name.clone());
            places.extend(row.aliases.iter().cloned());
        }
        for row in snapshot
            .divisions
            .iter()
            .filter(|row| row.level != DivisionLevel::City)
        {
            places.push(row.name.clone());
            places.extend(short(&row.name));
        }
        places.retain(|name| name.chars().nth(1).is_some());
        places.sort();
        places.dedup();
        Self {
            entries: entries(snapshot),
            places,
            past_orders: snapshot.past_orders.clone(),
        }
    }
}

fn short(name: &str) -> Option<String> {
    let short = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending))?;
    short.chars().nth(1).map(|_| short.to_owned())
}

fn entries(snapshot: &Snapshot) -> Vec<Entry> {
    let finest = snapshot
        .matters
        .iter()
        .map(|row| row.level)
        .max()
        .unwrap_or_default();
    let by_code: BTreeMap<&str, _> = snapshot
        .matters
        .iter()
        .map(|row| (row.code.as_str(), row))
        .collect();
    let matters = snapshot
        .matters
        .iter()
        .filter(|row| row.level == finest)
        .map(|row| {
            let above = row.parent.as_deref().and_then(|code| by_code.get(code));
            Entry {
                code: row.code.clone(),
                kind: EntryKind::Matter,
                name: row.name.clone(),
                description: row.description.clone(),
                keywords: row.keywords.clone(),
                group: row.parent.clone().unwrap_or_else(|| row.code.clone()),
                above: above.map_or_else(String::new, |row| format!("{}，{}", row.name, row.description)),
            }
        });
    let scope = snapshot.scope.iter().map(|row| Entry {
        code: row.code.clone(),
        kind: EntryKind::Scope,
        name: row.name.clone(),
        description: row.description.clone(),
        keywords: row.keywords.clone(),
        group: row.code.clone(),
        above: String::new(),
    });
    matters.chain(scope).collect()
}
