//! The same boiler house, another one, and calls that only sound alike.
use super::{OpenOrder, Reason, Typed, cell, cells_around, rank};
use crate::domain::OrderId;
use crate::domain::directory::{Directory, Entry};
use crate::domain::place::Place;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use uuid::Uuid;

fn now() -> DateTime<Utc> {
    "2026-11-15T08:00:00+08:00".parse().unwrap()
}

fn at(longitude: f64, latitude: f64) -> Place {
    Place {
        longitude: Some(longitude),
        latitude: Some(latitude),
        ..Place::default()
    }
}

fn address(address: &str) -> Place {
    Place {
        address: Some(address.to_owned()),
        ..Place::default()
    }
}

fn typed(matter: Option<&str>, place: Place) -> Typed {
    Typed {
        title: "暖气不热".to_owned(),
        text: "家里暖气不热，锅炉房说在抢修".to_owned(),
        matter: matter.map(str::to_owned),
        place,
        at: now(),
    }
}

fn open(number: &str, title: &str, matter: Option<&str>, place: Place, minutes: i64) -> OpenOrder {
    OpenOrder {
        order_id: OrderId(Uuid::now_v7()),
        order_number: number.to_owned(),
        title: title.to_owned(),
        text: String::new(),
        matter: matter.map(str::to_owned),
        place,
        state: "assigned".to_owned(),
        unit: None,
        accepted_at: now() - TimeDelta::minutes(minutes),
    }
}

fn directory() -> Directory {
    let entry = |parent: &str| Entry {
        name: String::new(),
        parent: Some(parent.to_owned()),
    };
    let matters = [("M0301", "M03"), ("M0302", "M03"), ("M0401", "M04")];
    Directory {
        version: 1,
        divisions: HashMap::new(),
        matters: matters
            .map(|(code, parent)| (code.to_owned(), entry(parent)))
            .into(),
        calendars: HashMap::new(),
    }
}

fn numbers(typed: &Typed, found: Vec<OpenOrder>) -> Vec<String> {
    let ranked = rank(typed, found, Some(&directory()), 14, 5);
    ranked
        .into_iter()
        .map(|similar| similar.order.order_number)
        .collect()
}

#[test]
fn the_nearest_of_the_same_matter_comes_first_and_what_is_far_is_not_shown() {
    let here = at(113.6, 34.7);
    let found = vec![
        open("far", "暖气不热", Some("M0301"), at(113.62, 34.7), 10),
        open("other-matter", "噪声扰民", Some("M0401"), at(113.6001, 34.7), 10),
        open("next-street", "暖气不热", Some("M0301"), at(113.604, 34.7), 10),
        open("same-house", "暖气不热", Some("M0301"), at(113.6001, 34.7), 10),
        open("related", "暖气漏水", Some("M0302"), at(113.6001, 34.7), 10),
    ];
    assert_eq!(
        numbers(&typed(Some("M0301"), here), found),
        ["same-house", "next-street", "related"]
    );
}

#[test]
fn every_reason_is_told_place_first() {
    let found = vec![open("1", "暖气不热", Some("M0301"), at(113.6, 34.701), 90)];
    let ranked = rank(&typed(Some("M0301"), at(113.6, 34.7)), found, None, 14, 5);
    assert!(
        matches!(
            ranked[0].reasons[..],
            [
                Reason::Near { metres: 111 },
                Reason::Matter { .. },
                Reason::Text { .. },
                Reason::Recent { minutes: 90 }
            ]
        ),
        "{:?}",
        ranked[0]
    );
    assert!(ranked[0].score > 0.8 && ranked[0].score <= 1.0);
}

#[test]
fn addresses_need_not_be_written_alike_and_a_district_alone_proves_nothing() {
    let written = address("文化路与东风路交叉口锅炉房");
    let found = vec![
        open(
            "same",
            "暖气不热",
            None,
            address("文化路东风路交叉口的锅炉房"),
            60,
        ),
        open("other", "暖气不热", None, address("黄河路与花园路交叉口"), 60),
    ];
    assert_eq!(numbers(&typed(None, written), found), ["same"]);

    let district = Place {
        division: Some("410105".to_owned()),
        ..Place::default()
    };
    let found = vec![
        open("one-of-many", "供热费怎么算", Some("M0301"), district.clone(), 5),
        open(
            "alike",
            "家里暖气不热锅炉房抢修",
            Some("M0301"),
            district.clone(),
            5,
        ),
    ];
    assert_eq!(numbers(&typed(Some("M0301"), district), found), ["alike"]);
}

#[test]
fn of_two_alike_the_newer_comes_first_and_the_list_is_cut() {
    let here = at(113.6, 34.7);
    let order = |n: i64| open(&n.to_string(), "暖气不热", Some("M0301"), here.clone(), n * 60);
    let found = (1..=9).rev().map(order).collect();
    assert_eq!(
        numbers(&typed(Some("M0301"), here.clone()), found),
        ["1", "2", "3", "4", "5"]
    );
}

#[test]
fn whoever_is_within_the_distance_lies_in_a_square_around() {
    for (east, north) in [(0.0054, 0.0), (-0.0054, 0.0), (0.0, 0.0044), (0.0035, -0.0035)] {
        let there = cell(113.6 + east, 34.7 + north);
        assert!(cells_around(113.6, 34.7).contains(&there), "{east} {north}");
    }
    assert_eq!(cells_around(113.6, 34.7).len(), 9);
    assert_ne!(
        cell(-0.001, 0.001),
        cell(0.001, 0.001),
        "east and west of Greenwich"
    );
}
