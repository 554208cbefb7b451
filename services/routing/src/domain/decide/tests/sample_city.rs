//! Every sample complaint goes where its expected columns say, and story 7 has its four answers.
use super::*;

#[test]
fn every_sample_complaint_goes_where_its_row_says() {
    let directory = sample();
    let mut wrong = Vec::new();
    let complaints = rows(&workspace().join("infra/cities/sample/complaints.csv"));
    assert_eq!(complaints.len(), 50);
    for row in &complaints {
        let decision = decide(&directory, &question(row, "事项编码", "区划编码"));
        let disposition = match decision.outcome {
            Outcome::Assigned(_) => "派单",
            Outcome::Undecided(why) if why.outcome() == "consultation" => "会商",
            Outcome::Undecided(_) => "人工",
        };
        let found = (disposition, lead_code(&directory, &decision));
        let expected = (row["预期处置"].as_str(), row["预期主办"].clone());
        if found != expected {
            wrong.push(format!(
                "{}: expected {expected:?}, found {found:?} ({:?})",
                row["编号"], decision.outcome
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn night_noise_has_four_right_units() {
    let directory = sample();
    let night = ("发生时刻", "23:30");
    let site = ("场所类型", "建筑工地");
    for (division, facts, lead, help) in [
        (
            "990102003",
            &[night, site][..],
            "QX-990102-URBAN",
            "QX-990102-POLICE",
        ),
        (
            "990103001",
            &[night, site][..],
            "QX-990103-EPB",
            "QX-990103-POLICE",
        ),
        ("990104003", &[night, site][..], "QX-990191-CONST", ""),
        (
            "990102002",
            &[night, site, ("工地监管", "住建")][..],
            "SJ-CONSTRUCTION",
            "QX-990102-URBAN",
        ),
    ] {
        let decision = decide(&directory, &ask("M040101", division, facts));
        let helpers: Vec<String> = decision
            .co_handlers
            .iter()
            .map(|unit| directory.units.get(*unit).row.code.clone())
            .collect();
        assert_eq!(
            (
                lead_code(&directory, &decision).as_str(),
                helpers.join(";").as_str()
            ),
            (lead, help),
            "{division}"
        );
    }
}

#[test]
fn places_are_found_three_ways_or_honestly_not() {
    let directory = sample();
    let place = |point, address: Option<&str>| Place {
        division: None,
        point,
        address: address.map(str::to_owned),
        hints: Vec::new(),
    };
    for (place, expected) in [
        (place(Some((125.13, 30.178)), None), "QX-990192-URBAN"),
        (place(Some((1.0, 1.0)), None), "place_unknown"),
        (place(Some((1.0, 1.0)), Some("霞光路夜市")), "QX-990102-URBAN"),
        (place(None, Some("文渊街中段")), "QX-990102-URBAN"),
        (place(None, Some("竹屿区澜江大道")), "QX-990103-URBAN"),
        (place(None, Some("橘园街道江边大道")), "QX-990103-URBAN"),
        (place(None, Some("锦橘家园南院门口")), "QX-990105-URBAN"),
        (place(None, Some("锦橘家园3号楼")), "place_ambiguous"),
        (place(None, Some("石帆县青檀镇一处工地")), "RX-990121"),
        (place(None, Some("星河大道")), "QX-990191-ENF"),
        (place(None, Some("星澜新区星河街道星河大道")), "QX-990191-ENF"),
        (place(None, Some("老纺织厂后门巷子")), "place_unknown"),
        (place(None, None), "place_unknown"),
    ] {
        let question = Question {
            place: place.clone(),
            ..ask("M010201", "", &[])
        };
        assert_eq!(answer(&directory, &question), expected, "{place:?}");
    }
}

#[test]
fn a_place_name_brings_its_facts_along() {
    let directory = sample();
    let place = Place {
        address: Some("霞光小区2单元".to_owned()),
        ..Place::default()
    };
    let by_name = Question {
        place,
        ..ask("M030101", "", &[])
    };
    assert_eq!(answer(&directory, &by_name), "WY-01");
    assert_eq!(
        answer(&directory, &ask("M030101", "990102001001", &[])),
        "QX-990102-HOUSING"
    );
}

#[test]
fn ambiguous_places_name_who_would_lead_at_each() {
    let directory = sample();
    let place = Place {
        address: Some("澜江大道".to_owned()),
        ..Place::default()
    };
    let decision = decide(
        &directory,
        &Question {
            place,
            ..ask("M010201", "", &[])
        },
    );
    let codes: Vec<&str> = decision
        .candidates
        .iter()
        .map(|unit| directory.units.get(*unit).row.code.as_str())
        .collect();
    assert_eq!(codes, ["QX-990102-URBAN", "QX-990103-URBAN"]);
    assert_eq!(decision.places.len(), 3);
}

#[test]
fn everything_is_as_of_the_day_of_acceptance() {
    let directory = sample();
    let on = |date: &str, question: Question| {
        let accepted_at = format!("{date}+08:00").parse::<DateTime<Utc>>().unwrap();
        answer(
            &directory,
            &Question {
                accepted_at,
                ..question
            },
        )
    };
    let bridge = || ask("M010202", "990104004", &[]);
    assert_eq!(on("2025-06-30T23:59:59", bridge()), "QX-990104-URBAN");
    assert_eq!(on("2025-07-01T00:00:00", bridge()), "QX-990191-ENF");
    let heat = || ask("M020302", "990104001", &[]);
    assert_eq!(on("2024-12-31T12:00:00", heat()), "QY-HEAT");
    let office = || ask("M0203", "990104001", &[]);
    assert_eq!(on("2024-12-31T12:00:00", office()), "SJ-HEATOFF");
    assert_eq!(on("2025-01-01T12:00:00", office()), "QY-HEAT");
}

#[test]
fn an_upheld_return_leaves_that_unit_out() {
    let directory = sample();
    let first = ask("M040101", "990102002", &[("工地监管", "住建")]);
    assert_eq!(answer(&directory, &first), "SJ-CONSTRUCTION");
    let second = Question {
        excluded: vec!["SJ-CONSTRUCTION".into()],
        ..first.clone()
    };
    assert_eq!(answer(&directory, &second), "QX-990102-URBAN");
    let third = Question {
        excluded: vec!["SJ-CONSTRUCTION".into(), "QX-990102-URBAN".into()],
        ..first
    };
    assert_eq!(answer(&directory, &third), "QX-990102-EPB");
}

/// 退单: out of the order altogether, not only out of the lead.
#[test]
fn a_unit_that_returned_the_order_does_not_come_back_as_a_helper() {
    let directory = sample();
    let helpers = |question: &Question| -> Vec<String> {
        let decision = decide(&directory, question);
        let codes = decision.co_handlers.iter();
        codes
            .map(|unit| directory.units.get(*unit).row.code.clone())
            .collect()
    };
    let first = ask("M020103", "990102002", &[]);
    assert_eq!(answer(&directory, &first), "SJ-MUNI");
    assert_eq!(helpers(&first), ["QX-990102-URBAN"]);
    let second = Question {
        excluded: vec!["QX-990102-URBAN".into()],
        ..first
    };
    assert_eq!(answer(&directory, &second), "SJ-MUNI");
    assert!(helpers(&second).is_empty());
}

#[test]
fn a_code_that_is_no_division_on_the_day_does_not_decide_and_is_said() {
    let mut snapshot = sample_snapshot();
    let street = snapshot
        .divisions
        .iter_mut()
        .find(|row| row.code == "990102002")
        .unwrap();
    street.dates.from = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    street.dates.to = chrono::NaiveDate::from_ymd_opt(2026, 2, 28);
    let directory = Directory::new(1, snapshot).unwrap();
    let on = |day: &str, division: &str, point| {
        let question = ask("M010201", division, &[]);
        let place = Place {
            point,
            ..question.place
        };
        let question = Question {
            accepted_at: format!("{day}T12:00:00+08:00").parse::<DateTime<Utc>>().unwrap(),
            place,
            ..question
        };
        let said = crate::domain::explain::explain(&directory, &question, &decide(&directory, &question));
        let sentences = said.sentences();
        (
            answer(&directory, &question),
            sentences.en.into_iter().find(|said| said.contains("passed over")),
            sentences.zh.into_iter().find(|said| said.contains("未采用")),
        )
    };
    let nothing = (None, None);
    let (decided, en, zh) = on("2026-02-28", "990102002", None);
    assert_eq!((decided.as_str(), (en, zh)), ("QX-990102-URBAN", nothing));
    for (day, code, decided, en, zh) in [
        (
            "2026-03-01",
            "990102002",
            "QX-990102-URBAN",
            "The division code 990102002 ended on 2026-02-28 and was passed over.",
            "区划编码990102002已于2026-02-28失效，未采用。",
        ),
        (
            "2025-12-31",
            "990102002",
            "QX-990102-URBAN",
            "The division code 990102002 begins on 2026-01-01 and was passed over.",
            "区划编码990102002自2026-01-01起生效，未采用。",
        ),
        (
            "2026-03-02",
            "999999",
            "place_unknown",
            "The division code 999999 is unknown and was passed over.",
            "区划编码999999不存在，未采用。",
        ),
    ] {
        let said = (Some(en.to_owned()), Some(zh.to_owned()));
        let (alone, en, zh) = on(day, code, None);
        assert_eq!(
            (alone.as_str(), (en, zh)),
            (decided, said.clone()),
            "{day} {code}"
        );
        // What a division lay in is known still. Coordinates decide in its place, and it is said all the same.
        let (there, en, zh) = on(day, code, Some((125.13, 30.178)));
        assert_eq!(
            (there.as_str(), (en, zh)),
            ("QX-990192-URBAN", said),
            "{day} {code}"
        );
    }
}
