//! A place of which only a functional zone without streets of its own is known.
use super::larger_city::{folder, say};
use super::precedence::duty;
use super::*;

/// Any matter, with the branch of the district for this function.
fn led_by(function: &str) -> Snapshot {
    let role = format!("ROLE:{function}@区县");
    Snapshot {
        duties: vec![duty("D1", &role, |_| {})],
        ..sample_snapshot()
    }
}

fn at_zone(snapshot: Snapshot, zone: &str) -> (String, Vec<String>, Vec<String>) {
    let directory = Directory::new(1, snapshot).unwrap();
    let question = ask("M010201", zone, &[]);
    let decision = decide(&directory, &question);
    let places = decision.places.iter();
    let units = decision.candidates.iter();
    (
        answer(&directory, &question),
        places
            .map(|id| directory.divisions.get(*id).code.clone())
            .collect(),
        units
            .map(|id| directory.units.get(*id).row.code.clone())
            .collect(),
    )
}

#[test]
fn a_zone_leads_for_what_it_has_taken_over_and_the_district_for_the_rest() {
    for (function, lead) in [
        ("URBAN_MGMT", "QX-990192-URBAN"),
        ("EPB", "QX-990102-EPB"),
        ("POLICE", "QX-990102-POLICE"),
        ("GOV", "QX-990102-GOV"),
        // Nobody has it there, and the government of the district stands in, not the zone's office.
        ("STREET", "QX-990102-GOV"),
    ] {
        assert_eq!(at_zone(led_by(function), "990192").0, lead, "{function}");
    }
}

#[test]
fn duties_of_the_district_apply_in_a_zone_that_has_not_replaced_it() {
    let mut snapshot = led_by("URBAN_MGMT");
    snapshot.duties = vec![
        duty("D1", "SJ-URBAN", |_| {}),
        duty("D2", "SJ-EPB", |row| row.division = Some("990102".into())),
    ];
    assert_eq!(at_zone(snapshot.clone(), "990192").0, "SJ-EPB");
    snapshot.duties.push(duty("D3", "SJ-MUNI", |row| {
        row.division = Some("990104".into());
    }));
    assert_eq!(
        at_zone(snapshot, "990191").0,
        "SJ-URBAN",
        "990104 is replaced there"
    );
}

#[test]
fn a_zone_with_unlike_parts_is_asked_for_the_street_where_it_matters() {
    let mut snapshot = led_by("EPB");
    let mut other = snapshot.overlays[2].clone();
    (other.code, other.division, other.origin) = ("OV9".into(), "990103001".into(), "990103".into());
    snapshot.overlays.push(other);
    let streets = vec!["990102001002".to_owned(), "990103001".to_owned()];
    let units = vec!["QX-990102-EPB".to_owned(), "QX-990103-EPB".to_owned()];
    assert_eq!(
        at_zone(snapshot.clone(), "990192"),
        ("place_ambiguous".to_owned(), streets.clone(), units)
    );
    snapshot.duties = led_by("URBAN_MGMT").duties;
    assert_eq!(
        at_zone(snapshot, "990192"),
        ("QX-990192-URBAN".to_owned(), streets, Vec::new()),
        "the same in both"
    );
}

#[test]
fn a_zone_that_has_nothing_on_the_day_is_asked_for_the_street() {
    let mut snapshot = led_by("URBAN_MGMT");
    snapshot.overlays[2].dates.to = chrono::NaiveDate::from_ymd_opt(2026, 2, 28);
    assert_eq!(at_zone(snapshot, "990192").0, "place_too_coarse");
}

/// Nobody drew it so on purpose; but the first of two is a guess.
#[test]
fn a_point_in_two_areas_of_one_level_is_asked_for() {
    let mut snapshot = led_by("EPB");
    let area = |snapshot: &Snapshot, code: &str| {
        let mut areas = snapshot.boundaries.iter();
        areas.find(|row| row.division == code).unwrap().clone()
    };
    let (mut over, under) = (area(&snapshot, "990103"), area(&snapshot, "990102"));
    let corners = &under.polygons[0][0];
    let middle = |of: fn(&(f64, f64)) -> f64| {
        let values: Vec<f64> = corners.iter().map(of).collect();
        f64::midpoint(
            values.iter().copied().fold(f64::INFINITY, f64::min),
            values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        )
    };
    let point = (middle(|at| at.0), middle(|at| at.1));
    over.polygons.extend(under.polygons.clone());
    // Only the districts are drawn.
    snapshot.boundaries = vec![under, over.clone()];
    let at_point = |snapshot: &Snapshot| {
        let directory = Directory::new(1, snapshot.clone()).unwrap();
        let place = Place {
            point: Some(point),
            ..Place::default()
        };
        let question = Question {
            place,
            ..ask("M010201", "", &[])
        };
        let decision = decide(&directory, &question);
        let units = decision.candidates.iter();
        let units: Vec<String> = units
            .map(|id| directory.units.get(*id).row.code.clone())
            .collect();
        (answer(&directory, &question), units)
    };
    assert_eq!(
        at_point(&snapshot),
        (
            "place_ambiguous".to_owned(),
            vec!["QX-990102-EPB".to_owned(), "QX-990103-EPB".to_owned()]
        )
    );
    snapshot.boundaries.pop();
    assert_eq!(at_point(&snapshot), ("QX-990102-EPB".to_owned(), Vec::new()));
}

#[test]
fn what_a_zone_of_a_larger_city_has_not_taken_over_goes_to_the_district() {
    let Some(folder) = folder() else {
        say(
            "SKIPPED what_a_zone_of_a_larger_city_has_not_taken_over_goes_to_the_district: no city pack; name its \
             folder with HOTLINE_CITY_PACK",
        );
        return;
    };
    let directory = Directory::new(1, snapshot(&folder)).unwrap();
    let place = Place {
        address: Some("火车站附近".to_owned()),
        ..Place::default()
    };
    let question = Question {
        place,
        ..ask("M140502", "", &[])
    };
    let there = answer(&directory, &question);
    let in_the_district = answer(&directory, &ask("M140502", "410103004011", &[]));
    assert_eq!(there, in_the_district);
    assert!(there.starts_with("QX-410103-"), "{there}");
}
