//! The shapes that addresses come in, read in the sample city: what is found, or what it may be.
use super::*;
use crate::domain::decide::place::{Trouble, locate};
use crate::domain::validity::Day;

/// Codes of the divisions that a place may be; one when it is found.
fn found(directory: &Directory, place: &Place) -> Vec<String> {
    let day = Day::from(chrono::NaiveDate::from_ymd_opt(2026, 3, 2).unwrap());
    let divisions = match locate(directory, place, day) {
        Ok(at) => vec![at.division],
        Err(Trouble::Ambiguous(several)) => several.iter().map(|at| at.division).collect(),
        Err(Trouble::Unknown) => Vec::new(),
    };
    divisions
        .into_iter()
        .map(|id| directory.divisions.get(id).code.clone())
        .collect()
}

#[test]
fn every_shape_of_an_address_is_read() {
    let directory = sample();
    for (address, expected) in [
        // Two roads that cross are where both are; a section is on its road, its ends only say how far.
        ("澜江大道与文渊街交叉口", &["990102002"][..]),
        ("澜江大道文渊街口东南角", &["990102002"]),
        (
            "澜江大道（霞光路至站前路）",
            &["990102002", "990103002", "990103003"],
        ),
        ("霞光路12号", &["990102001"]),
        // From one place to another is neither.
        ("从霞光苑到柳岸新居", &["990102001001", "990102003"]),
        // Names, other names, and names that several places have.
        ("岚川市第三小学对面", &["990103001"]),
        ("市二院北侧", &["990105001"]),
        ("锦橘家园", &["990103002001", "990105001"]),
        ("竹屿区锦橘家园附近", &["990103002001"]),
        ("禾渡锦橘家园附近", &["990105001"]),
        // The longest name counts: a site named after a road is not the road.
        ("松风路改造工地旁", &["990104001"]),
        ("文渊综合楼旁边的空地", &["990102002"]),
        // Divisions in full, by their office, and short.
        ("竹溪街道", &["990103001"]),
        ("竹溪办事处门口", &["990103001"]),
        ("橘园那边", &["990103002"]),
        ("石帆县青檀", &["990121101"]),
        ("映霞", &["990102"]),
        ("星澜新区星河大道", &["990104003", "990104004"]),
        // Few know the borders of a zone: what is named beside it is believed.
        ("星澜新区松风路", &["990104001"]),
        ("岚川站地区", &["990192"]),
        ("岚川三小门口", &[]),
        ("岚川市三小门口", &["990103001"]),
        // A name that contradicts the district is another place of that name.
        ("映霞区锦橘家园", &["990102"]),
        // Two districts are a doubt.
        ("映霞区竹屿区交界", &["990102", "990103"]),
        // The city's own name says nothing.
        ("岚川市", &[]),
        // Nothing of it is known; a community that has ended is not meant.
        ("纺织厂后门", &[]),
        ("老橘园社区", &[]),
    ] {
        let place = Place {
            address: Some(address.to_owned()),
            ..Place::default()
        };
        assert_eq!(found(&directory, &place), expected, "{address}");
    }
}

#[test]
fn points_addresses_and_hints_join() {
    let directory = sample();
    let place = |point: Option<(f64, f64)>, address: &str, hints: &[&str]| Place {
        division: None,
        point,
        address: (!address.is_empty()).then(|| address.to_owned()),
        hints: hints.iter().map(|hint| (*hint).to_owned()).collect(),
    };
    // Only the district has an area on the map there.
    let district = Some((125.09, 30.14));
    for (place, expected) in [
        (place(district, "", &[]), &["990103"][..]),
        (place(district, "白鹭滩路", &[]), &["990103003"]),
        (place(district, "澜江大道", &[]), &["990103002", "990103003"]),
        (place(district, "霞光苑", &[]), &["990103"]),
        (place(district, "", &["白鹭滩路路灯不亮"]), &["990103003"]),
        // A named place is a few steps away.
        (place(Some((125.0801, 30.1151)), "", &[]), &["990103003"]),
        // The map knows the street: the address may say where in it, and nothing else is believed.
        (place(Some((125.16, 30.19)), "霞光苑", &[]), &["990102001001"]),
        (
            place(Some((125.16, 30.19)), "柳岸新居", &["锦橘家园"]),
            &["990102001"],
        ),
        // Hints are read in their order, and only where the street is open.
        (
            place(None, "竹屿区", &["停水", "锦橘家园停水两天"]),
            &["990103002001"],
        ),
        (place(None, "霞光苑", &["上次反映过锦橘家园"]), &["990102001001"]),
        (place(None, "", &["柳岸新居停水", "霞光苑也停过"]), &["990102003"]),
        (place(None, "锦橘家园", &["禾渡区的那个"]), &["990105001"]),
        // A short name may be a word of anything: alone, in what was said beside, it is not believed.
        (place(None, "", &["橘园那边停水"]), &[]),
        (place(None, "竹屿区", &["橘园那边停水"]), &["990103002"]),
    ] {
        assert_eq!(found(&directory, &place), expected, "{place:?}");
    }
}

/// A duty for a road fits on that road, whatever else the address names.
#[test]
fn every_name_of_a_place_is_a_fact() {
    let duties = ["澜江大道", "文渊街", "霞光路"]
        .map(|road| precedence::duty(road, "SJ-MUNI", |row| row.conditions = format!("地名={road}")));
    let directory = Directory::new(
        1,
        Snapshot {
            duties: duties.to_vec(),
            ..sample_snapshot()
        },
    )
    .unwrap();
    let at = |address: &str| {
        let place = Place {
            address: Some(address.to_owned()),
            ..Place::default()
        };
        let decision = decide(
            &directory,
            &Question {
                place,
                ..ask("M010201", "", &[])
            },
        );
        let duties = decision.duties.iter();
        duties
            .map(|duty| directory.duties.get(*duty).row.code.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(at("江边大道与文渊街交叉口"), ["文渊街", "澜江大道"]);
    assert_eq!(at("文渊街（霞光路至柳巷支路）"), ["文渊街"]);
    assert_eq!(at("霞光路霞光苑"), ["霞光路"]);
}
