//! `boundaries.geojson`: polygons by division and dates.
use super::references::References;
use super::{Expected, Faults, Files};
use crate::domain::directory::{hole_outside, meets_itself, rings_cross};
use crate::domain::snapshot::BoundaryRow;
use crate::domain::validity::Dates;
use chrono::NaiveDate;
use serde::Deserialize;

const FILE: &str = "boundaries.geojson";

#[derive(Deserialize)]
struct Collection {
    features: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Feature {
    properties: Properties,
    geometry: Geometry,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Properties {
    #[serde(rename = "编码")]
    code: String,
    #[serde(rename = "名称")]
    _name: Option<String>,
    #[serde(rename = "级别")]
    _level: Option<String>,
    #[serde(rename = "生效日期")]
    from: NaiveDate,
    #[serde(rename = "失效日期")]
    to: Option<NaiveDate>,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Vec<Position>>),
    MultiPolygon(Vec<Vec<Vec<Position>>>),
}

/// Longitude, latitude, and possibly a height, which is of no use here.
type Position = Vec<f64>;
type Ring = Vec<(f64, f64)>;

pub(super) fn read(files: &Files, known: &References, faults: &mut Faults) -> Vec<BoundaryRow> {
    let Some(text) = files.get(FILE) else {
        return Vec::new();
    };
    let collection: Collection = match serde_json::from_str(text) {
        Ok(collection) => collection,
        Err(error) => {
            let line = u64::try_from(error.line()).ok();
            faults.add(
                FILE,
                line,
                None,
                &error.to_string(),
                &Expected::Json("a GeoJSON FeatureCollection"),
            );
            return Vec::new();
        }
    };
    let mut rows = Vec::new();
    for (number, value) in collection.features.into_iter().enumerate() {
        let name = format!("features[{number}]");
        match serde_json::from_value::<Feature>(value) {
            Ok(feature) => rows.push(row(&name, feature, known, faults)),
            Err(error) => {
                let shape = Expected::Json("a Polygon or MultiPolygon with 编码, 生效日期 and 失效日期");
                faults.add(FILE, None, Some(&name), &error.to_string(), &shape);
            }
        }
    }
    rows.sort_by(|a, b| (&a.division, a.dates.from).cmp(&(&b.division, b.dates.from)));
    for pair in rows
        .windows(2)
        .filter(|pair| pair[0].division == pair[1].division)
    {
        if pair[0].dates.meets(&pair[1].dates) {
            let rule = Expected::Rule(
                "one area at a time for each division",
                "同一区划的边界有效期不得重叠",
            );
            faults.add(FILE, None, Some("生效日期"), &pair[1].division, &rule);
        }
    }
    rows
}

fn row(name: &str, feature: Feature, known: &References, faults: &mut Faults) -> BoundaryRow {
    let Properties { code, from, to, .. } = feature.properties;
    if !known.divisions.contains_key(&code) {
        faults.add(
            FILE,
            None,
            Some(&format!("{name} 编码")),
            &code,
            &Expected::In("divisions.csv"),
        );
    }
    if to.is_some_and(|to| to < from) {
        let value = to.map(|to| to.to_string()).unwrap_or_default();
        faults.add(
            FILE,
            None,
            Some(&format!("{name} 失效日期")),
            &value,
            &Expected::NotBefore(from.to_string()),
        );
    }
    let polygons = match feature.geometry {
        Geometry::Polygon(rings) => vec![rings],
        Geometry::MultiPolygon(polygons) => polygons,
    };
    let mut ring = |ring: Vec<Position>| checked_ring(name, &code, ring, faults);
    let polygons: Vec<Vec<Ring>> = polygons
        .into_iter()
        .map(|rings| rings.into_iter().map(&mut ring).collect())
        .collect();
    check_parts(name, &code, &polygons, faults);
    BoundaryRow {
        division: code,
        dates: Dates { from, to },
        polygons,
    }
}

fn checked_ring(name: &str, code: &str, positions: Vec<Position>, faults: &mut Faults) -> Ring {
    let mut fault = |value: &str, expected: &Expected| {
        faults.add(FILE, None, Some(&format!("{name} {code}")), value, expected);
    };
    let mut ring = Ring::with_capacity(positions.len());
    for position in positions {
        match position.as_slice() {
            [x, y, ..] if x.abs() <= 180.0 && y.abs() <= 90.0 => ring.push((*x, *y)),
            other => fault(
                &format!("{other:?}"),
                &Expected::Rule("longitude and latitude in degrees", "经度和纬度"),
            ),
        }
    }
    if ring.len() < 4 || ring.first() != ring.last() {
        fault(
            &format!("{} points", ring.len()),
            &Expected::Rule(
                "a ring of at least 4 points that ends where it begins",
                "首尾相同、至少4个点的环",
            ),
        );
    } else if let Some((a, b)) = meets_itself(&ring) {
        fault(
            &format!("edges {a} and {b}"),
            &Expected::Rule(
                "a polygon that does not cross or touch itself",
                "多边形不得自相交或自相接",
            ),
        );
    }
    ring
}

/// Holes lie in their part, and no ring crosses another.
fn check_parts(name: &str, code: &str, polygons: &[Vec<Ring>], faults: &mut Faults) {
    let mut fault = |value: &str, expected: &Expected| {
        faults.add(FILE, None, Some(&format!("{name} {code}")), value, expected);
    };
    let rings: Vec<Ring> = polygons.iter().flatten().cloned().collect();
    if let Some((a, b)) = rings_cross(&rings) {
        fault(
            &format!("rings {a} and {b}"),
            &Expected::Rule("rings that do not cross each other", "各环不得相交"),
        );
    } else if let Some(hole) = polygons.iter().find_map(|rings| hole_outside(rings)) {
        fault(
            &format!("ring {hole}"),
            &Expected::Rule("holes inside of the outer ring", "内环应在外环之内"),
        );
    }
}
