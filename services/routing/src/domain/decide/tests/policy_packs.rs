//! The policy packs of five cities are complete, and route what their articles tell of.
use super::*;
use crate::domain::lint::{Limits, lint};
use crate::domain::policies::ReturnPolicy;

const CITIES: [&str; 5] = ["jinan", "zhengzhou", "liaocheng", "changsha", "datong"];

fn city(name: &str) -> Directory {
    let folder = workspace().join("infra/cities").join(name);
    Directory::new(1, snapshot(&folder)).unwrap()
}

/// A question of a winter's day, when the temporary line of Zhengzhou answers.
fn in_winter(matter: &str, division: &str, facts: &[(&str, &str)]) -> Question {
    Question {
        accepted_at: "2026-12-01T10:00:00+08:00".parse().unwrap(),
        ..ask(matter, division, facts)
    }
}

#[test]
fn only_what_a_consultation_must_rule_is_an_error_of_a_pack() {
    for name in CITIES {
        let directory = city(name);
        let on = "2026-12-01".parse().unwrap();
        let report = lint(&directory, on, Limits::default());
        let errors: Vec<&str> = report.errors().map(|finding| finding.code).collect();
        // Changsha's ownerless lights are equal on purpose: story 20 rules about them.
        let expected: &[&str] = if name == "changsha" { &["conflict"] } else { &[] };
        assert_eq!(errors, expected, "{name}: {:?}", report.findings);
    }
}

/// Official days off are those of 2025 and 2026. Those of 2027 are not published yet, and not guessed.
#[test]
fn no_pack_of_a_city_invents_the_days_off_of_a_year() {
    for name in CITIES {
        let directory = city(name);
        let known: Vec<bool> = (2025..=2027).map(|year| directory.lists_days_of(year)).collect();
        assert_eq!(known, [true, true, false], "{name}");
        let report = lint(&directory, "2026-12-01".parse().unwrap(), Limits::default());
        assert_eq!(report.counts.get("calendar_year_missing"), Some(&1), "{name}");
    }
}

#[test]
fn each_city_routes_what_its_article_tells_of() {
    let night: &[(&str, &str)] = &[("发生时刻", "23:30"), ("场所类型", "建筑工地")];
    let supervised: &[(&str, &str)] = &[("发生时刻", "23:30"), ("工地监管", "住建")];
    for (name, matter, division, facts, expected) in [
        // Nobody's pipe: the district, unless works broke it.
        ("jinan", "M020102", "991102001", &[][..], "QX-991102-GOV"),
        (
            "jinan",
            "M020102",
            "991102001",
            &[("成因", "施工损坏")],
            "QY-WATER",
        ),
        ("jinan", "M020102", "991103001", &[], "SJ-MUNI"),
        // Whose noise? Four calls, same words.
        ("zhengzhou", "M040101", "992106001", night, "QX-992106-URBAN"),
        ("zhengzhou", "M040101", "992105001", night, "QX-992105-EPB"),
        ("zhengzhou", "M040101", "992106002", night, "QX-992191-ENF"),
        ("zhengzhou", "M040101", "992106001", supervised, "SJ-CONSTRUCTION"),
        ("zhengzhou", "M070101", "992121001", &[], "RX-992121"),
        ("zhengzhou", "M020301", "992105001", &[], "SJ-LINE-HEAT"),
        (
            "liaocheng",
            "M060102",
            "993102001",
            &[("主体", "企业")],
            "SJ-MARKET",
        ),
        (
            "changsha",
            "M020101",
            "994103001",
            &[("权属", "无主")],
            "consultation",
        ),
        ("changsha", "M020101", "994103001", &[], "SJ-MUNI"),
        (
            "datong",
            "M030101",
            "995102001",
            &[("物业平台", "WY-03")],
            "WY-03",
        ),
        ("datong", "M030101", "995102001", &[], "QX-995102-HOUSING"),
    ] {
        let directory = city(name);
        let mut question = in_winter(matter, division, facts);
        question.kind = Some(Kind::Help);
        let decision = decide(&directory, &question);
        let found = match decision.outcome {
            Outcome::Assigned(_) => lead_code(&directory, &decision),
            Outcome::Undecided(why) => why.outcome().to_owned(),
        };
        assert_eq!(found, expected, "{name} {matter} {division} {facts:?}");
    }
}

#[test]
fn after_its_last_day_the_line_falls_back_and_a_grievance_does_not_go_to_the_company() {
    let zhengzhou = city("zhengzhou");
    let spring = Question {
        accepted_at: "2027-04-01T10:00:00+08:00".parse().unwrap(),
        ..ask("M020301", "992105001", &[])
    };
    assert_eq!(lead_code(&zhengzhou, &decide(&zhengzhou, &spring)), "QY-HEAT");
    let datong = city("datong");
    let grievance = Question {
        kind: Some(Kind::Grievance),
        ..in_winter("M030101", "995102001", &[("物业平台", "WY-03")])
    };
    assert_eq!(
        lead_code(&datong, &decide(&datong, &grievance)),
        "QX-995102-HOUSING"
    );
}

#[test]
fn policies_of_returns_and_limits_are_the_citys_own() {
    let policies = |name: &str| (city(name).policies.returns, city(name).policies.disputed_after);
    assert_eq!(policies("jinan"), (ReturnPolicy::Reviewed, 2));
    assert_eq!(policies("zhengzhou"), (ReturnPolicy::Limited(2), 2));
    assert_eq!(policies("datong"), (ReturnPolicy::FirstReceiver, 3));
    assert_eq!(policies("changsha"), (ReturnPolicy::Reviewed, 3));
}
