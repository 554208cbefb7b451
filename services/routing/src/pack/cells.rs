//! The cells of one row as typed values. A cell that does not fit is noted as a fault and read as a stand-in, so
//! that one pass finds every fault; the stand-ins never leave the importer.
use super::{Expected, Faults};
use crate::domain::validity::Dates;
use crate::domain::words::Chinese;
use chrono::NaiveDate;
use csv::StringRecord;
use std::collections::BTreeMap;

/// One row.
#[derive(Clone, Copy)]
pub(super) struct Cells<'a> {
    file: &'a str,
    line: u64,
    columns: &'static [&'static str],
    positions: &'a [usize],
    record: &'a StringRecord,
}

impl<'a> Cells<'a> {
    pub const fn new(
        file: &'a str,
        line: u64,
        columns: &'static [&'static str],
        positions: &'a [usize],
        record: &'a StringRecord,
    ) -> Self {
        Self {
            file,
            line,
            columns,
            positions,
            record,
        }
    }

    pub const fn line(&self) -> u64 {
        self.line
    }

    /// The text of a column, without the spaces around it.
    pub fn text(&self, column: &'static str) -> &'a str {
        let position = self.columns.iter().position(|known| *known == column);
        let field = position
            .and_then(|n| self.positions.get(n))
            .and_then(|n| self.record.get(*n));
        field.unwrap_or_default().trim()
    }

    /// Notes a fault of this cell.
    pub fn fault(&self, column: &'static str, expected: &Expected, faults: &mut Faults) {
        self.fault_of(column, self.text(column), expected, faults);
    }

    /// Notes a fault of a part of this cell.
    pub fn fault_of(&self, column: &'static str, value: &str, expected: &Expected, faults: &mut Faults) {
        faults.add(self.file, Some(self.line), Some(column), value, expected);
    }

    pub fn optional(&self, column: &'static str) -> Option<String> {
        Some(self.text(column))
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    }

    pub fn filled(&self, column: &'static str, faults: &mut Faults) -> String {
        let text = self.text(column);
        if text.is_empty() {
            self.fault(column, &Expected::Filled, faults);
        }
        text.to_owned()
    }

    /// Values joined by `;`; an empty cell has none, an empty part is a fault.
    pub fn list(&self, column: &'static str, faults: &mut Faults) -> Vec<String> {
        let text = self.text(column);
        if text.is_empty() {
            return Vec::new();
        }
        let parts: Vec<String> = text.split(';').map(|part| part.trim().to_owned()).collect();
        if parts.iter().any(String::is_empty) {
            self.fault(
                column,
                &Expected::Rule("values joined by ;", "以“;”分隔的值"),
                faults,
            );
        }
        parts
    }

    pub fn number<N: TryFrom<i64> + Default>(
        &self,
        column: &'static str,
        low: i64,
        high: i64,
        faults: &mut Faults,
    ) -> N {
        let number = self
            .text(column)
            .parse()
            .ok()
            .filter(|number| (low..=high).contains(number));
        number
            .and_then(|number| N::try_from(number).ok())
            .unwrap_or_else(|| {
                self.fault(column, &Expected::Number(low, high), faults);
                N::default()
            })
    }

    pub fn yes(&self, column: &'static str, faults: &mut Faults) -> bool {
        match self.text(column) {
            "是" => true,
            "否" => false,
            _ => {
                self.fault(column, &Expected::YesNo, faults);
                false
            }
        }
    }

    /// 生效日期 and 失效日期.
    pub fn dates(&self, faults: &mut Faults) -> Dates {
        let from = self.date("生效日期", faults);
        let to = if self.text("失效日期").is_empty() {
            None
        } else {
            Some(self.date("失效日期", faults))
        };
        if to.is_some_and(|to| to < from) {
            self.fault("失效日期", &Expected::NotBefore(from.to_string()), faults);
        }
        Dates { from, to }
    }

    fn date(&self, column: &'static str, faults: &mut Faults) -> NaiveDate {
        let text = self.text(column);
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()
            .filter(|_| text.len() == 10);
        date.unwrap_or_else(|| {
            self.fault(column, &Expected::Date, faults);
            NaiveDate::default()
        })
    }

    /// 经度 and 纬度, both or none.
    pub fn point(&self, faults: &mut Faults) -> Option<(f64, f64)> {
        if self.text("经度").is_empty() && self.text("纬度").is_empty() {
            return None;
        }
        Some((
            self.decimal("经度", 180, faults),
            self.decimal("纬度", 90, faults),
        ))
    }

    fn decimal(&self, column: &'static str, high: i32, faults: &mut Faults) -> f64 {
        let number = self
            .text(column)
            .parse::<f64>()
            .ok()
            .filter(|number| number.abs() <= f64::from(high));
        number.unwrap_or_else(|| {
            self.fault(column, &Expected::Decimal(-high, high), faults);
            0.0
        })
    }

    /// A word of a vocabulary of the platform.
    pub fn word<T: Chinese>(&self, column: &'static str, stand_in: T, faults: &mut Faults) -> T {
        T::from_chinese(self.text(column)).unwrap_or_else(|| {
            let words = T::WORDS.iter().map(|(word, _)| (*word).to_owned()).collect();
            self.fault(column, &Expected::OneOf(words), faults);
            stand_in
        })
    }

    /// A word, or nothing where the cell says `any`.
    pub fn word_or<T: Chinese>(
        &self,
        column: &'static str,
        any: &str,
        stand_in: T,
        faults: &mut Faults,
    ) -> Option<T> {
        if self.text(column) == any {
            None
        } else {
            Some(self.word(column, stand_in, faults))
        }
    }

    /// `key=value` pairs joined by `;`.
    pub fn pairs(&self, column: &'static str, faults: &mut Faults) -> BTreeMap<String, String> {
        let mut pairs = BTreeMap::new();
        for part in self.list(column, faults) {
            match part.split_once('=') {
                Some((key, value)) if !key.is_empty() && !value.is_empty() => {
                    pairs.insert(key.to_owned(), value.to_owned());
                }
                _ => {
                    let rule = Expected::Rule("key=value pairs joined by ;", "以“;”分隔的 键=值");
                    self.fault_of(column, &part, &rule, faults);
                }
            }
        }
        pairs
    }
}

/// A key column: filled, and not in `seen` yet.
pub(super) fn key<T>(
    cells: &Cells<'_>,
    column: &'static str,
    seen: &mut BTreeMap<String, T>,
    value: T,
    faults: &mut Faults,
) -> String {
    let key = cells.filled(column, faults);
    if seen.contains_key(&key) {
        cells.fault(column, &Expected::Unique, faults);
    } else {
        seen.insert(key.clone(), value);
    }
    key
}
