//! Taking phone numbers and given names out of free text before it leaves a service.
//!
//! What counts as a phone is decided per group of digits: a mobile is 11 digits `1[3-9]…`, a
//! landline is an area code and seven or eight digits, both with or without the country code and
//! with spaces or hyphens inside. A longer run (an id card, a bank card, an order number) is left
//! whole: half a mask would destroy the number and hide nothing. An identity number is known by its
//! check character and masked whole where that is asked for ([`mask_numbers`], [`mask_all`]).
mod identity;

use std::borrow::Cow;

/// What stands in the place of a removed text.
pub const MASK: &str = "***";

/// Digits may be separated by up to this many spaces and hyphens and still be one number.
const SEPARATORS_MAX: usize = 3;

/// One unbroken run of digits: its place in the text and its ASCII digits.
struct Group {
    start: usize,
    end: usize,
    digits: String,
    /// Whether only separators stand between the previous group and this one.
    joined: bool,
}

/// Replaces every mobile and landline number by [`MASK`].
#[must_use]
pub fn mask_phones(text: &str) -> Cow<'_, str> {
    let groups = groups(text);
    let mut spans = Vec::new();
    let mut at = 0;
    while at < groups.len() {
        let chain = chain_len(&groups[at..]);
        phones_in(&groups[at..at + chain], text, &mut spans);
        at += chain;
    }
    replace(text, &spans)
}

/// [`mask_phones`], and every number of a resident's identity card.
#[must_use]
pub fn mask_numbers(text: &str) -> Cow<'_, str> {
    match replace(text, &identity::spans(text)) {
        Cow::Borrowed(text) => mask_phones(text),
        Cow::Owned(text) => Cow::Owned(mask_phones(&text).into_owned()),
    }
}

/// [`mask_numbers`], and every occurrence of the given texts: names of two characters or more, and
/// numbers however they are spaced.
#[must_use]
pub fn mask_all<'a>(text: &'a str, secrets: &[&str]) -> Cow<'a, str> {
    let mut spans = Vec::new();
    for secret in secrets.iter().map(|secret| secret.trim()) {
        let digits: String = secret.chars().filter_map(digit).collect();
        if digits.len() >= 5 && digits.len() * 2 > secret.chars().count() {
            number_spans(text, &digits, &mut spans);
        } else if secret.chars().count() >= 2 {
            literal_spans(text, secret, &mut spans);
        }
    }
    match replace(text, &spans) {
        Cow::Borrowed(text) => mask_numbers(text),
        Cow::Owned(text) => Cow::Owned(mask_numbers(&text).into_owned()),
    }
}

/// ASCII and full-width digits.
fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
        _ => None,
    }
}

fn is_separator(c: char) -> bool {
    matches!(
        c,
        ' ' | '-' | '\u{a0}' | '\u{3000}' | '－' | '–' | '—' | '(' | ')' | '（' | '）'
    )
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut gap = SEPARATORS_MAX + 1;
    let mut open = false;
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        match digit(c) {
            Some(d) => {
                if let Some(group) = groups.last_mut().filter(|_| open) {
                    group.end = end;
                    group.digits.push(d);
                } else {
                    let joined = gap <= SEPARATORS_MAX;
                    groups.push(Group {
                        start,
                        end,
                        digits: d.into(),
                        joined,
                    });
                }
                open = true;
                gap = 0;
            }
            None => {
                open = false;
                gap = if is_separator(c) {
                    gap.saturating_add(1)
                } else {
                    SEPARATORS_MAX + 1
                };
            }
        }
    }
    groups
}

/// How many groups from the first belong together.
fn chain_len(groups: &[Group]) -> usize {
    1 + groups.iter().skip(1).take_while(|group| group.joined).count()
}

fn phones_in(chain: &[Group], text: &str, spans: &mut Vec<(usize, usize)>) {
    if is_card(chain) {
        return;
    }
    let mut at = 0;
    while at < chain.len() {
        let found = (1..=chain.len() - at)
            .take_while(|&len| len <= 11)
            .find(|&len| is_phone(&chain[at..at + len], text));
        if let Some(len) = found {
            spans.push((number_start(text, chain[at].start), chain[at + len - 1].end));
            at += len;
        } else {
            at += 1;
        }
    }
}

