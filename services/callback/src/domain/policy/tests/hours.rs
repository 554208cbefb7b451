//! When callers of which rule are called, and when they are written to.
use super::*;
use std::collections::BTreeSet;

/// Businesses in office hours, citizens also on weekends, emergencies at once; messages in the day only.
const CITY: &str = "\
[calling]
hours = [{ weekdays = [1, 2, 3, 4, 5, 6, 7], from = '09:00:00', to = '20:00:00', on_holidays = true }]
message_hours = [{ weekdays = [1, 2, 3, 4, 5, 6, 7], from = '10:00:00', to = '17:00:00', on_holidays = true }]
days = [
    { date = '2026-02-17', name = '春节', off = true },
    { date = '2026-02-28', name = '春节', off = false },
]
[[rules]]
name = 'emergency'
urgencies = ['emergency']
calling_hours = [{ weekdays = [1, 2, 3, 4, 5, 6, 7], from = '00:00:00', to = '00:00:00', on_holidays = true }]
[[rules]]
name = 'business'
facts = { '主体' = '企业' }
calling_hours = [
    { weekdays = [1, 2, 3, 4, 5], from = '09:00:00', to = '12:00:00' },
    { weekdays = [1, 2, 3, 4, 5], from = '14:00:00', to = '18:00:00' },
]
[[rules]]
name = 'questions'
kinds = ['consultation']
rework_max = 1
";

fn citizen() -> Registration {
    registration(true)
}

fn business() -> Registration {
    Registration {
        facts: [("主体".to_owned(), "企业".to_owned())].into(),
        ..registration(true)
    }
}

fn question() -> Registration {
    Registration {
        kind: Kind::Consultation,
        ..registration(true)
    }
}

fn emergency() -> Registration {
    Registration {
        urgency: Urgency::Emergency,
        ..business()
    }
}

#[test]
fn a_rule_has_its_own_calling_hours_or_those_of_the_city() {
    let policies = Policies::read(CITY).unwrap();
    for (order, from, expected) in [
        // Noon of a Monday, its evening, a Saturday.
        (
            citizen(),
            "2026-03-02T12:30:00+08:00",
            "2026-03-02T12:30:00+08:00",
        ),
        (
            business(),
            "2026-03-02T12:30:00+08:00",
            "2026-03-02T14:00:00+08:00",
        ),
        (
            citizen(),
            "2026-03-02T20:00:00+08:00",
            "2026-03-03T09:00:00+08:00",
        ),
        (
            business(),
            "2026-03-02T18:00:00+08:00",
            "2026-03-03T09:00:00+08:00",
        ),
        (
            citizen(),
            "2026-03-07T10:00:00+08:00",
            "2026-03-07T10:00:00+08:00",
        ),
        (
            business(),
            "2026-03-07T10:00:00+08:00",
            "2026-03-09T09:00:00+08:00",
        ),
        // The days of the city are those of its rules: a holiday, and a Saturday on which offices work.
        (
            citizen(),
            "2026-02-17T10:00:00+08:00",
            "2026-02-17T10:00:00+08:00",
        ),
        (
            business(),
            "2026-02-17T10:00:00+08:00",
            "2026-02-18T09:00:00+08:00",
        ),
        (
            business(),
            "2026-02-28T10:00:00+08:00",
            "2026-02-28T10:00:00+08:00",
        ),
        (
            emergency(),
            "2026-03-03T03:00:00+08:00",
            "2026-03-03T03:00:00+08:00",
        ),
        (
            emergency(),
            "2026-02-17T23:59:59+08:00",
            "2026-02-17T23:59:59+08:00",
        ),
        (
            question(),
            "2026-03-02T20:00:00+08:00",
            "2026-03-03T09:00:00+08:00",
        ),
    ] {
        assert_eq!(
            policies.of(&order).calling.next(at(from)),
            at(expected),
            "{from} {order:?}"
        );
    }
}

#[test]
fn a_rule_that_names_no_hours_inherits_them() {
    let policies = Policies::read(CITY).unwrap();
    let named = |order: &Registration| policies.of(order).calling.rule.clone();
    assert_eq!(named(&business()).as_deref(), Some("business"));
    assert_eq!((named(&citizen()), named(&question())), (None, None), "inherited");
}

#[test]
fn messages_have_their_own_hours_whatever_rule_calls() {
    let policies = Policies::read(CITY).unwrap();
    assert_eq!(
        policies.next_message(at("2026-03-02T03:00:00+08:00")),
        at("2026-03-02T10:00:00+08:00")
    );
    // Where a city gives them none, they go out in its calling hours.
    let lines = CITY.lines().filter(|line| !line.starts_with("message_hours"));
    let as_calls = Policies::read(&lines.collect::<Vec<_>>().join("\n")).unwrap();
    assert_eq!(
        as_calls.next_message(at("2026-03-02T03:00:00+08:00")),
        at("2026-03-02T09:00:00+08:00")
    );
}

