//! Number of the sending system. It goes into facts and timelines as it is, so it must not name the caller: a gateway
//! for short messages is tempted to send the sender's number.
use super::caller::{Caller, normalised_phone};
use super::invalid::Invalid;

/// Shorter numbers (a service line, an extension) may well be part of a running number.
const PHONE_DIGITS_MIN: usize = 7;
/// Groups in which people write a mobile number.
const MOBILE_GROUPS: [usize; 3] = [3, 4, 4];
const MOBILE_DIGITS: usize = 11;

/// Refuses a number that holds one of the caller's phone numbers, or looks like a mobile number.
///
/// # Errors
/// Names `source_number`.
pub fn names_nobody(number: &str, caller: Option<&Caller>) -> Result<(), Invalid> {
    let groups = groups(number);
    let digits = groups.concat();
    let phones = caller
        .into_iter()
        .flat_map(|caller| [&caller.phone, &caller.second_phone]);
    let of_caller = phones.flatten().any(|phone| {
        let phone = normalised_phone(phone);
        phone.len() >= PHONE_DIGITS_MIN && digits.contains(&phone)
    });
    if of_caller || groups.iter().any(|group| is_mobile(group)) || groups.windows(3).any(is_written_mobile) {
        return Err(Invalid::new(
            "source_number",
            "must not be or hold a phone number: it is told to others",
            "不得为电话号码或包含电话号码（该编号会对外提供）",
        ));
    }
    Ok(())
}

/// Unbroken runs of digits, full-width ones as ASCII.
fn groups(text: &str) -> Vec<String> {
    let narrow = |c: char| match c {
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10).unwrap_or(c),
        other => other,
    };
    let text: String = text.chars().map(narrow).collect();
    text.split(|c: char| !c.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .map(str::to_owned)
        .collect()
}

fn is_mobile(digits: &str) -> bool {
    let number = normalised_phone(digits);
    number.len() == MOBILE_DIGITS && number.starts_with('1') && matches!(number.as_bytes()[1], b'3'..=b'9')
}

fn is_written_mobile(groups: &[String]) -> bool {
    groups.iter().map(String::len).eq(MOBILE_GROUPS) && is_mobile(&groups.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phone_numbers_are_refused_and_running_numbers_are_not() {
        let caller = Caller {
            name: None,
            phone: Some("0531-6666 8888".into()),
            second_phone: Some("0371-5555 7777".into()),
        };
        for wrong in [
            "0371-55557777",
            "13812345678",
            "SMS-13812345678",
            "+86 138-1234-5678",
            "１３８１２３４５６７８",
            "8613812345678/2",
            "SMS 0531 66668888",
            "6-053166668888-1",
        ] {
            let refused = names_nobody(wrong, Some(&caller)).unwrap_err();
            assert_eq!(refused.field, "source_number", "{wrong}");
        }
        for right in [
            "SZ-2026-000317",
            "P-2026-1188",
            "20260302000123",
            "053120260302001",
            "S-1",
        ] {
            assert_eq!(names_nobody(right, Some(&caller)), Ok(()), "{right}");
        }
        let short = Caller {
            name: None,
            phone: Some("12345".into()),
            ..Caller::default()
        };
        assert_eq!(names_nobody("SZ-2026-12345", Some(&short)), Ok(()));
    }
}
