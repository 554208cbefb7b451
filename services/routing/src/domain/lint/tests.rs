//! Lint of the sample city finds what its README says was left broken on purpose, and what is spoilt here; and it is quick.
mod doubts;

use super::{Finding, Limits, Report, Severity, lint};
use crate::domain::directory::Directory;
use crate::domain::snapshot::{DutyRow, Snapshot};
use crate::pack;
use chrono::NaiveDate;
use std::path::{Path, PathBuf};
use std::time::Instant;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(folder: &Path) -> Snapshot {
    pack::read(&pack::read_folder(folder).unwrap(), 28_800).unwrap()
}

fn sample() -> Snapshot {
    read(&workspace().join("infra/cities/sample"))
}

/// A city of real size, where its folder is at hand.
#[expect(
    clippy::disallowed_methods,
    reason = "where the pack lies is said by whoever runs the tests"
)]
fn larger_city() -> Option<PathBuf> {
    let named = std::env::var_os("HOTLINE_CITY_PACK").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| workspace().join("../shared/data/zhengzhou"));
    folder.exists().then_some(folder)
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 2).unwrap()
}

fn report(snapshot: Snapshot) -> Report {
    lint(&Directory::new(1, snapshot).unwrap(), day(), Limits::default())
}

fn find<'a>(report: &'a Report, code: &str, row: &str) -> Option<&'a Finding> {
    report.findings.iter().find(|finding| {
        finding.code == code
            && finding
                .duties
                .iter()
                .chain(&finding.matters)
                .any(|known| known == row)
    })
}

/// A new duty like one of the sample's.
fn duty(snapshot: &Snapshot, like: &str, code: &str, change: impl FnOnce(&mut DutyRow)) -> DutyRow {
    let mut row = snapshot
        .duties
        .iter()
        .find(|row| row.code == like)
        .unwrap()
        .clone();
    row.code = code.to_owned();
    change(&mut row);
    row
}

#[test]
fn what_was_left_broken_on_purpose_is_found() {
    let report = report(sample());
    for finding in &report.findings {
        println!(
            "{:?} {} {:?} {} | {}",
            finding.severity, finding.code, finding.duties, finding.en, finding.zh
        );
    }
    assert!(!report.truncated);
    let conflict = find(&report, "conflict", "PD0017").unwrap();
    assert_eq!(
        (conflict.severity, conflict.duties.as_slice()),
        (Severity::Error, &["PD0017".to_owned(), "PD0018".to_owned()][..])
    );
    assert!(conflict.en.contains("权属=无主"), "{conflict:?}");
    assert_eq!(report.errors().count(), 1);
    let gap = find(&report, "gap", "M080101").unwrap();
    assert!(!gap.divisions.is_empty() && gap.zh.contains("M080101"), "{gap:?}");
    let kept = find(&report, "grassroots", "PD0014").unwrap();
    assert!(kept.duties.contains(&"PD0013".to_owned()), "{kept:?}");
}

#[test]
fn each_kind_of_doubt_is_found_where_it_is_put() {
    let clean = sample();
    let mut spoilt = clean.clone();
    let mut add = |like: &str, code: &str, change: &dyn Fn(&mut DutyRow)| {
        let row = duty(&clean, like, code, change);
        spoilt.duties.push(row);
    };
    add("PD0001", "X1", &|row| row.lead = "SJ-HEATOFF".to_owned());
    add("PD0002", "X2", &|row| {
        row.conditions = "时段=08:00-09:00;时段=10:00-11:00".to_owned();
    });
    add("PD0002", "X3", &|row| {
        row.conditions = "日期=06-01~06-30;日期=07-01~07-31".to_owned();
    });
    add("PD0016", "X4", &|row| row.priority = 0);
    // Three quarters of an hour in which both hold.
    add("PD0016", "X5", &|row| {
        (row.conditions, row.lead) = (
            "时段=22:00-06:00;诉求类型!=投诉".to_owned(),
            "SJ-URBAN".to_owned(),
        );
    });
    add("PD0016", "X6", &|row| {
        (row.conditions, row.lead) = (
            "时段=05:15-07:00;诉求类型=求助|投诉".to_owned(),
            "SJ-HOTLINE".to_owned(),
        );
    });
    // Equal, but never at the same time.
    add("PD0016", "X7", &|row| {
        (row.conditions, row.lead) = ("日类型=工作日;诉求类型=求助".to_owned(), "SJ-URBAN".to_owned());
        row.priority = 11;
    });
    add("PD0016", "X8", &|row| {
        (row.conditions, row.lead) = (
            "日类型=非工作日;诉求类型=求助".to_owned(),
            "SJ-HOTLINE".to_owned(),
        );
        row.priority = 11;
    });
    let report = report(spoilt);
    let has = |code, row| find(&report, code, row).is_some();
    assert!(has("lead_expired", "X1"));
    assert!(
        find(&report, "never_wins", "X2")
            .unwrap()
            .zh
            .contains("不可能同时成立")
    );
    assert!(has("never_wins", "X3") && has("never_wins", "X4"));
    let conflict = find(&report, "conflict", "X6").unwrap();
    assert!(
        conflict.duties.contains(&"X5".to_owned()) && conflict.en.contains("发生时刻=05:15"),
        "{conflict:?}"
    );
    assert!(
        !has("conflict", "X7") && !has("conflict", "X8"),
        "{:#?}",
        report.findings
    );
}

#[test]
fn a_role_that_nobody_has_is_an_error_where_no_government_stands_in() {
    let mut snapshot = sample();
    for unit in &mut snapshot.units {
        unit.functions
            .retain(|function| function != "GOV" && function != "URBAN_MGMT");
    }
    let report = report(snapshot);
    let roles: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| finding.code == "role_unresolved")
        .collect();
    assert!(
        roles.iter().any(|finding| finding.severity == Severity::Error),
        "{:?}",
        report.counts
    );
    assert!(roles.iter().all(|finding| finding.divisions_count > 0));
}

#[test]
fn many_duties_are_linted_within_a_bound() {
    if let Some(larger) = larger_city() {
        let directory = Directory::new(1, read(&larger)).unwrap();
        let began = Instant::now();
        let report = lint(&directory, day(), Limits::default());
        println!(
            "larger city: {:?} {:?} truncated: {}",
            began.elapsed(),
            report.counts,
            report.truncated
        );
        for finding in report
            .findings
            .iter()
            .filter(|finding| finding.code != "gap_conditional")
        {
            println!("{:?} {} {}", finding.severity, finding.code, finding.en);
        }
        assert!(!report.truncated);
    } else {
        println!("skipped for the larger city: its folder is not at hand");
    }
    let mut snapshot = sample();
    let count = if cfg!(debug_assertions) { 5_000 } else { 100_000 };
    for number in 0..count {
        let row = duty(&snapshot, "PD0002", &format!("ZZ{number:06}"), |row| {
            row.lead = if number % 2 == 0 { "SJ-URBAN" } else { "SJ-HOTLINE" }.to_owned();
        });
        snapshot.duties.push(row);
    }
    let directory = Directory::new(1, snapshot).unwrap();
    let limits = Limits {
        steps_max: 1_000_000,
        ..Limits::default()
    };
    let began = Instant::now();
    let report = lint(&directory, day(), limits);
    println!(
        "{count} duties more: {:?} {:?} incomplete: {:?}",
        began.elapsed(),
        report.counts,
        report.incomplete
    );
    assert!(report.truncated && report.findings.len() <= 11 * limits.findings_max);
}
