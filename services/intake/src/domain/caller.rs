//! Who called. The only type that holds a name or a phone number; it never prints them.
use super::invalid::{self, Invalid};
use std::fmt;

const NAME_CHARS_MAX: usize = 60;
const PHONE_CHARS_MIN: usize = 5;
const PHONE_CHARS_MAX: usize = 20;
/// Length of a Chinese mobile number.
const MOBILE_DIGITS: usize = 11;

/// A caller who gave a name, a phone number, or both.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Caller {
    /// The name, as given.
    pub name: Option<String>,
    /// The phone number, as given.
    pub phone: Option<String>,
    /// Another number, to be called when nobody answers at the first; never without a first.
    pub second_phone: Option<String>,
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Caller(***)")
    }
}

impl Caller {
    /// The caller with fields checked and trimmed.
    ///
    /// # Errors
    /// Names the field, inside `caller`.
    pub fn checked(&self) -> Result<Self, Invalid> {
        let name = invalid::text_if_given("name", self.name.as_deref(), NAME_CHARS_MAX);
        let inside = |invalid: Invalid| invalid.inside("caller");
        let first = self.phone.as_deref().map(phone).transpose().map_err(inside)?;
        Ok(Self {
            name: name.map_err(inside)?,
            second_phone: self.second_phone(first.as_deref()).map_err(inside)?,
            phone: first,
        })
    }

    fn second_phone(&self, first: Option<&str>) -> Result<Option<String>, Invalid> {
        let bad = |en: &str, zh: &str| Err(Invalid::new("second_phone", en, zh));
        let Some(second) = self.second_phone.as_deref() else {
            return Ok(None);
        };
        let second = phone(second).map_err(|invalid| Invalid {
            field: "second_phone".to_owned(),
            ..invalid
        })?;
        match first {
            None => bad("there is no first number", "未填写第一联系电话"),
            Some(first) if normalised_phone(first) == normalised_phone(&second) => {
                bad("is the first number again", "与第一联系电话相同")
            }
            Some(_) => Ok(Some(second)),
        }
    }

    /// What must not appear in any text that leaves: name and numbers.
    #[must_use]
    pub fn secrets(&self) -> Vec<&str> {
        [&self.name, &self.phone, &self.second_phone]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect()
    }
}

/// A phone number as given, when it can be one; the field of the refusal is `phone`.
///
/// # Errors
/// When it cannot.
pub fn phone(value: &str) -> Result<String, Invalid> {
    let value = value.trim();
    let plausible = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ');
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let length = value.chars().count();
    if !(PHONE_CHARS_MIN..=PHONE_CHARS_MAX).contains(&length)
        || digits < PHONE_CHARS_MIN
        || !value.chars().all(plausible)
    {
        return Err(Invalid::new(
            "phone",
            format!("must be {PHONE_CHARS_MIN} to {PHONE_CHARS_MAX} digits, with +, - and spaces at most"),
            format!("须为 {PHONE_CHARS_MIN} 至 {PHONE_CHARS_MAX} 位数字，可含 +、- 和空格"),
        ));
    }
    Ok(value.to_owned())
}

/// Digits of a number without the country code of a Chinese mobile: the same for every way of writing it.
#[must_use]
pub fn normalised_phone(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let mobile = |rest: &&str| rest.len() == MOBILE_DIGITS && rest.starts_with('1');
    let national = ["0086", "86", "0"]
        .iter()
        .find_map(|code| digits.strip_prefix(code).filter(mobile));
    national.map_or(digits.clone(), str::to_owned)
}

/// `138****5678`: enough to tell two numbers apart, too little to call one.
#[must_use]
pub fn masked_phone(phone: &str) -> String {
    let digits = normalised_phone(phone);
    match digits.len() {
        MOBILE_DIGITS.. => format!("{}****{}", &digits[..3], &digits[digits.len() - 4..]),
        7..MOBILE_DIGITS => format!("****{}", &digits[digits.len() - 3..]),
        _ => "****".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_has_one_normal_form() {
        for same in [
            "13812345678",
            "+86 138-1234-5678",
            "0086 13812345678",
            "86138 1234 5678",
            "013812345678",
        ] {
            assert_eq!(normalised_phone(same), "13812345678", "{same}");
        }
        assert_eq!(normalised_phone("0371-6666 8888"), "037166668888");
        assert_eq!(normalised_phone("86001234"), "86001234");
    }

    #[test]
    fn masks_hide_the_middle() {
        assert_eq!(masked_phone("+86 13812345678"), "138****5678");
        assert_eq!(masked_phone("0371-66668888"), "037****8888");
        assert_eq!(masked_phone("6666888"), "****888");
        assert_eq!(masked_phone("12345"), "****");
    }

    #[test]
    fn implausible_callers_are_refused_and_never_printed() {
        let caller = |name: &str, phone: &str| Caller {
            name: Some(name.into()),
            phone: Some(phone.into()),
            second_phone: None,
        };
        assert_eq!(
            caller("", "13812345678").checked().unwrap_err().field,
            "caller.name"
        );
        assert_eq!(
            caller(&"长".repeat(61), "13812345678")
                .checked()
                .unwrap_err()
                .field,
            "caller.name"
        );
        for wrong in ["1234", "12345678901234567890123", "138x2345678", "+++++", ""] {
            assert_eq!(
                caller("张三", wrong).checked().unwrap_err().field,
                "caller.phone",
                "{wrong}"
            );
        }
        for (first, second) in [
            (Some("13812345678"), "1234"),
            (Some("13812345678"), "+86 138 1234 5678"),
            (None, "037166668888"),
        ] {
            let two = Caller {
                name: None,
                phone: first.map(Into::into),
                second_phone: Some(second.into()),
            };
            assert_eq!(
                two.checked().unwrap_err().field,
                "caller.second_phone",
                "{second}"
            );
        }
        let known = caller(" 张三 ", "138 1234 5678").checked().unwrap();
        assert_eq!(known.secrets(), ["张三", "138 1234 5678"]);
        assert_eq!(format!("{known:?}"), "Caller(***)");
    }
}
