//! What a rule of the city says when it decides and no person does: one sentence per code, in both languages. Events carry the
//! code beside the Chinese sentence, which is what units read; whoever tells it in another language finds it here.

/// A sentence of a rule, without a full stop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RuleSentence {
    /// Stable code of the event.
    pub code: &'static str,
    /// English.
    pub en: &'static str,
    /// 中文.
    pub zh: &'static str,
}

const fn of(code: &'static str, en: &'static str, zh: &'static str) -> RuleSentence {
    RuleSentence { code, en, zh }
}

/// `extension.denied`: why a rule gives a unit no more time 延期.
pub const EXTENSION_DENIED: [RuleSentence; 7] = [
    of(
        "not_responsible",
        "the unit is not responsible for the order",
        "该单位不是承办单位",
    ),
    of(
        "not_running",
        "this clock does not run, or may not be extended",
        "该时限未在计时或不得延长",
    ),
    of(
        "wrong_unit",
        "the limit is counted in another unit",
        "申请的时间单位与该时限的计时单位不一致",
    ),
    of(
        "too_often",
        "this assignment was granted as much as the city allows",
        "已达本市规定的延期次数",
    ),
    of("too_much", "more than the city allows", "超过本市规定的延期时长"),
    of("too_late", "asked for too late", "申请时间已晚于本市规定"),
    of(
        "already_pending",
        "another request of this assignment waits",
        "已有延期申请待审核",
    ),
];

/// `suspension.denied`: why a rule lets no order rest 挂起, or why a request is over.
pub const SUSPENSION_DENIED: [RuleSentence; 9] = [
    of(
        "not_responsible",
        "the unit is not responsible for the order",
        "该单位不是承办单位",
    ),
    of("not_running", "no clock of a unit runs", "无在办时限"),
    of(
        "already_pending",
        "another request to suspend this assignment waits",
        "已有挂起申请待审核",
    ),
    of(
        "already_suspended",
        "the order is suspended already",
        "工单已挂起",
    ),
    of(
        "unknown_reason",
        "the city's policy has no such reason",
        "本市规定中没有此挂起原因",
    ),
    of("too_late", "a suspension ends in the future", "所申请的期限已过"),
    of(
        "too_long",
        "longer than the city allows",
        "超过本市规定的挂起时限",
    ),
    of(
        "too_often",
        "suspended as often as the city allows",
        "已达本市规定的挂起次数",
    ),
    of(
        "lapsed",
        "the time that was asked for passed before anybody decided",
        "所申请的挂起期限已过，未予决定",
    ),
];

/// `order.resumed`: why a rest 挂起 ends before its time when nobody ended it. The event has no code.
pub const REST_CUT_SHORT: [RuleSentence; 3] = [
    of("closed", "The order is closed.", "工单已办结"),
    of("replied", "The unit says that it is done.", "单位已反馈办结"),
    of(
        "not_responsible",
        "Another unit is responsible now.",
        "该单位不再承办",
    ),
];

/// The sentence of a code among those of one event.
#[must_use]
pub fn of_code(sentences: &'static [RuleSentence], code: &str) -> Option<RuleSentence> {
    sentences.iter().copied().find(|sentence| sentence.code == code)
}

/// The sentence that a text is, in whichever of its languages it was told; `None` = a person wrote it.
#[must_use]
pub fn of_text(text: &str) -> Option<RuleSentence> {
    let known = EXTENSION_DENIED
        .iter()
        .chain(&SUSPENSION_DENIED)
        .chain(&REST_CUT_SHORT);
    known
        .copied()
        .find(|sentence| sentence.zh == text || sentence.en == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_one_sentence_and_no_sentence_mixes_languages() {
        let lists: [&'static [RuleSentence]; 3] = [&EXTENSION_DENIED, &SUSPENSION_DENIED, &REST_CUT_SHORT];
        for list in lists {
            for sentence in list {
                assert_eq!(of_code(list, sentence.code), Some(*sentence));
                assert!(sentence.en.is_ascii(), "{}", sentence.en);
                let latin = sentence.zh.chars().any(|c| c.is_ascii_alphabetic());
                assert!(!latin, "{}", sentence.zh);
            }
        }
    }

    #[test]
    fn a_text_is_found_in_either_language_and_always_says_the_same() {
        for sentence in EXTENSION_DENIED
            .iter()
            .chain(&SUSPENSION_DENIED)
            .chain(&REST_CUT_SHORT)
        {
            for text in [sentence.en, sentence.zh] {
                let found = of_text(text).map(|found| (found.en, found.zh));
                assert_eq!(found, Some((sentence.en, sentence.zh)), "{text}");
            }
        }
        assert_eq!(of_text("材料不足"), None);
    }
}
