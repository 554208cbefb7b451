//! What is wrong with a pack, precisely enough to mend it without asking.
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;

/// More than this is a wrong file rather than a list of slips; the rest is counted, not listed.
pub const FAULTS_MAX: usize = 1_000;

/// One fault.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Fault {
    /// The file.
    pub file: String,
    /// The line, 1 = headers; `None` = the file as a whole.
    pub line: Option<u64>,
    /// The header of the column.
    pub column: Option<String>,
    /// What stands there, cut when it is long.
    pub value: String,
    /// What was expected, in English.
    pub expected: String,
    /// What was expected, in Chinese.
    pub expected_zh: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(column) = &self.column {
            write!(f, " {column}")?;
        }
        write!(f, ": {:?}: expected {}", self.value, self.expected)
    }
}

/// What a value should have been.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Expected {
    /// The file to be there.
    File,
    /// A file that a pack may have.
    KnownFile,
    /// This name, of which the file's own seems to be a misspelling.
    FileNamed(&'static str),
    /// CSV that can be read.
    Csv,
    /// JSON of this shape.
    Json(&'static str),
    /// This column.
    Column(&'static str),
    /// One of these columns.
    KnownColumn(&'static [&'static str]),
    /// Each column once.
    ColumnOnce,
    /// So many fields.
    Fields(usize),
    /// Something.
    Filled,
    /// Nothing.
    Empty(&'static str),
    /// `YYYY-MM-DD`.
    Date,
    /// A day not before the beginning.
    NotBefore(String),
    /// A number in a range.
    Number(i64, i64),
    /// A decimal number in a range.
    Decimal(i32, i32),
    /// 是 or 否.
    YesNo,
    /// One of these words.
    OneOf(Vec<String>),
    /// A key that this file has.
    In(&'static str),
    /// A key that is not there yet.
    Unique,
    /// Anything that fits this sentence, in English and Chinese.
    Rule(&'static str, &'static str),
    /// The grammar of conditions; the parser's own words.
    Condition(String),
}

impl Expected {
    fn en(&self) -> String {
        match self {
            Self::File => "this file".into(),
            Self::KnownFile => "a file that belongs to a pack".into(),
            Self::FileNamed(name) => format!("the name {name}, or one that is not so like it"),
            Self::Csv => "CSV that can be read".into(),
            Self::Json(shape) => format!("JSON: {shape}"),
            Self::Column(name) => format!("a column {name}"),
            Self::KnownColumn(names) => format!("one of the columns {}", names.join(", ")),
            Self::ColumnOnce => "each column once".into(),
            Self::Fields(count) => format!("{count} fields, as in the header"),
            Self::Filled => "a value".into(),
            Self::Empty(when) => format!("nothing: {when}"),
            Self::Date => "a date YYYY-MM-DD".into(),
            Self::NotBefore(date) => format!("a date not before {date}"),
            Self::Number(low, high) => format!("a whole number from {low} to {high}"),
            Self::Decimal(low, high) => format!("a decimal number from {low} to {high}"),
            Self::YesNo => "是 or 否".into(),
            Self::OneOf(words) => format!("one of {}", words.join(", ")),
            Self::In(file) => format!("a key of {file}"),
            Self::Unique => "a key that no other line has".into(),
            Self::Rule(en, _) => (*en).into(),
            Self::Condition(text) => format!("a condition: {text}"),
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::File => "缺少该文件".into(),
            Self::KnownFile => "数据包规定的文件名".into(),
            Self::FileNamed(name) => format!("文件名应为 {name}"),
            Self::Csv => "可读取的 CSV".into(),
            Self::Json(shape) => format!("JSON：{shape}"),
            Self::Column(name) => format!("应有列“{name}”"),
            Self::KnownColumn(names) => format!("列名应为：{}", names.join("、")),
            Self::ColumnOnce => "列名不得重复".into(),
            Self::Fields(count) => format!("应与表头一致，共 {count} 个字段"),
            Self::Filled => "不得为空".into(),
            Self::Empty(_) => "应为空".into(),
            Self::Date => "日期 YYYY-MM-DD".into(),
            Self::NotBefore(date) => format!("不早于 {date} 的日期"),
            Self::Number(low, high) => format!("{low} 至 {high} 的整数"),
            Self::Decimal(low, high) => format!("{low} 至 {high} 的小数"),
            Self::YesNo => "是或否".into(),
            Self::OneOf(words) => format!("应为：{}", words.join("、")),
            Self::In(file) => format!("{file} 中已有的编码"),
            Self::Unique => "编码不得重复".into(),
            Self::Rule(_, zh) => (*zh).into(),
            Self::Condition(text) => format!("符合条件语法：{text}"),
        }
    }
}

/// The faults of a pack, in the order in which they were found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Faults {
    list: Vec<Fault>,
    further: usize,
    /// Files whose keys are not known because they could not be read: what refers to them is not blamed.
    unread: BTreeSet<String>,
}

impl Faults {
    /// Adds a fault; beyond [`FAULTS_MAX`] it is only counted.
    pub fn add(
        &mut self,
        file: &str,
        line: Option<u64>,
        column: Option<&str>,
        value: &str,
        expected: &Expected,
    ) {
        if matches!(expected, Expected::In(other) if self.unread.contains(*other)) {
            return;
        }
        if self.list.len() >= FAULTS_MAX {
            self.further += 1;
            return;
        }
        self.list.push(Fault {
            file: file.to_owned(),
            line,
            column: column.map(str::to_owned),
            value: value.chars().take(80).collect(),
            expected: expected.en(),
            expected_zh: expected.zh(),
        });
    }

    /// Notes that a file has no rows because of a fault of its own, so that every reference to it is not one more.
    pub(super) fn unread(&mut self, file: &str) {
        self.unread.insert(file.to_owned());
    }

    /// True when nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The listed faults.
    #[must_use]
    pub fn list(&self) -> &[Fault] {
        &self.list
    }

    /// How many there are, listed or not.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.list.len() + self.further
    }

    /// Takes over the faults of another list.
    pub(super) fn extend(&mut self, other: &Self) {
        for fault in &other.list {
            if self.list.len() < FAULTS_MAX {
                self.list.push(fault.clone());
            } else {
                self.further += 1;
            }
        }
        self.further += other.further;
    }

    /// How many there are beyond the listed ones.
    #[must_use]
    pub const fn further(&self) -> usize {
        self.further
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the pack has {} faults", self.count())?;
        for fault in self.list.iter().take(20) {
            write!(f, "\n{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}
