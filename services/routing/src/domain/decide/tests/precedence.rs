//! Each rule of precedence against its neighbour, in a directory of a few duties.
use super::*;
use crate::domain::decide::{Verdict, Why};
use crate::domain::snapshot::DutyRow;
use crate::domain::validity::Dates;

/// A duty with defaults; the closure changes what matters.
pub(super) fn duty(code: &str, lead: &str, change: impl FnOnce(&mut DutyRow)) -> DutyRow {
    let from = chrono::NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
    let mut row = DutyRow {
        code: code.to_owned(),
        matter: None,
        division: None,
        conditions: String::new(),
        lead: lead.to_owned(),
        co_handlers: Vec::new(),
        priority: 10,
        not_to_grassroots: false,
        dates: Dates { from, to: None },
        basis: String::new(),
        note: String::new(),
    };
    change(&mut row);
    row
}

fn with(duties: Vec<DutyRow>) -> Directory {
    Directory::new(
        1,
        Snapshot {
            duties,
            ..sample_snapshot()
        },
    )
    .unwrap()
}

/// What became of each duty, in the order of their codes.
fn verdicts(directory: &Directory, question: &Question) -> Vec<Verdict> {
    let mut considered = decide(directory, question).considered;
    considered.sort_by_key(|considered| considered.duty);
    considered
        .into_iter()
        .map(|considered| considered.verdict)
        .collect()
}

fn at(division: &str) -> impl FnOnce(&mut DutyRow) {
    let division = Some(division.to_owned());
    move |row| row.division = division
}

#[test]
fn each_loser_knows_what_it_lost_by() {
    let directory = with(vec![
        duty("D1", "SJ-URBAN", |row| row.matter = Some("M010201".into())),
        duty("D2", "SJ-EPB", at("990102")),
        duty("D3", "SJ-MUNI", |row| {
            row.division = Some("990102001".into());
            row.matter = Some("M01".into());
        }),
        duty("D4", "SJ-HEALTH", |row| {
            row.division = Some("990102001".into());
            row.matter = Some("M0102".into());
        }),
        duty("D5", "SJ-EDU", |row| {
            row.division = Some("990102001".into());
            row.matter = Some("M0102".into());
            row.conditions = "场所类型=公园".into();
        }),
        duty("D6", "SJ-HRSS", |row| {
            row.division = Some("990102001".into());
            row.matter = Some("M0102".into());
            row.conditions = "场所类型=公园".into();
            row.priority = 11;
        }),
        duty("D7", "SJ-GARDEN", |row| {
            row.division = Some("990102001".into());
            row.conditions = "权属=无主".into();
        }),
    ]);
    let question = ask("M010201", "990102001", &[("场所类型", "公园")]);
    assert_eq!(answer(&directory, &question), "SJ-HRSS");
    assert_eq!(
        verdicts(&directory, &question),
        [
            Verdict::Lost(Why::LessSpecificPlace),
            Verdict::Lost(Why::LessSpecificPlace),
            Verdict::Lost(Why::LessSpecificMatter),
            Verdict::Lost(Why::FewerConditions),
            Verdict::Lost(Why::LowerPriority),
            Verdict::Won,
            Verdict::Lost(Why::Condition(0, condition::Held::Unknown)),
        ]
    );
}

#[test]
fn equal_duties_decide_together_or_not_at_all() {
    let same = with(vec![
        duty("D2", "SJ-URBAN", |row| {
            row.co_handlers = vec!["SJ-EPB".into(), "SJ-URBAN".into()];
        }),
        duty("D1", "SJ-URBAN", |row| {
            row.co_handlers = vec!["SJ-MUNI".into(), "SJ-EPB".into()];
        }),
    ]);
    let question = ask("M010201", "990102001", &[]);
    let decision = decide(&same, &question);
    let codes: Vec<&str> = decision
        .co_handlers
        .iter()
        .map(|unit| same.units.get(*unit).row.code.as_str())
        .collect();
    assert_eq!(
        (lead_code(&same, &decision).as_str(), codes),
        ("SJ-URBAN", vec!["SJ-MUNI", "SJ-EPB"])
    );
    assert_eq!(decision.duties.len(), 2);

    let different = with(vec![duty("D1", "SJ-URBAN", |_| ()), duty("D2", "SJ-EPB", |_| ())]);
    let tie = decide(&different, &question);
    assert_eq!(answer(&different, &question), "tie");
    assert_eq!((tie.candidates.len(), tie.duties.len()), (2, 2));
}

