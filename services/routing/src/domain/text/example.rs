//! A past order to learn from: what was said, and what it turned out to be.
use crate::domain::snapshot::PastOrderRow;
use contracts::words::Kind;

/// One past order. Texts are masked of personal data.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Example {
    /// One line.
    pub title: String,
    /// What is wanted.
    pub text: String,
    /// Code of the matter or of the class of the intake scope; `None` when neither was found.
    pub entry: Option<String>,
    /// 诉求类型
    pub kind: Option<Kind>,
    /// True when it was answered at once, without an order.
    pub answered: bool,
    /// Examples about the same event have the same: they are held out together.
    pub event: String,
}

impl From<&PastOrderRow> for Example {
    fn from(row: &PastOrderRow) -> Self {
        Self {
            title: row.title.clone(),
            text: row.text.clone(),
            entry: row.scope.clone().or_else(|| row.matter.clone()),
            kind: row.kind,
            answered: row.disposition == ANSWERED,
            event: row.repeat_of.clone().unwrap_or_else(|| row.number.clone()),
        }
    }
}

/// 处置 of a complaint that needed no order.
pub const ANSWERED: &str = "直接答复";
