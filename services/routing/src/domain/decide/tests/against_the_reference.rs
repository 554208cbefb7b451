//! The engine and the rules by the letter come to the same: on random catalogues over the sample city, and on
//! every corner of a larger city where its pack is at hand.
use super::larger_city::{folder, say};
use super::properties::{any_question, catalogue};
use super::reference::{Asked, Ruled, rule};
use super::*;
use crate::domain::decide::Undecided;
use crate::domain::snapshot::{DivisionRow, OverlayRow, UnitRow};
use crate::domain::validity::Dates;
use chrono::{NaiveDate, TimeDelta};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

fn found(directory: &Directory, question: &Question) -> Ruled {
    let decision = decide(directory, question);
    let duties: Vec<String> = decision
        .duties
        .iter()
        .map(|duty| directory.duties.get(*duty).row.code.clone())
        .collect();
    let code = |unit: &crate::domain::codes::UnitId| directory.units.get(*unit).row.code.clone();
    match decision.outcome {
        Outcome::Assigned(lead) => Ruled::Assigned(
            code(&lead),
            decision.co_handlers.iter().map(code).collect(),
            duties,
        ),
        Outcome::Undecided(Undecided::Tie | Undecided::NoDuty) => Ruled::Consultation(duties),
        Outcome::Undecided(Undecided::PlaceTooCoarse) => Ruled::PlaceTooCoarse,
        Outcome::Undecided(Undecided::PlaceAmbiguous) => Ruled::WhichPart,
        Outcome::Undecided(Undecided::RoleUnresolved) => Ruled::NobodyHasTheRole,
        Outcome::Undecided(why) => panic!("{question:?}: {why:?}"),
    }
}

fn expected(city: &Snapshot, question: &Question) -> Ruled {
    let offset = chrono::FixedOffset::east_opt(OFFSET_SECS).unwrap();
    rule(
        city,
        &Asked {
            matter: question.matter.as_ref().unwrap().as_str(),
            division: question.place.division.as_ref().unwrap(),
            accepted: question.accepted_at.with_timezone(&offset).naive_local(),
            kind: question.kind,
            facts: &question.facts,
        },
    )
}

fn dates() -> impl Strategy<Value = Dates> {
    let day = |back: i64| NaiveDate::from_ymd_opt(2026, 3, 2).unwrap() - TimeDelta::days(back);
    (0_i64..1200, prop::option::of(-30_i64..1000)).prop_map(move |(begin, length)| Dates {
        from: day(begin),
        to: length.map(|length| day(begin) + TimeDelta::days(length)),
    })
}

/// What an item takes over: everything, or these functions.
type Moved = Option<Vec<String>>;

fn moved() -> impl Strategy<Value = Moved> {
    let functions = prop::sample::subsequence(vec!["URBAN_MGMT", "EPB", "GOV"], 1..3);
    prop::option::of(functions.prop_map(|codes| codes.into_iter().map(str::to_owned).collect()))
}

/// The sample city with other dates of its units and of what zones have taken over, and with other functions taken.
fn city() -> impl Strategy<Value = Snapshot> {
    let base = sample_snapshot();
    let units = prop::collection::vec(prop::option::weighted(0.2, dates()), base.units.len());
    let overlays = prop::collection::vec(
        (
            prop::option::weighted(0.4, dates()),
            prop::option::weighted(0.3, moved()),
        ),
        base.overlays.len(),
    );
    (catalogue(), units, overlays).prop_map(move |(duties, units, overlays)| {
        let unit = |(row, dates): (&UnitRow, &Option<Dates>)| UnitRow {
            dates: dates.unwrap_or(row.dates),
            ..row.clone()
        };
        let item = |(row, (dates, moved)): (&OverlayRow, &(Option<Dates>, Option<Moved>))| OverlayRow {
            dates: dates.unwrap_or(row.dates),
            functions: moved.clone().unwrap_or_else(|| row.functions.clone()),
            ..row.clone()
        };
        let always = |row: &DivisionRow| DivisionRow {
            dates: Dates {
                from: NaiveDate::from_ymd_opt(2000, 1, 1).unwrap(),
                to: None,
            },
            ..row.clone()
        };
        Snapshot {
            divisions: base.divisions.iter().map(always).collect(),
            units: base.units.iter().zip(&units).map(unit).collect(),
            overlays: base.overlays.iter().zip(&overlays).map(item).collect(),
            duties,
            ..base.clone()
        }
    })
}

#[test]
fn random_catalogues_are_decided_by_the_letter() {
    let questions = prop::collection::vec(any_question(), 20);
    let config = Config {
        cases: 400,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&(city(), questions), |(city, questions)| {
            let directory = Directory::new(1, city.clone()).unwrap();
            for question in &questions {
                prop_assert_eq!(
                    found(&directory, question),
                    expected(&city, question),
                    "{:?}",
                    question
                );
            }
            Ok(())
        })
        .unwrap();
}

