//! The rules once more, by the letter and without any index: every row of the catalogue is looked at, and nothing
//! but codes and texts is compared. [`super::against_the_reference`] holds the real ones against these.
use super::*;
use crate::domain::snapshot::{DivisionRow, DutyRow, OverlayRow, UnitRow};
use crate::domain::words::{DivisionLevel, UnitLevel};
use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

/// What the rules come to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Ruled {
    /// Lead, co-handlers, duties.
    Assigned(String, Vec<String>, Vec<String>),
    /// 会商, with the duties that are equal.
    Consultation(Vec<String>),
    /// 补充信息
    PlaceTooCoarse,
    /// 补充信息: only a zone is known, and it depends on the street.
    WhichPart,
    /// A role that no unit has, which the rules do not speak of.
    NobodyHasTheRole,
}

/// The question, in words.
pub(super) struct Asked<'a> {
    pub matter: &'a str,
    pub division: &'a str,
    /// Local.
    pub accepted: NaiveDateTime,
    pub kind: Option<Kind>,
    pub facts: &'a BTreeMap<String, String>,
}

enum Lead {
    Unit(String),
    NotValid,
    TooCoarse,
    Nobody,
}

/// Where the case is: the divisions whose duties apply, and the overlay item that does.
struct Where<'a> {
    chain: Vec<&'a DivisionRow>,
    item: Option<&'a OverlayRow>,
}

/// A zone without streets of its own is there only through what it has taken over: where that is not the same
/// everywhere, each of its parts is asked for, and the answer is the one that they have in common.
pub(super) fn rule(city: &Snapshot, asked: &Asked<'_>) -> Ruled {
    if city.overlays.iter().all(|item| item.zone != asked.division) {
        return rule_at(city, asked, &place(city, asked, asked.division));
    }
    let items: Vec<&OverlayRow> = city
        .overlays
        .iter()
        .filter(|item| item.zone == asked.division && valid(item.dates, asked))
        .collect();
    let is_alike = |item: &&OverlayRow| {
        (&item.functions, &item.origin) == (&items[0].functions, &items[0].origin)
            || (item.functions.is_none() && items[0].functions.is_none())
    };
    if items.iter().all(is_alike) {
        return rule_at(city, asked, &only_zone(city, asked, &items));
    }
    let there = |item: &&OverlayRow| rule_at(city, asked, &place(city, asked, &item.division));
    in_common(items.iter().map(there).collect())
}

fn only_zone<'a>(city: &'a Snapshot, asked: &Asked<'_>, items: &[&'a OverlayRow]) -> Where<'a> {
    let mut chain = vec![division(city, asked.division)];
    if let Some(item) = items.first().filter(|item| item.functions.is_some()) {
        chain.push(division(city, &item.origin));
    }
    let top = city.divisions.iter().find(|row| row.level == DivisionLevel::City);
    chain.push(top.unwrap());
    Where {
        chain,
        item: items.first().copied(),
    }
}

fn in_common(there: Vec<Ruled>) -> Ruled {
    there
        .into_iter()
        .reduce(|one, other| match (one, other) {
            (Ruled::Assigned(lead, mut helpers, duties), Ruled::Assigned(same, also, _)) if lead == same => {
                helpers.retain(|unit| also.contains(unit));
                Ruled::Assigned(lead, helpers, duties)
            }
            (Ruled::Consultation(duties), Ruled::Consultation(same)) if duties == same => {
                Ruled::Consultation(duties)
            }
            _ => Ruled::WhichPart,
        })
        .unwrap()
}

