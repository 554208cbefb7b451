//! What callers read in messages. They are Chinese: every phone here reads it, and a message has little room.
use chrono::{DateTime, FixedOffset, TimeDelta};

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

/// How an order ended, for somebody who joined it.
#[must_use]
pub fn result(number: &str, outcome: Option<&str>) -> String {
    let end = match outcome {
        Some("solved") => "经回访，问题已解决。",
        Some("unsolved") => "问题尚未完全解决。",
        _ => "承办单位已答复。",
    };
    format!("【12345】您反映的事项（{number}）已办结：{end}如有疑问，请拨打12345并提供编号。")
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
        assert!(result("n", Some("solved")).contains("已解决"));
        assert!(result("n", Some("unreachable")).contains("已答复"));
    }

    #[test]
    fn waits_grow_and_end() {
        let secs: Vec<i64> = [0, 1, 2, 3, 8, 9, 40]
            .map(|tries| wait_after(tries).num_seconds())
            .into();
        assert_eq!(secs, [15, 15, 30, 60, 1_800, 1_800, 1_800]);
    }
}
