//! Lists in pages: an opaque cursor instead of an offset, so that new rows do not shift the pages.
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Problem;

/// Items on a page when the caller does not say.
pub const LIMIT_DEFAULT: u32 = 50;
/// Most items on a page.
pub const LIMIT_MAX: u32 = 200;
/// Longest cursor worth decoding.
const CURSOR_MAX_BYTES: usize = 1024;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// The cursor for `after`; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page from `limit + 1` loaded rows: the surplus row only tells that there is more.
    /// `cursor_of` is asked for the last item of the page.
    #[must_use]
    pub fn from_rows<C: Serialize>(mut rows: Vec<T>, limit: u32, cursor_of: impl Fn(&T) -> C) -> Self {
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| more).map(|last| encode(&cursor_of(last)));
        Self { items: rows, next }
    }

    /// The same page with other items.
    #[must_use]
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(each).collect(),
            next: self.next,
        }
    }
}

/// The page size: 1 to [`LIMIT_MAX`], [`LIMIT_DEFAULT`] when absent.
///
/// # Errors
/// A 400 problem for field `limit`.
pub fn limit(limit: Option<u32>) -> Result<u32, Problem> {
    match limit {
        None => Ok(LIMIT_DEFAULT),
        Some(limit) if (1..=LIMIT_MAX).contains(&limit) => Ok(limit),
        Some(_) => Err(
            Problem::bad_request("invalid_field", format!("limit must be 1 to {LIMIT_MAX}"))
                .detail_zh(format!("limit 须在 1 至 {LIMIT_MAX} 之间"))
                .field("limit"),
        ),
    }
}

/// A position as an opaque text.
///
/// # Panics
/// When the position is not plain data (a map with keys that are not texts).
pub fn encode<C: Serialize>(position: &C) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(position).expect("a cursor is plain data"))
}

/// The position in the parameter `field`, if it was given; an empty one is as good as none.
///
/// # Errors
/// A 400 problem that names `field`.
pub fn decode<C: DeserializeOwned>(cursor: Option<&str>, field: &str) -> Result<Option<C>, Problem> {
    let Some(cursor) = cursor.filter(|cursor| !cursor.is_empty()) else {
        return Ok(None);
    };
    let bytes = if cursor.len() > CURSOR_MAX_BYTES {
        None
    } else {
        URL_SAFE_NO_PAD.decode(cursor).ok()
    };
    let position = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    match position {
        Some(position) => Ok(Some(position)),
        None => Err(
            Problem::bad_request("invalid_field", "use the cursor from the previous page unchanged")
                .detail_zh("请原样使用上一页返回的游标")
                .field(field),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_and_end() {
        let page = Page::from_rows(vec![1, 2, 3], 2, |last| (*last, "x"));
        assert_eq!(page.items, [1, 2]);
        let after: Option<(i64, String)> = decode(page.next.as_deref(), "after").unwrap();
        assert_eq!(after, Some((2, "x".into())));
        assert_eq!(Page::from_rows(vec![1, 2], 2, |last| *last).next, None);
        assert_eq!(Page::from_rows(Vec::<i64>::new(), 2, |last| *last).next, None);
    }

    #[test]
    fn bad_cursors_and_limits_name_their_field() {
        for cursor in ["%", "bm90IGpzb24", &"A".repeat(2000)] {
            let problem = decode::<i64>(Some(cursor), "after").unwrap_err();
            assert_eq!(
                (problem.status().as_u16(), problem.field_name()),
                (400, Some("after"))
            );
        }
        assert_eq!(decode::<i64>(None, "after").unwrap(), None);
        assert_eq!(decode::<i64>(Some(""), "after").unwrap(), None);
        assert_eq!((limit(None).unwrap(), limit(Some(200)).unwrap()), (50, 200));
        for bad in [0, 201] {
            assert_eq!(limit(Some(bad)).unwrap_err().field_name(), Some("limit"));
        }
    }
}
