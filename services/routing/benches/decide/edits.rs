//! What one edit of a draft costs: on the content kept in memory, as the service does it, and with the version read from
//! its table and every edit made again, as it would have to without.
use crate::city::{Size, snapshot};
use routing::domain::draft::{Edit, apply, check};
use routing::domain::snapshot::Snapshot;
use routing::pack::rows::Known;
use std::time::{Duration, Instant};

/// Edits of one session.
const SESSION: usize = 200;

pub fn edits(size: Size) {
    let city = snapshot(size);
    let stored = serde_json::to_vec(&city).unwrap();
    let rows: Vec<_> = (0..SESSION).map(|number| cells(&city, number)).collect();
    drop(city);

    let mut known_edits: Vec<Edit> = Vec::new();
    let without = median(rows.iter().take(5), |row| {
        let mut content: Snapshot = serde_json::from_slice(&stored).unwrap();
        for edit in &known_edits {
            apply(&mut content, edit).unwrap();
        }
        let edit = read(&Known::from(&content), row);
        apply(&mut content, &edit).unwrap();
        known_edits.push(edit);
    });

    let mut content: Snapshot = serde_json::from_slice(&stored).unwrap();
    let mut known = Known::from(&content);
    let with = median(rows.iter(), |row| {
        let edit = read(&known, row);
        check(&content, &edit).unwrap();
        apply(&mut content, &edit).unwrap();
        known.learn(&edit);
    });
    println!(
        "an edit of a draft of {} duties: {with:.0?} on what is kept (median of {SESSION}); {without:.0?} with the version read again",
        size.duties
    );
}

/// A new duty like one that is there.
fn cells(city: &Snapshot, number: usize) -> Vec<(&'static str, String)> {
    let like = &city.duties[number * 97 % city.duties.len()];
    vec![
        ("条目编号", format!("PN{:05}", number * 7_919 % 100_000)),
        ("事项编码", like.matter.clone().unwrap_or_default()),
        ("适用区划编码", like.division.clone().unwrap_or_default()),
        ("条件", like.conditions.clone()),
        ("主办", like.lead.clone()),
        ("协办", like.co_handlers.join(";")),
        ("优先级", "50".to_owned()),
        ("不派基层", "否".to_owned()),
        ("生效日期", "2026-01-01".to_owned()),
        ("失效日期", String::new()),
        ("依据", String::new()),
        ("备注", String::new()),
    ]
}

fn read(known: &Known, cells: &[(&'static str, String)]) -> Edit {
    let row = known.duty(cells).unwrap_or_else(|faults| panic!("{faults}"));
    Edit::PutDuty { row: Box::new(row) }
}

fn median<T>(items: impl Iterator<Item = T>, mut work: impl FnMut(T)) -> Duration {
    let mut took: Vec<Duration> = items
        .map(|item| {
            let begin = Instant::now();
            work(item);
            begin.elapsed()
        })
        .collect();
    took.sort_unstable();
    took[took.len() / 2]
}
