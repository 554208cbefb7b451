//! What JSON and addresses can say and PostgreSQL cannot store is refused here, once, instead of failing in whatever statement it
//! would reach. U+0000 is a valid character of both, and stands neither in `text` nor in `jsonb`. And our types of days and
//! moments read years before 0000 and after 9999 (`-9999-01-01`, `+262142-12-31`), which RFC 3339 does not know.
use crate::Problem;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};
use serde_json::Value;

/// The only ways to write U+0000 in a JSON text, and in an address.
const IN_JSON: &[u8] = br"\u0000";
const IN_ADDRESS: &str = "%00";

/// What cannot be stored.
#[derive(Clone, Copy)]
enum Unstorable {
    Nul,
    FarYear,
}

impl Unstorable {
    fn of(text: &str) -> Option<Self> {
        if text.contains('\0') {
            return Some(Self::Nul);
        }
        is_far(text).then_some(Self::FarYear)
    }

    fn refused(self, field: &str) -> Problem {
        let (en, zh) = match self {
            Self::Nul => ("the character U+0000 is not allowed", "不得包含 U+0000 字符"),
            Self::FarYear => ("a year has four digits and no sign", "年份须为四位数字"),
        };
        let problem = Problem::bad_request("invalid_field", en).detail_zh(zh);
        if field.is_empty() {
            problem
        } else {
            problem.field(field)
        }
    }
}

/// A day, or a moment, of a year that has not four digits. Only what is one as a whole, for whoever reads one: a text that
/// begins like a day is a text.
fn is_far(text: &str) -> bool {
    if !text.starts_with(['+', '-']) {
        return false;
    }
    let day = text.parse::<NaiveDate>().map(|day| day.year());
    let year = day.or_else(|_| text.parse::<DateTime<FixedOffset>>().map(|at| at.year()));
    year.is_ok_and(|year| !(0..=9999).contains(&year))
}

/// Refuses a well-formed document with something of it in a text or in the name of a member.
pub(crate) fn refuse_in_json(bytes: &[u8]) -> Result<(), Problem> {
    // A sign may be written as an escape, too.
    let signed = |window: &[u8]| {
        matches!(
            window,
            [b'"', b'+' | b'-', b'0'..=b'9' | b'\\'] | [b'"', b'\\', b'u']
        )
    };
    let may_be = bytes.windows(IN_JSON.len()).any(|window| window == IN_JSON) || bytes.windows(3).any(signed);
    if !may_be {
        return Ok(());
    }
    // A second parse, for the few that may hold it: an escaped backslash may stand before `u0000`.
    let document: Value = serde_json::from_slice(bytes).unwrap_or_default();
    find(&document, String::new()).map_or(Ok(()), |(path, what)| Err(what.refused(&path)))
}

/// Refuses the first parameter that holds something of it.
pub(crate) fn refuse_in_parameters<'a>(
    parameters: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<(), Problem> {
    for (name, value) in parameters {
        if name.contains('\0') {
            return Err(Unstorable::Nul.refused(""));
        }
        if let Some(what) = Unstorable::of(value) {
            return Err(what.refused(name));
        }
    }
    Ok(())
}

/// Whether an address (path or query) may hold something of it.
pub(crate) fn may_be_in_address(address: &str) -> bool {
    address.contains(IN_ADDRESS) || address.contains("=-") || address.contains("=%2")
}

/// The path of the first value with something of it; of a name with it, the path of what it is a member of.
fn find(value: &Value, path: String) -> Option<(String, Unstorable)> {
    match value {
        Value::String(text) => Unstorable::of(text).map(|what| (path, what)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(n, item)| find(item, format!("{path}[{n}]"))),
        Value::Object(members) => members.iter().find_map(|(name, member)| {
            if name.contains('\0') {
                return Some((path.clone(), Unstorable::Nul));
            }
            let dot = if path.is_empty() { "" } else { "." };
            find(member, format!("{path}{dot}{name}"))
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_found_wherever_it_stands_and_only_where_it_stands() {
        for (body, field) in [
            (r#"{"text":"a\u0000"}"#, Some("text")),
            (
                r#"{"demands":[{},{"place":{"address":"\u0000"}}]}"#,
                Some("demands[1].place.address"),
            ),
            (r#"[{"note":"\u0000"}]"#, Some("[0].note")),
            (r#"{"facts":{"a\u0000":"x"}}"#, Some("facts")),
            (r#"{"terms":[{"until":"+10000-01-01"}]}"#, Some("terms[0].until")),
            (r#"{"since":"-9999-01-01T00:00:00Z"}"#, Some("since")),
            (r#"{"\u0000":1}"#, None),
            (r#""\\\u0000""#, None),
            (r#"{"since":"-9999-1-1"}"#, Some("since")),
            (r#"{"since":"\u002d9999-01-01"}"#, Some("since")),
            (r#"{"since":"-\u0039999-01-01T00:00:00+08:00"}"#, Some("since")),
        ] {
            let problem = refuse_in_json(body.as_bytes()).unwrap_err();
            assert_eq!(
                (problem.code(), problem.field_name()),
                ("invalid_field", field),
                "{body}"
            );
        }
        for good in [
            r#"{"text":"-9999-01-01 was long ago","number":"-5","phone":"+86-01-02"}"#,
            r#"{"until":"9999-12-31T00:00:00+08:00"}"#,
            r#"{"text":"-2026-03-05 10:30 现场核查","number":"+8613-80-00"}"#,
            r#"{"text":"a\\u0000"}"#,
            r#"{"text":"\u0001 u0000"}"#,
            "{}",
        ] {
            assert!(refuse_in_json(good.as_bytes()).is_ok(), "{good}");
        }
    }
}
