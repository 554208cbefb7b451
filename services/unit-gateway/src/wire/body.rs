//! What the bodies share.
use super::Wanted;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use web::Problem;

/// Longest note and basis.
pub(super) const NOTE_CHARS_MAX: usize = 4_000;
/// Longest text for the citizen, and for the hotline.
pub(super) const TEXT_CHARS_MAX: usize = 10_000;

/// Most pieces of evidence in one report.
const ATTACHMENTS_MAX: usize = 50;

/// A body of one verb.
pub trait ActionBody: DeserializeOwned {
    /// Checks everything and makes the action.
    ///
    /// # Errors
    /// A problem that names the field.
    fn check(self) -> Result<Wanted, Problem>;
}

/// A text that must say something; phone and identity numbers are masked before it goes anywhere.
pub(super) fn required(text: &str, field: &'static str, chars_max: usize) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::unprocessable("invalid_field", "must not be empty")
            .detail_zh("不能为空")
            .field(field));
    }
    if text.contains('\0') {
        return Err(Problem::unprocessable("invalid_field", "must not contain U+0000")
            .detail_zh("不能包含字符 U+0000")
            .field(field));
    }
    if text.chars().count() > chars_max {
        return Err(
            Problem::unprocessable("invalid_field", format!("at most {chars_max} characters"))
                .detail_zh(format!("最多 {chars_max} 个字符"))
                .field(field),
        );
    }
    Ok(telemetry::redact::mask_numbers(text).into_owned())
}

/// A text that may be absent.
pub(super) fn optional(
    text: Option<&str>,
    field: &'static str,
    chars_max: usize,
) -> Result<Option<String>, Problem> {
    match text.filter(|text| !text.trim().is_empty()) {
        Some(text) => required(text, field, chars_max).map(Some),
        None => Ok(None),
    }
}

/// Evidence: each once.
pub(super) fn attachments(mut given: Vec<Uuid>) -> Result<Vec<Uuid>, Problem> {
    if given.len() > ATTACHMENTS_MAX {
        return Err(Problem::unprocessable(
            "invalid_field",
            format!("at most {ATTACHMENTS_MAX} attachments"),
        )
        .detail_zh(format!("最多 {ATTACHMENTS_MAX} 个附件"))
        .field("attachments"));
    }
    given.sort_unstable();
    given.dedup();
    Ok(given)
}

/// Generations begin with 1.
pub(super) fn generation(generation: i32) -> Result<i32, Problem> {
    if generation >= 1 {
        return Ok(generation);
    }
    Err(
        Problem::unprocessable("invalid_field", "the generation of the document, 1 or more")
            .detail_zh("请填写文书中的 generation，不小于 1")
            .field("generation"),
    )
}

/// A word of a small vocabulary.
pub(super) fn word<T: Copy>(
    given: &str,
    field: &'static str,
    all: &[T],
    as_str: fn(T) -> &'static str,
) -> Result<T, Problem> {
    all.iter()
        .copied()
        .find(|word| as_str(*word) == given)
        .ok_or_else(|| {
            let words: Vec<&str> = all.iter().map(|word| as_str(*word)).collect();
            Problem::unprocessable("invalid_field", format!("one of {}", words.join(", ")))
                .detail_zh(format!("可选值：{}", words.join("、")))
                .field(field)
        })
}
