//! One doubt at a time, put into the sample city: it is found, and was not there before.
use super::*;
use crate::domain::lint::lint_beside;
use crate::domain::snapshot::UnitRow;
use chrono::Datelike;

fn finds<'a>(report: &'a Report, code: &str, about: &str) -> Vec<&'a Finding> {
    let of = |finding: &&Finding| {
        let mut rows = finding.duties.iter().chain(&finding.units).chain(&finding.rows);
        finding.code == code && rows.any(|row| row == about)
    };
    report.findings.iter().filter(of).collect()
}

fn unit<'a>(snapshot: &'a mut Snapshot, code: &str) -> &'a mut UnitRow {
    snapshot.units.iter_mut().find(|unit| unit.code == code).unwrap()
}

fn ends(year: i32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, 12, 31)
}

/// M0102 has two entries, and 不派基层 is said of one of them.
#[test]
fn a_street_office_that_may_lead_for_some_matters_only_is_told_which() {
    let mut snapshot = sample();
    let row = duty(&snapshot, "PD0014", "X1", |row| {
        row.matter = Some("M0102".to_owned());
        row.division = Some("990103002".to_owned());
        row.lead = "JD-990103002".to_owned();
    });
    snapshot.duties.push(row);
    let found = report(snapshot.clone());
    let [kept] = finds(&found, "grassroots", "X1")[..] else {
        panic!("{:?}", found.findings);
    };
    assert_eq!(
        (&kept.duties[..], &kept.matters[..], &kept.divisions[..]),
        (
            &["X1".to_owned(), "PD0013".to_owned()][..],
            &["M010202".to_owned()][..],
            &["990103002001".to_owned()][..]
        )
    );
    assert!(kept.zh.contains("橘园北社区的M010202“违法搭建”"), "{}", kept.zh);
    let forbidding = snapshot.duties.iter_mut().find(|row| row.code == "PD0013");
    forbidding.unwrap().not_to_grassroots = false;
    assert!(finds(&report(snapshot), "grassroots", "X1").is_empty());
}

#[test]
fn a_larger_city_has_what_was_planted() {
    let Some(larger) = larger_city() else {
        println!("SKIPPED a_larger_city_has_what_was_planted: its folder is not at hand");
        return;
    };
    let found = report(read(&larger));
    for (code, matters, forbidding) in [
        ("PD0026", &["M010401", "M010405"][..], &["PD0027", "PD0031"][..]),
        ("PD0155", &["M040106"], &["PD0158"]),
        ("PD0156", &["M040106"], &["PD0158"]),
    ] {
        let [kept] = finds(&found, "grassroots", code)[..] else {
            panic!("{code} is not found once");
        };
        assert_eq!(
            (&kept.matters[..], &kept.duties[0][..]),
            (
                &matters.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>()[..],
                code
            )
        );
        assert_eq!(&kept.duties[1..], forbidding, "{kept:?}");
    }
    assert_eq!(found.counts.get("role_ambiguous"), None);
}

/// Without a finding the first by code would be asked, and the other never.
#[test]
fn two_units_with_one_role_are_an_error() {
    let mut snapshot = sample();
    let mut twin = unit(&mut snapshot, "QX-990102-EPB").clone();
    twin.code = "QX-990102-EPB2".to_owned();
    snapshot.units.push(twin);
    snapshot.units.sort_by(|a, b| a.code.cmp(&b.code));
    let found = report(snapshot.clone());
    let [ambiguous] = finds(&found, "role_ambiguous", "QX-990102-EPB2")[..] else {
        panic!("{:?}", found.counts);
    };
    assert_eq!(
        (ambiguous.severity, &ambiguous.divisions[..]),
        (Severity::Error, &["990102".to_owned()][..])
    );
    assert!(ambiguous.en.contains("QX-990102-EPB ") && ambiguous.en.contains("EPB in 映霞区"));
    // One after the other is no doubt.
    unit(&mut snapshot, "QX-990102-EPB").dates.to = ends(2026);
    unit(&mut snapshot, "QX-990102-EPB2").dates.from = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
    assert_eq!(report(snapshot).counts.get("role_ambiguous"), None);
    assert_eq!(
        report(sample()).counts.get("role_ambiguous"),
        None,
        "companies and platforms"
    );
}