#[test]
fn what_is_open_names_the_rules_with_hours_of_their_own() {
    let policies = Policies::read(CITY).unwrap();
    let open = |text: &str| {
        let open = policies.open(at(text));
        assert_eq!(open.ruled, ["emergency", "business"]);
        (open.city, open.rules.join(" "))
    };
    assert_eq!(
        open("2026-03-02T10:00:00+08:00"),
        (true, "emergency business".into())
    );
    assert_eq!(open("2026-03-02T12:30:00+08:00"), (true, "emergency".into()));
    assert_eq!(open("2026-03-02T03:00:00+08:00"), (false, "emergency".into()));
    let night = Policies::read("").unwrap().open(at("2026-03-02T03:00:00+08:00"));
    assert!(!night.any());
}

#[test]
fn hours_that_cannot_be_are_refused_with_their_field() {
    let rule = "[[rules]]\nname = 'x'\nkinds = ['help']\ncalling_hours = ";
    let hours = "[{ weekdays = [1], from = '09:00:00', to = '12:00:00' }]";
    for (document, field) in [
        (format!("{rule}[]"), "rules[0].calling_hours"),
        (format!("{rule}'always'"), "rules[0].calling_hours"),
        (
            format!("{rule}[{{ weekdays = [8], from = '09:00:00', to = '12:00:00' }}]"),
            "rules[0].calling_hours[0].weekdays",
        ),
        (
            format!("{rule}[{{ weekdays = [1], from = '12:00:00', to = '09:00:00' }}]"),
            "rules[0].calling_hours[0].to",
        ),
        (format!("{rule}{hours}\n{rule}{hours}"), "rules[1].name"),
        (
            "[calling]\nmessage_hours = [{ weekdays = [1], from = '12:00:00', to = '09:00:00' }]".to_owned(),
            "calling.message_hours[0].to",
        ),
        (
            "[[rules]]\nname = 'x'\nurgencies = ['soon']".to_owned(),
            "rules[0].urgencies",
        ),
        (format!("[default]\ncalling_hours = {hours}"), "calling_hours"),
    ] {
        assert_eq!(fault(&document).field, field, "{document}: {}", fault(&document));
    }
    // Rules that share the city's hours may share a name.
    Policies::read(&format!(
        "{rule}{hours}\n[[rules]]\nname = 'x'\nkinds = ['praise']"
    ))
    .unwrap();
}

#[test]
fn the_pack_of_every_city_can_be_read_and_has_its_days_off() {
    let cities = concat!(env!("CARGO_MANIFEST_DIR"), "/../../infra/cities");
    let packs: Vec<_> = std::fs::read_dir(cities)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|pack| pack.join("callback.toml").exists())
        .collect();
    assert_eq!(packs.len(), 6);
    for pack in packs {
        let text = std::fs::read_to_string(pack.join("callback.toml")).unwrap();
        let read = Policies::read(&text);
        assert!(read.is_ok(), "{}: {}", pack.display(), read.unwrap_err());
        let named: toml::Table = text.parse().unwrap();
        let named = named["calling"]["days"].as_array().unwrap().iter();
        let named: BTreeSet<(String, bool)> = named
            .map(|day| {
                (
                    day["date"].as_str().unwrap().to_owned(),
                    day["off"].as_bool().unwrap(),
                )
            })
            .collect();
        assert_eq!(named, days_off(&pack), "{}", pack.display());
    }
}

/// What `holidays/<year>.json` of a pack say: (date, off).
fn days_off(pack: &std::path::Path) -> BTreeSet<(String, bool)> {
    let years = std::fs::read_dir(pack.join("holidays")).unwrap();
    years
        .flat_map(|year| {
            let text = std::fs::read_to_string(year.unwrap().path()).unwrap();
            let year: serde_json::Value = serde_json::from_str(&text).unwrap();
            year["days"].as_array().unwrap().clone()
        })
        .map(|day| {
            (
                day["date"].as_str().unwrap().to_owned(),
                day["isOffDay"].as_bool().unwrap(),
            )
        })
        .collect()
}

#[test]
fn a_year_is_missed_where_the_city_names_days_and_none_of_that_year() {
    let at = |day: &str| format!("{day}T12:00:00+08:00").parse::<DateTime<Utc>>().unwrap();
    let named = "[calling]\ndays = [{ date = '2026-10-01', name = '国庆节', off = true }]";
    let policies = Policies::read(named).unwrap();
    assert!(policies.years_missing(at("2026-10-31")).is_empty());
    assert_eq!(policies.years_missing(at("2026-11-02")), [2027]);
    assert_eq!(policies.years_missing(at("2027-12-01")), [2027, 2028]);
    let none = Policies::read("").unwrap();
    assert!(
        none.years_missing(at("2026-11-02")).is_empty(),
        "it asks for no holidays"
    );
}