fn rule_at(city: &Snapshot, asked: &Asked<'_>, place: &Where<'_>) -> Ruled {
    let codes: Vec<&str> = place.chain.iter().map(|row| row.code.as_str()).collect();
    // 1 and 2.
    let fits = |duty: &&DutyRow| {
        valid(duty.dates, asked)
            && duty
                .matter
                .as_ref()
                .is_none_or(|above| asked.matter.starts_with(above.as_str()))
            && duty
                .division
                .as_ref()
                .is_none_or(|area| codes.contains(&area.as_str()))
            && duty
                .conditions
                .split(';')
                .filter(|clause| !clause.is_empty())
                .all(|clause| holds(city, asked, clause))
    };
    let mut rows: Vec<(&DutyRow, Lead)> = city
        .duties
        .iter()
        .filter(fits)
        .map(|duty| (duty, resolve(city, asked, place, &duty.lead)))
        .filter(|(_, lead)| !matches!(lead, Lead::NotValid))
        .collect();
    // 3.
    if rows.iter().any(|(duty, _)| duty.not_to_grassroots) {
        rows.retain(|(_, lead)| !matches!(lead, Lead::Unit(unit) if self::unit(city, unit).level == UnitLevel::Street));
    }
    // 4 to 7, one after the other.
    keep_highest(&mut rows, |duty| i64::from(place_rank(city, duty)));
    keep_highest(&mut rows, |duty| {
        duty.matter.as_ref().map_or(0, |code| matter_level(city, code))
    });
    keep_highest(&mut rows, |duty| {
        duty.conditions
            .split(';')
            .filter(|clause| !clause.is_empty())
            .count() as i64
    });
    keep_highest(&mut rows, |duty| i64::from(duty.priority));
    // 8 to 10.
    rows.sort_by_key(|(duty, _)| duty.code.clone());
    let duties: Vec<String> = rows.iter().map(|(duty, _)| duty.code.clone()).collect();
    let mut leads: Vec<&str> = Vec::new();
    for (_, lead) in &rows {
        match lead {
            Lead::Unit(unit) => leads.push(unit),
            Lead::TooCoarse => return Ruled::PlaceTooCoarse,
            _ => return Ruled::NobodyHasTheRole,
        }
    }
    leads.sort_unstable();
    leads.dedup();
    let [lead] = leads.as_slice() else {
        return Ruled::Consultation(duties);
    };
    let mut helpers: Vec<String> = Vec::new();
    for party in rows.iter().flat_map(|(duty, _)| &duty.co_handlers) {
        match resolve(city, asked, place, party) {
            Lead::Unit(unit) if unit != *lead && !helpers.contains(&unit) => helpers.push(unit),
            _ => {}
        }
    }
    Ruled::Assigned((*lead).to_owned(), helpers, duties)
}

fn keep_highest(rows: &mut Vec<(&DutyRow, Lead)>, of: impl Fn(&DutyRow) -> i64) {
    let highest = rows.iter().map(|(duty, _)| of(duty)).max();
    rows.retain(|(duty, _)| Some(of(duty)) == highest);
}

fn valid(dates: crate::domain::validity::Dates, asked: &Asked<'_>) -> bool {
    let day = asked.accepted.date();
    dates.from <= day && dates.to.is_none_or(|last| day <= last)
}

fn division<'a>(city: &'a Snapshot, code: &str) -> &'a DivisionRow {
    city.divisions.iter().find(|row| row.code == code).unwrap()
}

fn unit<'a>(city: &'a Snapshot, code: &str) -> &'a UnitRow {
    city.units.iter().find(|row| row.code == code).unwrap()
}

fn matter_level(city: &Snapshot, code: &str) -> i64 {
    i64::from(city.matters.iter().find(|row| row.code == code).unwrap().level)
}

fn place_rank(city: &Snapshot, duty: &DutyRow) -> u8 {
    match duty.division.as_ref().map(|code| division(city, code).level) {
        Some(DivisionLevel::Community) => 5,
        Some(DivisionLevel::Street) => 4,
        Some(DivisionLevel::Zone) => 3,
        Some(DivisionLevel::District) => 2,
        Some(DivisionLevel::City) | None => 1,
    }
}

fn place<'a>(city: &'a Snapshot, asked: &Asked<'_>, finest: &str) -> Where<'a> {
    let mut chain = vec![division(city, finest)];
    while let Some(parent) = &chain[chain.len() - 1].parent {
        chain.push(division(city, parent));
    }
    let covers =
        |item: &&OverlayRow| valid(item.dates, asked) && chain.iter().any(|row| row.code == item.division);
    let item = city.overlays.iter().find(covers);
    if let Some(item) = item {
        if item.functions.is_none() {
            chain.retain(|row| row.code != item.origin);
        }
        chain.push(division(city, &item.zone));
    }
    Where { chain, item }
}

