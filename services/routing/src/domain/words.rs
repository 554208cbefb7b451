//! The city's Chinese words for the platform's vocabulary, in both directions.
use contracts::words::{Kind, Urgency};
use serde::{Deserialize, Serialize};

/// 区划级别. The order is the order of precedence: the finer, the more specific.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DivisionLevel {
    /// 市
    City,
    /// 区县
    District,
    /// 功能区
    Zone,
    /// 街道乡镇
    Street,
    /// 社区
    Community,
}

/// 单位级别.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitLevel {
    /// 市级
    City,
    /// 区县级
    District,
    /// 街道级
    Street,
    /// 企业
    Company,
    /// 物业平台
    Platform,
    /// 热线
    Hotline,
}

/// The level at which a role is looked for: the part of `ROLE:<function>@<level>` after the sign.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RoleLevel {
    /// 市
    City,
    /// 区县
    District,
    /// 街道
    Street,
}

/// A vocabulary whose words the city writes in Chinese.
pub trait Chinese: Sized + Copy + PartialEq + 'static {
    /// Every word with its meaning.
    const WORDS: &'static [(&'static str, Self)];

    /// The meaning of a word.
    #[must_use]
    fn from_chinese(word: &str) -> Option<Self> {
        Self::WORDS
            .iter()
            .find(|(text, _)| *text == word)
            .map(|(_, value)| *value)
    }

    /// The word.
    #[must_use]
    fn chinese(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(_, value)| *value == self)
            .map_or("", |(text, _)| text)
    }
}

impl Chinese for DivisionLevel {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("市", Self::City),
        ("区县", Self::District),
        ("功能区", Self::Zone),
        ("街道乡镇", Self::Street),
        ("社区", Self::Community),
    ];
}

impl Chinese for UnitLevel {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("市级", Self::City),
        ("区县级", Self::District),
        ("街道级", Self::Street),
        ("企业", Self::Company),
        ("物业平台", Self::Platform),
        ("热线", Self::Hotline),
    ];
}

impl Chinese for RoleLevel {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("市", Self::City),
        ("区县", Self::District),
        ("街道", Self::Street),
    ];
}

impl Chinese for Kind {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("咨询", Self::Consultation),
        ("求助", Self::Help),
        ("投诉", Self::Grievance),
        ("建议", Self::Suggestion),
        ("批评", Self::Criticism),
        ("举报", Self::Report),
        ("表扬", Self::Praise),
        ("其他", Self::Other),
    ];
}

impl Chinese for Urgency {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("一般", Self::Ordinary),
        ("紧急", Self::Urgent),
        ("特急", Self::Emergency),
    ];
}
