//! 地名: the places that addresses name, and the named places around a point.
use super::geometry::Point;
use super::names::{Mention, Names};
use super::{BuildError, Divisions};
use crate::domain::codes::DivisionId;
use crate::domain::snapshot::GazetteerRow;
use rstar::RTree;
use rstar::primitives::GeomWithData;
use std::collections::BTreeMap;

/// One row: a name in one division.
#[derive(Clone, Debug)]
pub struct Entry {
    /// 地名
    pub name: String,
    /// Where.
    pub division: DivisionId,
    /// 属性: facts the place brings along.
    pub facts: BTreeMap<String, String>,
}

/// Place names and the names of divisions.
#[derive(Clone, Debug)]
pub struct Gazetteer {
    entries: Vec<Entry>,
    names: Names,
    /// In kilometres, so that distances mean something.
    points: RTree<GeomWithData<[f64; 2], u32>>,
}

const KM_PER_DEGREE: f64 = 111.2;

impl Gazetteer {
    /// Indexes the rows and the divisions' own names.
    ///
    /// # Errors
    /// When a division is unknown.
    pub fn new(rows: &[GazetteerRow], divisions: &Divisions) -> Result<Self, BuildError> {
        let entry = |row: &GazetteerRow| {
            let division = divisions
                .find(&row.division)
                .ok_or_else(|| BuildError::unknown("gazetteer", &row.code, "division", &row.division))?;
            Ok(Entry {
                name: row.name.clone(),
                division,
                facts: row.facts.clone(),
            })
        };
        let entries = rows.iter().map(entry).collect::<Result<Vec<_>, BuildError>>()?;
        let points = (0_u32..)
            .zip(rows)
            .filter_map(|(position, row)| row.point.map(|point| GeomWithData::new(in_km(point), position)));
        Ok(Self {
            names: Names::new(rows, &entries, divisions),
            points: RTree::bulk_load(points.collect()),
            entries,
        })
    }

    /// The entry at a position that a [`Mention`] names.
    #[must_use]
    pub fn entry(&self, position: u32) -> &Entry {
        &self.entries[position as usize]
    }

    /// All entries.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// The names that a text mentions, in its order.
    #[must_use]
    pub fn mentions(&self, text: &str) -> Vec<Mention<'_>> {
        self.names.mentions(text)
    }

    /// The entry nearest to a point, and how far away it is in metres.
    #[must_use]
    pub fn nearest(&self, point: Point) -> Option<(u32, f64)> {
        let (found, square) = self.points.nearest_neighbor_with_distance_2(in_km(point))?;
        Some((found.data, square.sqrt() * 1000.0))
    }
}

/// Flat enough for a city: a degree of longitude is shorter by the cosine of the latitude.
fn in_km((longitude, latitude): Point) -> [f64; 2] {
    [
        longitude * KM_PER_DEGREE * latitude.to_radians().cos(),
        latitude * KM_PER_DEGREE,
    ]
}
