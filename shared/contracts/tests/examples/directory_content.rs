//! The example of what other services get of the directory.
use super::Example;
use super::fixed::time;
use chrono::NaiveDate;
use contracts::directory_content::{DirectoryContentV1, EntryV1};

pub fn example() -> Example {
    let entry = |code: &str, name: &str, level: &str| EntryV1 {
        code: code.to_owned(),
        name: name.to_owned(),
        level: level.to_owned(),
        parent: Some(format!("{code}-above")),
        from: NaiveDate::from_ymd_opt(2020, 1, 1),
        to: NaiveDate::from_ymd_opt(2026, 12, 31),
    };
    Example::of(
        "directory_content.v1",
        DirectoryContentV1 {
            version: 7,
            published_at: time("2025-09-28T02:00:00Z"),
            divisions: vec![entry("990102", "映霞区", "区县")],
            units: vec![entry("U-CG", "城管局", "市级")],
            matters: vec![entry("M0203", "路灯", "2")],
            calendars: Vec::new(),
        },
    )
}
