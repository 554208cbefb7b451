//! A table of a report.
use serde::Serialize;

/// A text for people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Title {
    /// English.
    pub en: String,
    /// 中文
    pub zh: String,
}

impl Title {
    /// Both languages.
    #[must_use]
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self {
            en: en.into(),
            zh: zh.into(),
        }
    }
}

/// What a column holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// Stable name.
    pub name: &'static str,
    /// For people.
    pub title: Title,
}

/// One value.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(untagged)]
pub enum Cell {
    /// A code, a name, a moment.
    Text(String),
    /// The same in two languages: (English, Chinese).
    #[serde(skip)]
    Words(&'static str, &'static str),
    /// How many.
    Count(i64),
    /// A rate in percent, or points, with two decimals.
    Number(f64),
    /// There is nothing to say.
    Nothing,
}

impl Cell {
    /// A rate; rounded to two decimals.
    #[must_use]
    pub fn percent(value: Option<f64>) -> Self {
        value.map_or(Self::Nothing, |value| {
            Self::Number((value * 100.0).round() / 100.0)
        })
    }

    /// A number of things.
    #[must_use]
    pub fn count(value: u64) -> Self {
        Self::Count(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

/// A table.
#[derive(Clone, PartialEq, Debug)]
pub struct Table {
    /// Stable name.
    pub name: &'static str,
    /// For people.
    pub title: Title,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows: as many cells as columns.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// An empty table. Columns: (name, English, Chinese).
    #[must_use]
    pub fn new(name: &'static str, title: (&str, &str), columns: &[(&'static str, &str, &str)]) -> Self {
        let column = |(name, en, zh): &(&'static str, &str, &str)| Column {
            name,
            title: Title::new(*en, *zh),
        };
        Self {
            name,
            title: Title::new(title.0, title.1),
            columns: columns.iter().map(column).collect(),
            rows: Vec::new(),
        }
    }

    /// One more row.
    ///
    /// # Panics
    /// When it has not as many cells as there are columns.
    pub fn push(&mut self, row: Vec<Cell>) {
        assert_eq!(
            row.len(),
            self.columns.len(),
            "a row of {} fills every column",
            self.name
        );
        self.rows.push(row);
    }
}