/// The division that exercises a function: the zone, else the district or the zone with streets of its own.
fn area<'a>(city: &Snapshot, place: &Where<'a>, function: &str) -> Option<&'a str> {
    let moved = place.item.filter(|item| {
        item.functions
            .as_ref()
            .is_none_or(|list| list.iter().any(|f| f == function))
    });
    if let Some(item) = moved {
        return Some(item.zone.as_str());
    }
    let own = |row: &&&DivisionRow| {
        matches!(row.level, DivisionLevel::District | DivisionLevel::Zone)
            && city.overlays.iter().all(|item| item.zone != row.code)
    };
    place.chain.iter().find(own).map(|row| row.code.as_str())
}

fn resolve(city: &Snapshot, asked: &Asked<'_>, place: &Where<'_>, party: &str) -> Lead {
    let Some(role) = party.strip_prefix("ROLE:") else {
        let is_valid = valid(unit(city, party).dates, asked);
        return if is_valid {
            Lead::Unit(party.to_owned())
        } else {
            Lead::NotValid
        };
    };
    let (function, level) = role.split_once('@').unwrap();
    let holder = |level: UnitLevel, function: &str, area: &str| {
        let has = |row: &&UnitRow| {
            row.level == level
                && row.functions.iter().any(|f| f == function)
                && row.divisions.iter().any(|code| code == area)
                && valid(row.dates, asked)
        };
        city.units.iter().find(has).map(|row| row.code.clone())
    };
    let government = || match area(city, place, "GOV") {
        None => Lead::TooCoarse,
        Some(area) => holder(UnitLevel::District, "GOV", area).map_or(Lead::Nobody, Lead::Unit),
    };
    match level {
        "市" => {
            let top = &place
                .chain
                .iter()
                .find(|row| row.level == DivisionLevel::City)
                .unwrap()
                .code;
            holder(UnitLevel::City, function, top).map_or(Lead::Nobody, Lead::Unit)
        }
        "区县" => match area(city, place, function) {
            None => Lead::TooCoarse,
            Some(area) => holder(UnitLevel::District, function, area).map_or_else(government, Lead::Unit),
        },
        _ => {
            let street = place.chain.iter().find(|row| row.level == DivisionLevel::Street);
            let office = street.and_then(|row| holder(UnitLevel::Street, function, &row.code));
            office.map_or_else(government, Lead::Unit)
        }
    }
}

/// A clause on an unknown fact never holds, neither `=` nor `!=`.
fn holds(city: &Snapshot, asked: &Asked<'_>, clause: &str) -> bool {
    let (key, values) = clause.split_once('=').unwrap();
    let (key, negated) = key.strip_suffix('!').map_or((key, false), |key| (key, true));
    let date = asked.accepted.date();
    let fact = match key {
        "时段" => {
            let accepted = format!("{:02}:{:02}", asked.accepted.hour(), asked.accepted.minute());
            let told = asked.facts.get("发生时刻").cloned().unwrap_or(accepted);
            NaiveDateTime::parse_from_str(&format!("2020-01-01 {told}"), "%Y-%m-%d %H:%M")
                .ok()
                .map(|_| told)
        }
        "日期" => Some(format!("{:02}-{:02}", date.month(), date.day())),
        "日类型" => Some(
            if works(city, date) {
                "工作日"
            } else {
                "非工作日"
            }
            .to_owned(),
        ),
        "诉求类型" => asked.kind.map(|kind| kind.chinese().to_owned()),
        key => asked.facts.get(key).cloned(),
    };
    let Some(fact) = fact else { return false };
    let any = values.split('|').any(|value| match key {
        "时段" => {
            let (from, to) = value.split_once('-').unwrap();
            if from < to {
                from <= fact.as_str() && fact.as_str() < to
            } else {
                from <= fact.as_str() || fact.as_str() < to
            }
        }
        "日期" => {
            let (from, to) = value.split_once('~').unwrap();
            if from <= to {
                from <= fact.as_str() && fact.as_str() <= to
            } else {
                from <= fact.as_str() || fact.as_str() <= to
            }
        }
        _ => value == fact,
    });
    any != negated
}

fn works(city: &Snapshot, date: NaiveDate) -> bool {
    let special = city.days.iter().find(|day| day.date == date);
    special.map_or(date.weekday().number_from_monday() <= 5, |day| !day.off)
}