/// What is spoilt, and the row that names it.
type Spoilt = (fn(&mut Snapshot), &'static str);

#[test]
fn what_ends_before_what_names_it_is_found_in_every_table() {
    let spoilt: [Spoilt; 7] = [
        (
            |city| unit(city, "SJ-DISCIPLINE").dates.to = ends(2026),
            "intake_scope.csv:BS03",
        ),
        (
            |city| {
                let zone = city.divisions.iter_mut().find(|row| row.code == "990192");
                zone.unwrap().dates.to = ends(2026);
            },
            "overlays.csv:OV003",
        ),
        (
            |city| {
                let street = city.divisions.iter_mut().find(|row| row.code == "990104004");
                street.unwrap().dates.to = ends(2026);
            },
            "overlays.csv:OV002",
        ),
        (
            |city| {
                let street = city.divisions.iter_mut().find(|row| row.code == "990104004");
                street.unwrap().dates.to = ends(2026);
            },
            "gazetteer.csv",
        ),
        (
            |city| {
                let street = city.divisions.iter_mut().find(|row| row.code == "990103002");
                street.unwrap().dates.to = ends(2026);
            },
            "units.csv:JD-990103002",
        ),
        (
            |city| unit(city, "QX-990103-GOV").dates.to = ends(2026),
            "units.csv:JD-990103002",
        ),
        (|city| unit(city, "SJ-HEATOFF").dates.to = ends(2026), "PD0001X"),
    ];
    let clean = report(sample());
    for (position, (spoil, row)) in spoilt.into_iter().enumerate() {
        let mut snapshot = sample();
        let duty = duty(&snapshot, "PD0001", "PD0001X", |row| {
            row.lead = "SJ-HEATOFF".to_owned();
        });
        snapshot.duties.push(duty);
        spoil(&mut snapshot);
        let found = report(snapshot);
        let ending = finds(&found, "reference_expires", row);
        assert!(!ending.is_empty(), "{position} {row}: {:#?}", found.findings);
        assert!(ending.iter().all(|finding| finding.severity == Severity::Warning));
        assert!(ending[0].zh.contains("失效"), "{ending:?}");
        assert!(finds(&clean, "reference_expires", row).is_empty(), "{row}");
    }
}

#[test]
fn a_duty_whose_lead_begins_later_decides_nothing_until_then() {
    let mut snapshot = sample();
    let row = duty(&snapshot, "PD0001", "X1", |row| {
        row.lead = "SJ-HEATOFF".to_owned();
    });
    snapshot.duties.push(row);
    let unit_row = unit(&mut snapshot, "SJ-HEATOFF");
    unit_row.dates.from = NaiveDate::from_ymd_opt(2026, 5, 1).unwrap();
    unit_row.dates.to = None;
    let found = report(snapshot.clone());
    assert_eq!(
        finds(&found, "reference_begins", "X1").len(),
        1,
        "{:#?}",
        found.findings
    );
    let late = NaiveDate::from_ymd_opt(2026, 5, 1).unwrap();
    let then = lint(&Directory::new(1, snapshot).unwrap(), late, Limits::default());
    assert!(
        finds(&then, "reference_begins", "X1").is_empty(),
        "what was is past"
    );
}

/// More errors than are listed: the new one is named and counted, wherever it stands.
#[test]
fn an_error_beyond_the_listed_ones_still_blocks() {
    let limits = Limits {
        findings_max: 3,
        ..Limits::default()
    };
    let mut before = sample();
    for number in 0..9 {
        let row = duty(&before, "PD0001", &format!("X{number}"), |row| {
            row.lead = "SJ-HEATOFF".to_owned();
        });
        before.duties.push(row);
    }
    let mut after = before.clone();
    let row = duty(&after, "PD0001", "X9", |row| row.lead = "SJ-HEATOFF".to_owned());
    after.duties.push(row);
    let base = lint(&Directory::new(1, before).unwrap(), day(), limits);
    let known = |report: &Report| report.counts["lead_expired"];
    assert_eq!((known(&base), finds(&base, "lead_expired", "X8").len()), (9, 0));
    let after = Directory::new(2, after).unwrap();
    let beside = lint_beside(&after, day(), limits, &base.keys);
    assert_eq!((known(&beside), beside.new_errors), (10, 1));
    assert_eq!(
        finds(&beside, "lead_expired", "X9").len(),
        1,
        "{:?}",
        beside.findings
    );
    assert_eq!(lint_beside(&after, day(), limits, &beside.keys).new_errors, 0);
}

/// The list of a year is published in November of the year before: in time it is no doubt, and late it is one.
#[test]
fn a_year_without_days_off_is_told_two_months_before_it_begins() {
    let mut snapshot = sample();
    snapshot.days.retain(|day| day.date.year() != 2027);
    let directory = Directory::new(1, snapshot).unwrap();
    let missing = |on: &str| {
        let found = lint(&directory, on.parse().unwrap(), Limits::default());
        let of = |finding: &&Finding| finding.code == "calendar_year_missing";
        let rows = found
            .findings
            .iter()
            .filter(of)
            .flat_map(|found| found.rows.clone());
        rows.collect::<Vec<_>>()
    };
    assert!(missing("2026-10-31").is_empty());
    assert_eq!(missing("2026-11-02"), ["holidays/2027.json"]);
    assert_eq!(
        missing("2027-12-01"),
        ["holidays/2027.json", "holidays/2028.json"]
    );
    let whole = Directory::new(1, sample()).unwrap();
    let found = lint(&whole, "2026-12-01".parse().unwrap(), Limits::default());
    assert_eq!(found.counts.get("calendar_year_missing"), None);
}
