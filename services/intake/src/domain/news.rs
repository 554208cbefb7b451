//! What the caller is told of an order beside where it stands (`domain.md` §1: extension and suspension "the caller is
//! told"): more time, rest, findings, what units promised.
use super::OrderId;
use super::progress::Told;
use chrono::{DateTime, FixedOffset, Utc};
use contracts::rule_sentences;

/// What is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// 延期: the unit gets more time.
    Extended,
    /// 延期、挂起未获批准: the limit stays.
    Denied,
    /// 挂起: the order rests.
    Suspended,
    /// The rest is over.
    Resumed,
    /// Two people found the demand unreasonable.
    Unreasonable,
    /// Two people found that it cannot be done.
    Impossible,
    /// 协调结果: units promised something; the order closes only when that is carried out.
    Promised,
    /// They did it.
    CarriedOut,
    /// The promise was given up.
    Dropped,
}

/// One piece of news about an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct News {
    /// The order.
    pub order_id: OrderId,
    /// What.
    pub what: What,
    /// When it became true.
    pub at: DateTime<Utc>,
    /// The new limit, the end of the rest, when the promise is due.
    pub until: Option<DateTime<Utc>>,
    /// In words, personal data masked.
    pub text: Option<String>,
}

impl What {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Extended,
        Self::Denied,
        Self::Suspended,
        Self::Resumed,
        Self::Unreasonable,
        Self::Impossible,
        Self::Promised,
        Self::CarriedOut,
        Self::Dropped,
    ];

    /// The word in the table and in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Extended => "extended",
            Self::Denied => "denied",
            Self::Suspended => "suspended",
            Self::Resumed => "resumed",
            Self::Unreasonable => "unreasonable",
            Self::Impossible => "impossible",
            Self::Promised => "promised",
            Self::CarriedOut => "carried_out",
            Self::Dropped => "dropped",
        }
    }

    /// The one of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.as_str() == word)
    }

    /// As a sentence for the caller; `{until}` and `{text}` are filled in.
    const fn sentence(self) -> (&'static str, &'static str) {
        match self {
            Self::Extended => (
                "The unit has more time, until {until}: {text}",
                "办理时限已延长至 {until}：{text}",
            ),
            Self::Denied => (
                "The unit asked for more time or a pause and does not get it; its limit stays: {text}",
                "承办单位申请延长或暂停办理时限，未获批准，办理时限不变：{text}",
            ),
            Self::Suspended => (
                "The case rests until {until}: {text}",
                "办理暂停至 {until}：{text}",
            ),
            Self::Resumed => ("Work on the case goes on. {text}", "已恢复办理。{text}"),
            Self::Unreasonable => (
                "Two people have reviewed the demand and found no ground for it.",
                "经两人审核，认定该诉求不合理。",
            ),
            Self::Impossible => (
                "Two people have reviewed the demand and found that it cannot be met.",
                "经两人审核，认定该诉求客观上无法解决。",
            ),
            Self::Promised => (
                "The units have agreed: {text}; until {until}. The case closes only when that is carried out.",
                "相关单位已达成协调结果：{text}；最迟 {until} 前落实，落实后方可办结。",
            ),
            Self::CarriedOut => (
                "What the units agreed is carried out: {text}",
                "协调结果已落实：{text}",
            ),
            Self::Dropped => (
                "What the units agreed was given up: {text}",
                "协调结果已撤销：{text}",
            ),
        }
    }
}

impl News {
    /// As sentences, moments in the city's time.
    #[must_use]
    pub fn told(&self, offset: FixedOffset) -> Told {
        let local = |at: DateTime<Utc>| at.with_timezone(&offset).format("%Y-%m-%d %H:%M").to_string();
        let until = self.until.map(local).unwrap_or_default();
        let text = self.text.as_deref().unwrap_or_default();
        let filled = |sentence: &str, text: &str| {
            let said = sentence.replace("{until}", &until).replace("{text}", text);
            said.trim_end().to_owned()
        };
        let (en, zh) = self.what.sentence();
        // A rule says the same in the reader's language, whatever it was told in; people are quoted.
        let rule = rule_sentences::of_text(text);
        Told {
            en: filled(en, rule.map_or(text, |rule| rule.en)),
            zh: filled(zh, rule.map_or(text, |rule| rule.zh)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn news(what: What, until: Option<&str>, text: Option<&str>) -> News {
        News {
            order_id: OrderId(uuid::Uuid::from_u128(1)),
            what,
            at: "2026-03-02T01:00:00Z".parse().unwrap(),
            until: until.map(|at| at.parse().unwrap()),
            text: text.map(Into::into),
        }
    }

    #[test]
    fn it_is_told_in_the_citys_time_with_its_reason() {
        let east = FixedOffset::east_opt(28_800).unwrap();
        let extended = news(What::Extended, Some("2026-03-20T09:00:00Z"), Some("等待配件"));
        assert_eq!(
            extended.told(east).zh,
            "办理时限已延长至 2026-03-20 17:00：等待配件"
        );
        let resumed = news(What::Resumed, None, None);
        assert_eq!(resumed.told(east).en, "Work on the case goes on.");
    }

    #[test]
    fn what_a_rule_says_is_told_in_the_readers_language_and_people_are_quoted() {
        let east = FixedOffset::east_opt(28_800).unwrap();
        // As events of before have it, and as they have it now.
        for text in ["asked for too late", "申请时间已晚于本市规定"] {
            let told = news(What::Denied, None, Some(text)).told(east);
            assert!(
                told.zh.ends_with("办理时限不变：申请时间已晚于本市规定"),
                "{}",
                told.zh
            );
            assert!(
                told.en.ends_with("its limit stays: asked for too late"),
                "{}",
                told.en
            );
        }
        let cut = news(What::Resumed, None, Some("单位已反馈办结")).told(east);
        assert_eq!(cut.en, "Work on the case goes on. The unit says that it is done.");
        assert_eq!(cut.zh, "已恢复办理。单位已反馈办结");
        let person = news(What::Denied, None, Some("材料不足")).told(east);
        assert!(person.en.ends_with("its limit stays: 材料不足"), "{}", person.en);
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        for what in What::ALL {
            assert_eq!(What::parse(what.as_str()), Some(what));
        }
        assert_eq!(What::parse("lost"), None);
    }
}
