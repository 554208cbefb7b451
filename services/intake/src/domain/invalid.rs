//! Why a request is not a complaint: the field and the rule it breaks, in both languages.
//! Also the checks of texts and codes that several fields share.
use thiserror::Error;

/// A field that breaks a rule.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{field}: {rule}")]
pub struct Invalid {
    /// Path in the request, e.g. `demands[1].place.longitude`.
    pub field: String,
    /// The rule, for people.
    pub rule: String,
    /// 规则。
    pub rule_zh: String,
}

impl Invalid {
    /// A field and the rule it breaks.
    pub fn new(field: impl Into<String>, rule: impl Into<String>, rule_zh: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            rule: rule.into(),
            rule_zh: rule_zh.into(),
        }
    }

    /// The same problem seen from outside: `place` becomes `demands[1].place`.
    #[must_use]
    pub fn inside(mut self, outer: &str) -> Self {
        self.field = format!("{outer}.{}", self.field);
        self
    }
}

/// A free text without surrounding white space, of 1 to `max` characters.
///
/// # Errors
/// Names the field.
pub fn text(field: &str, value: &str, max: usize) -> Result<String, Invalid> {
    let value = value.trim();
    let length = value.chars().count();
    if length == 0 || length > max {
        return Err(Invalid::new(
            field,
            format!("must have 1 to {max} characters"),
            format!("须为 1 至 {max} 个字符"),
        ));
    }
    if value.contains('\0') {
        return Err(Invalid::new(
            field,
            "must not contain the character NUL",
            "不得包含空字符",
        ));
    }
    Ok(value.to_owned())
}

/// [`text`], where it is given.
///
/// # Errors
/// Names the field.
pub fn text_if_given(field: &str, value: Option<&str>, max: usize) -> Result<Option<String>, Invalid> {
    value.map(|value| text(field, value, max)).transpose()
}

/// A code of the directory: `[A-Za-z0-9_-]{1,32}`.
///
/// # Errors
/// Names the field.
pub fn code_if_given(field: &str, value: Option<&str>) -> Result<Option<String>, Invalid> {
    const CODE_CHARS_MAX: usize = 32;
    let Some(value) = value else { return Ok(None) };
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if value.is_empty() || value.len() > CODE_CHARS_MAX || !value.chars().all(plain) {
        return Err(Invalid::new(
            field,
            format!("must be a code of 1 to {CODE_CHARS_MAX} letters, digits, _ or -"),
            format!("须为 1 至 {CODE_CHARS_MAX} 位字母、数字、_ 或 - 组成的编码"),
        ));
    }
    Ok(Some(value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_counted_in_characters_and_trimmed() {
        assert_eq!(text("title", "  路灯不亮 \n", 4).unwrap(), "路灯不亮");
        for wrong in ["", "  ", "路灯不亮了", "a\0b"] {
            assert_eq!(text("title", wrong, 4).unwrap_err().field, "title", "{wrong:?}");
        }
    }

    #[test]
    fn codes_are_plain() {
        assert_eq!(
            code_if_given("matter", Some("M02-01_a")).unwrap().as_deref(),
            Some("M02-01_a")
        );
        assert_eq!(code_if_given("matter", None).unwrap(), None);
        for wrong in ["", "M 1", "M.1", "路", &"x".repeat(33)] {
            assert!(code_if_given("matter", Some(wrong)).is_err(), "{wrong}");
        }
    }
}