#[test]
fn what_cannot_be_resolved_is_said_and_not_guessed() {
    let role = with(vec![duty("D1", "ROLE:EPB@区县", |_| ())]);
    assert_eq!(answer(&role, &ask("M010201", "990100", &[])), "place_too_coarse");
    assert_eq!(answer(&role, &ask("M010201", "990104001", &[])), "QX-990104-GOV");
    assert_eq!(answer(&role, &ask("M010201", "990102", &[])), "QX-990102-EPB");
    let at_city = with(vec![duty("D1", "ROLE:WATER@市", |_| ())]);
    assert_eq!(
        answer(&at_city, &ask("M010201", "990102", &[])),
        "role_unresolved"
    );
    assert_eq!(
        answer(&with(Vec::new()), &ask("M010201", "990102", &[])),
        "no_duty"
    );
    assert_eq!(answer(&role, &ask("M999999", "990102", &[])), "no_matter");
}

#[test]
fn one_duty_keeps_all_street_offices_from_leading() {
    let street = |code: &str| duty(code, "ROLE:STREET@街道", at("990102001"));
    let question = ask("M010201", "990102001", &[]);
    assert_eq!(
        answer(
            &with(vec![street("D1"), duty("D2", "SJ-URBAN", |_| ())]),
            &question
        ),
        "JD-990102001"
    );
    let forbidding = duty("D2", "SJ-URBAN", |row| row.not_to_grassroots = true);
    let directory = with(vec![street("D1"), forbidding]);
    assert_eq!(answer(&directory, &question), "SJ-URBAN");
    assert_eq!(
        verdicts(&directory, &question),
        [Verdict::Lost(Why::NotToGrassroots), Verdict::Won]
    );
    // A role that falls back to the government is no street office.
    assert_eq!(answer(&directory, &ask("M010201", "990103003", &[])), "SJ-URBAN");
}

#[test]
fn a_zone_replaces_the_district_or_only_some_of_its_functions() {
    let duties = vec![
        duty("D1", "ROLE:URBAN_MGMT@区县", |_| ()),
        duty("D2", "ROLE:EPB@区县", |row| row.matter = Some("M04".into())),
        duty("D3", "QX-990104-GOV", |row| {
            row.division = Some("990104".into());
            row.matter = Some("M01".into());
        }),
        duty("D4", "QX-990102-GOV", |row| {
            row.division = Some("990102".into());
            row.matter = Some("M05".into());
        }),
    ];
    let directory = with(duties);
    let zone = ask("M010201", "990104003001", &[]);
    assert_eq!(answer(&directory, &zone), "QX-990191-ENF");
    assert_eq!(
        verdicts(&directory, &zone),
        [Verdict::Won, Verdict::Lost(Why::TakenOver)]
    );
    // The station zone has city management only: environment and the district's own duty stay.
    assert_eq!(
        answer(&directory, &ask("M010201", "990102001002", &[])),
        "QX-990192-URBAN"
    );
    assert_eq!(
        answer(&directory, &ask("M040101", "990102001002", &[])),
        "QX-990102-EPB"
    );
    assert_eq!(
        answer(&directory, &ask("M050101", "990102001002", &[])),
        "QX-990102-GOV"
    );
    // Only the district is known: the overlay does not apply.
    assert_eq!(
        answer(&directory, &ask("M010201", "990104", &[])),
        "QX-990104-GOV"
    );
}

#[test]
fn a_unit_that_is_not_valid_neither_leads_nor_helps() {
    let directory = with(vec![
        duty("D1", "SJ-HEATOFF", at("990102")),
        duty("D2", "SJ-URBAN", |row| {
            row.co_handlers = vec!["SJ-HEATOFF".into()];
        }),
    ]);
    let question = ask("M010201", "990102", &[]);
    assert_eq!(answer(&directory, &question), "SJ-URBAN");
    assert!(decide(&directory, &question).co_handlers.is_empty());
    assert_eq!(
        verdicts(&directory, &question),
        [Verdict::Lost(Why::LeadNotValid), Verdict::Won]
    );
}