/// Four or more groups of four digits (the last may be shorter): a bank card.
fn is_card(chain: &[Group]) -> bool {
    let (last, rest) = chain.split_last().expect("a chain has a first group");
    rest.len() >= 3 && rest.iter().all(|group| group.digits.len() == 4) && last.digits.len() <= 4
}

fn is_phone(groups: &[Group], text: &str) -> bool {
    let digits: String = groups.iter().map(|group| group.digits.as_str()).collect();
    let international = text[..groups[0].start].ends_with(['+', '＋']);
    let (national, prefixed) = national(&digits, international);
    let sizes = || groups.iter().map(|group| group.digits.len());
    let plausible = groups.len() == 1
        || prefixed
        || sizes().all(|size| size == 1)
        || (sizes().next() >= Some(3) && sizes().all(|size| size >= 2));
    plausible && (is_mobile(national) || is_landline(national, prefixed, groups))
}

/// The number without its country code, and whether it had one.
fn national(digits: &str, international: bool) -> (&str, bool) {
    let code = if digits.starts_with("0086") {
        "0086"
    } else if digits.starts_with("86") && (international || is_mobile(&digits[2..])) {
        "86"
    } else {
        ""
    };
    (&digits[code.len()..], !code.is_empty())
}

fn is_mobile(number: &str) -> bool {
    let number = match number.strip_prefix('0') {
        Some(rest) if rest.len() == 11 => rest,
        _ => number,
    };
    number.len() == 11 && number.starts_with('1') && matches!(number.as_bytes()[1], b'3'..=b'9')
}

/// Area code (three digits for 010 and 02x, else four) and a subscriber number of seven or eight
/// digits that does not begin with 0 or 1. Abroad the leading 0 is left out.
fn is_landline(number: &str, prefixed: bool, groups: &[Group]) -> bool {
    let area_and_rest = match number.strip_prefix('0') {
        Some(rest) => rest,
        None if prefixed => number,
        None => return false,
    };
    let area = match area_and_rest.as_bytes() {
        [b'1', b'0', ..] | [b'2', ..] => 2,
        [b'3'..=b'9', ..] => 3,
        _ => return false,
    };
    let Some(subscriber) = area_and_rest.get(area..) else {
        return false;
    };
    // Written in parts, the first part is the area code: this is what tells it from a date.
    let split_at_area = groups.len() == 1 || prefixed || groups[0].digits.len() == area + 1;
    matches!(subscriber.len(), 7 | 8) && !subscriber.starts_with(['0', '1']) && split_at_area
}

/// Includes a `+` or an opening bracket that belongs to the number.
fn number_start(text: &str, start: usize) -> usize {
    match text[..start].chars().next_back() {
        Some(c @ ('+' | '＋' | '(' | '（')) => start - c.len_utf8(),
        _ => start,
    }
}

/// Places where exactly these digits stand, whatever separates them.
fn number_spans(text: &str, wanted: &str, spans: &mut Vec<(usize, usize)>) {
    let groups = groups(text);
    for first in 0..groups.len() {
        let mut digits = String::new();
        for (index, group) in groups[first..].iter().enumerate() {
            if index > 0 && !group.joined {
                break;
            }
            digits.push_str(&group.digits);
            if digits.ends_with(wanted) && digits.len() <= wanted.len() + 4 {
                spans.push((number_start(text, groups[first].start), group.end));
            }
            if digits.len() > wanted.len() + 4 {
                break;
            }
        }
    }
}

/// Places of a literal text; Latin letters in any case, and only as whole words.
fn literal_spans(text: &str, secret: &str, spans: &mut Vec<(usize, usize)>) {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    for (start, _) in text.char_indices() {
        let end = start + secret.len();
        let Some(candidate) = text.get(start..end) else {
            continue;
        };
        if !candidate.eq_ignore_ascii_case(secret) {
            continue;
        }
        let glued = (latin(secret.chars().next()) && latin(text[..start].chars().next_back()))
            || (latin(secret.chars().next_back()) && latin(text[end..].chars().next()));
        if !glued {
            spans.push((start, end));
        }
    }
}

fn replace<'a>(text: &'a str, spans: &[(usize, usize)]) -> Cow<'a, str> {
    if spans.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut spans = spans.to_vec();
    spans.sort_unstable();
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (start, end) in spans {
        if end <= done {
            continue;
        }
        if start >= done {
            out.push_str(&text[done..start]);
            out.push_str(MASK);
        }
        done = end;
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests;
