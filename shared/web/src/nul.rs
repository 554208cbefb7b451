//! U+0000 is a valid character of JSON and of addresses, and PostgreSQL stores it neither in `text` nor in `jsonb`.
//! So it is refused here, once, instead of failing in whatever statement it would reach.
use serde_json::Value;

use crate::Problem;

/// The only ways to write it in a JSON text, and in an address.
const IN_JSON: &[u8] = br"\u0000";
const IN_ADDRESS: &str = "%00";

/// Refuses a well-formed document with the character in a text or in the name of a member.
pub(crate) fn refuse_in_json(bytes: &[u8]) -> Result<(), Problem> {
    if !bytes.windows(IN_JSON.len()).any(|window| window == IN_JSON) {
        return Ok(());
    }
    // A second parse, for the few that may hold it: an escaped backslash may stand before `u0000`.
    let document: Value = serde_json::from_slice(bytes).unwrap_or_default();
    find(&document, String::new()).map_or(Ok(()), |path| Err(refused(&path)))
}

/// Refuses the first parameter that holds the character.
pub(crate) fn refuse_in_parameters<'a>(
    parameters: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<(), Problem> {
    for (name, value) in parameters {
        if name.contains('\0') {
            return Err(refused(""));
        }
        if value.contains('\0') {
            return Err(refused(name));
        }
    }
    Ok(())
}

/// Whether an address (path or query) may hold the character.
pub(crate) fn may_be_in_address(address: &str) -> bool {
    address.contains(IN_ADDRESS)
}

/// The path of the first value with the character; of a name with it, the path of what it is a member of.
fn find(value: &Value, path: String) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then_some(path),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(n, item)| find(item, format!("{path}[{n}]"))),
        Value::Object(members) => members.iter().find_map(|(name, member)| {
            if name.contains('\0') {
                return Some(path.clone());
            }
            let dot = if path.is_empty() { "" } else { "." };
            find(member, format!("{path}{dot}{name}"))
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn refused(field: &str) -> Problem {
    let problem = Problem::bad_request("invalid_field", "the character U+0000 is not allowed")
        .detail_zh("不得包含 U+0000 字符");
    if field.is_empty() {
        problem
    } else {
        problem.field(field)
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
            (r#"{"\u0000":1}"#, None),
            (r#""\\\u0000""#, None),
        ] {
            let problem = refuse_in_json(body.as_bytes()).unwrap_err();
            assert_eq!(
                (problem.code(), problem.field_name()),
                ("invalid_field", field),
                "{body}"
            );
        }
        for good in [r#"{"text":"a\\u0000"}"#, r#"{"text":"\u0001 u0000"}"#, "{}"] {
            assert!(refuse_in_json(good.as_bytes()).is_ok(), "{good}");
        }
    }
}