/// Every fact that some condition asks for, with a value it accepts and one it does not, or unknown.
fn facts_of(city: &Snapshot) -> BTreeMap<String, Vec<Option<String>>> {
    let mut facts: BTreeMap<String, Vec<Option<String>>> = BTreeMap::new();
    for clause in city.duties.iter().flat_map(|duty| duty.conditions.split(';')) {
        if let Some((key, values)) = clause.split_once('=') {
            let key = key.trim_end_matches('!');
            if condition::FACT_KEYS.contains(&key) {
                let known = facts
                    .entry(key.to_owned())
                    .or_insert_with(|| vec![None, Some("别的".to_owned())]);
                known.extend(values.split('|').map(|value| Some(value.to_owned())));
            }
        }
    }
    let times = [
        None,
        Some("00:00"),
        Some("05:59"),
        Some("06:00"),
        Some("21:59"),
        Some("22:00"),
        Some("23:30"),
        Some("夜里"),
    ];
    facts.insert(
        "发生时刻".to_owned(),
        times.iter().map(|time| time.map(str::to_owned)).collect(),
    );
    facts
}

/// Days on which something begins or ends, the days around them, and the turns of seasons.
fn days_of(city: &Snapshot) -> Vec<NaiveDate> {
    let dates = city
        .duties
        .iter()
        .map(|row| row.dates)
        .chain(city.overlays.iter().map(|row| row.dates))
        .chain(city.units.iter().map(|row| row.dates));
    let mut days: Vec<NaiveDate> = dates
        .flat_map(|dates| [Some(dates.from), dates.to])
        .flatten()
        .filter(|day| *day > NaiveDate::from_ymd_opt(2023, 6, 1).unwrap())
        .flat_map(|day| [-1, 0, 1].map(|shift| day + TimeDelta::days(shift)))
        .collect();
    for (month, day) in [
        (3, 15),
        (3, 16),
        (11, 14),
        (11, 15),
        (12, 31),
        (1, 1),
        (5, 1),
        (10, 1),
        (2, 14),
        (10, 10),
    ] {
        days.extend([2025, 2026].map(|year| NaiveDate::from_ymd_opt(year, month, day).unwrap()));
    }
    days.sort_unstable();
    days.dedup();
    days
}

/// A fixed sequence of numbers that look random: the same questions in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end
    }
}

/// Every matter in every division of a pack, each on a day and with facts of its own.
#[test]
fn a_larger_city_is_decided_by_the_letter() {
    let Some(folder) = folder() else {
        say(
            "SKIPPED a_larger_city_is_decided_by_the_letter: no city pack; name its folder with HOTLINE_CITY_PACK",
        );
        return;
    };
    let city = snapshot(&folder);
    let directory = Directory::new(1, city.clone()).unwrap();
    let (facts, days) = (facts_of(&city), days_of(&city));
    let (mut numbers, mut asked, mut unknown_roles) = (Numbers(20_260_302), 0, 0);
    let (mut leads, mut kinds) = (std::collections::BTreeSet::new(), BTreeMap::new());
    for matter in city.matters.iter().filter(|row| row.level == 3) {
        for division in &city.divisions {
            let day = days[numbers.below(days.len())].max(division.dates.from);
            let at = day
                .and_hms_opt(numbers.below(24) as u32, numbers.below(60) as u32, 0)
                .unwrap();
            let mut known = BTreeMap::new();
            for (key, values) in &facts {
                let value = &values[numbers.below(values.len())];
                if numbers.below(3) > 0 {
                    known.extend(value.clone().map(|value| (key.clone(), value)));
                }
            }
            let question = Question {
                accepted_at: at.and_utc() - TimeDelta::seconds(i64::from(OFFSET_SECS)),
                kind: [None, Some(Kind::Help), Some(Kind::Grievance), Some(Kind::Report)][numbers.below(4)],
                facts: known,
                ..ask(&matter.code, &division.code, &[])
            };
            let (found, expected) = (found(&directory, &question), expected(&city, &question));
            assert_eq!(found, expected, "{question:?}");
            asked += 1;
            unknown_roles += usize::from(found == Ruled::NobodyHasTheRole);
            let kind = match found {
                Ruled::Assigned(lead, ..) => {
                    leads.insert(lead);
                    "assigned"
                }
                Ruled::Consultation(duties) if duties.is_empty() => "consultation without a duty",
                Ruled::Consultation(_) => "consultation between duties",
                Ruled::PlaceTooCoarse | Ruled::WhichPart | Ruled::NobodyHasTheRole => "not resolved",
            };
            *kinds.entry(kind).or_insert(0) += 1;
        }
    }
    say(&format!(
        "{asked} questions of the larger city are decided by the letter: {kinds:?}, {} leads, {unknown_roles} roles without a unit",
        leads.len()
    ));
    assert!(
        asked > 50_000 && leads.len() > 100,
        "{asked} questions, {} leads",
        leads.len()
    );
}
