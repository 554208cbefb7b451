//! The grammar, clause by clause.
use super::{Checks, Circumstances, Held, PlaceFacts, parse};
use chrono::{NaiveDate, NaiveDateTime};
use contracts::words::Kind;
use std::collections::BTreeMap;

fn at(month: u32, day: u32, hour: u32, minute: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, month, day)
        .unwrap()
        .and_hms_opt(hour, minute, 30)
        .unwrap()
}

fn held(text: &str, accepted: NaiveDateTime, facts: &[(&str, &str)]) -> Vec<Held> {
    let facts: BTreeMap<String, String> = facts
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect();
    let clauses = parse(text).unwrap();
    let mut checks = Checks::default();
    let positions: Vec<_> = clauses.chunks(1).map(|clause| checks.add(clause)).collect();
    let none = PlaceFacts::default();
    let case = Circumstances::new(&checks, accepted, true, Some(Kind::Report), &facts, &none);
    positions
        .iter()
        .map(|of| {
            checks
                .first_failing(of, &case)
                .map_or(Held::Yes, |(_, held)| held)
        })
        .collect()
}

#[test]
fn each_key_reads_its_own_fact() {
    use Held::{No, Unknown, Yes};
    let noon = at(3, 2, 12, 0);
    for (text, facts, expected) in [
        ("", &[][..], vec![]),
        ("时段=22:00-06:00", &[("发生时刻", "23:30")], vec![Yes]),
        ("时段=22:00-06:00", &[("发生时刻", "06:00")], vec![No]),
        ("时段=22:00-06:00", &[("发生时刻", "05:59")], vec![Yes]),
        ("时段=22:00-06:00", &[], vec![No]),
        ("时段=11:00-12:01|20:00-24:00", &[], vec![Yes]),
        ("时段!=22:00-06:00", &[], vec![Yes]),
        ("时段=00:00-24:00", &[("发生时刻", "soon")], vec![Unknown]),
        ("时段=11:00-12:01", &[("发生时刻", "")], vec![Yes]),
        ("时段=00:00-06:00", &[("发生时刻", "24:00")], vec![Yes]),
        ("日期=11-15~03-15", &[], vec![Yes]),
        ("日期=03-03~11-15", &[], vec![No]),
        ("日期=02-01~03-02", &[], vec![Yes]),
        ("日期=03-02~03-02", &[], vec![Yes]),
        ("日期=12-31~03-01", &[], vec![No]),
        ("日类型=工作日", &[], vec![Yes]),
        ("日类型=非工作日", &[], vec![No]),
        ("诉求类型!=举报", &[], vec![No]),
        ("诉求类型=举报|投诉", &[], vec![Yes]),
        ("工地监管=住建", &[], vec![Unknown]),
        ("工地监管!=住建", &[], vec![Unknown]),
        ("工地监管!=住建", &[("工地监管", "交通")], vec![Yes]),
        (
            "场所类型=公园|人行道;权属=无主",
            &[("场所类型", "公园")],
            vec![Yes, Unknown],
        ),
    ] {
        assert_eq!(held(text, noon, facts), expected, "{text} with {facts:?}");
    }
}

#[test]
fn what_does_not_fit_the_grammar_is_named() {
    for (text, problem) in [
        ("工地监管", "is no clause"),
        ("颜色=红", "unknown key"),
        ("时段=22-06", "HH:MM-HH:MM"),
        ("时段=24:00-06:00", "HH:MM-HH:MM"),
        ("时段=23:60-06:00", "HH:MM-HH:MM"),
        ("日期=02-30~03-01", "MM-DD~MM-DD"),
        ("日类型=周末", "工作日"),
        ("诉求类型=抱怨", "a kind"),
        ("权属=", "a value"),
        ("权属=无主;", "is no clause"),
    ] {
        let error = parse(text).unwrap_err().to_string();
        assert!(error.contains(problem), "{text}: {error}");
    }
}

/// Positions of clauses are counted in a byte.
#[test]
fn as_many_clauses_are_read_as_can_be_counted() {
    let clauses = |count: usize| vec!["权属=无主"; count].join(";");
    assert_eq!(parse(&clauses(255)).unwrap().len(), 255);
    let error = parse(&clauses(256)).unwrap_err().to_string();
    assert_eq!(error, "256 clauses: expected at most 255");
}

#[test]
fn a_place_may_have_several_names() {
    let clauses = parse("地名=北街").unwrap();
    let mut checks = Checks::default();
    let of = checks.add(&clauses);
    let held = |given: &[(&str, &str)], located: &[&str]| {
        let given = given
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        let of_place = PlaceFacts {
            names: located.iter().map(|name| checks.word(name)).collect(),
            ..PlaceFacts::default()
        };
        let case = Circumstances::new(&checks, at(3, 2, 12, 0), true, None, &given, &of_place);
        checks
            .first_failing(&of, &case)
            .map_or(Held::Yes, |(_, held)| held)
    };
    assert_eq!(
        super::FACT_KEYS[0],
        super::FACT_PLACE_NAME,
        "the circumstances look for it there"
    );
    assert_eq!(held(&[], &[]), Held::Unknown);
    assert_eq!(held(&[], &["南街", "北街"]), Held::Yes);
    assert_eq!(held(&[], &["南街"]), Held::No);
    // What was given goes before what was located.
    assert_eq!(held(&[("地名", "南街")], &["北街"]), Held::No);
}
