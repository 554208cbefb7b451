//! What callers read in messages. They are Chinese: every phone here reads it, and a message has little room.
use chrono::{DateTime, FixedOffset, TimeDelta};
use contracts::words::Outcome;

const TITLE_CHARS_MAX: usize = 30;
const WAIT_SECS_MAX: i64 = 1_800;

/// An invitation to the survey page; without the title of a confidential order.
#[must_use]
pub fn survey(number: &str, title: Option<&str>, url: &str, until: DateTime<FixedOffset>) -> String {
    let title = title.filter(|title| !title.is_empty()).map(|title| {
        let short: String = title.chars().take(TITLE_CHARS_MAX).collect();
        format!("“{short}”")
    });
    let until = until.format("%m月%d日%H:%M");
    format!(
        "【12345】您反映的事项{}（{number}）承办单位已答复，请评价：{url} 链接仅限本人使用一次，{until}前有效。",
        title.unwrap_or_default()
    )
}

/// How an order ended, for somebody who joined it. An order that its first caller took back, or that went to another
/// hotline, was not handled, and nobody is told that it was.
#[must_use]
pub fn result(number: &str, outcome: Outcome) -> String {
    let end = match outcome {
        Outcome::Solved => "已办结：经回访，问题已解决。如有疑问",
        Outcome::Unsolved => "已办结：问题尚未完全解决。如有疑问",
        Outcome::Unreachable | Outcome::NotCalled => "已办结：承办单位已答复。如有疑问",
        Outcome::Withdrawn => "原诉求人已撤诉，工单不再办理。如您仍需办理",
        Outcome::Transferred => "已转由有权处理的热线办理。如有疑问",
    };
    format!("【12345】您反映的事项（{number}）{end}，请拨打12345并提供编号。")
}

/// How long to wait after so many tries: 15 s, doubled each time, half an hour at most.
#[must_use]
pub fn wait_after(tries: i32) -> TimeDelta {
    let doubled = 15_i64.saturating_mul(1 << tries.clamp(1, 12).saturating_sub(1));
    TimeDelta::seconds(doubled.min(WAIT_SECS_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_short_and_hide_what_is_confidential() {
        let until = "2026-03-05T09:00:00+08:00".parse().unwrap();
        let url = "https://12345.example/v1/surveys/x";
        let text = survey("26030200001-1", Some(&"长".repeat(40)), url, until);
        assert!(
            text.contains(&"长".repeat(30)) && !text.contains(&"长".repeat(31)),
            "{text}"
        );
        assert!(text.contains("26030200001-1") && text.contains(url) && text.contains("03月05日09:00"));
        assert!(survey("n", None, url, until).contains("事项（n）"));
        assert!(result("n", Outcome::Solved).contains("已解决"));
        assert!(result("n", Outcome::Unreachable).contains("已答复"));
        for unhandled in [Outcome::Withdrawn, Outcome::Transferred] {
            let text = result("n", unhandled);
            assert!(!text.contains("已办结") && !text.contains("已答复"), "{text}");
        }
    }

    #[test]
    fn waits_grow_and_end() {
        let secs: Vec<i64> = [0, 1, 2, 3, 8, 9, 40]
            .map(|tries| wait_after(tries).num_seconds())
            .into();
        assert_eq!(secs, [15, 15, 30, 60, 1_800, 1_800, 1_800]);
    }
}
