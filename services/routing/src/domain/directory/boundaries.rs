//! 边界: which divisions a point lies in, on a day. The areas stand in a tree of boxes, so that a point is held
//! against a few polygons only.
use super::geometry::{Point, Polygon};
use super::{BuildError, Divisions};
use crate::domain::codes::DivisionId;
use crate::domain::snapshot::BoundaryRow;
use crate::domain::validity::{Day, Validity};
use crate::domain::words::DivisionLevel;
use rstar::{AABB, RTree, RTreeObject};

#[derive(Clone, Debug)]
struct Area {
    division: DivisionId,
    level: DivisionLevel,
    validity: Validity,
    polygon: Polygon,
}

impl RTreeObject for Area {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        let (low, high) = self.polygon.bounds();
        AABB::from_corners([low.0, low.1], [high.0, high.1])
    }
}

/// All areas.
#[derive(Clone, Debug)]
pub struct Boundaries {
    areas: RTree<Area>,
}

impl Boundaries {
    /// Indexes the rows.
    ///
    /// # Errors
    /// When a division is unknown.
    pub fn new(rows: Vec<BoundaryRow>, divisions: &Divisions) -> Result<Self, BuildError> {
        let area = |row: BoundaryRow| {
            let division = divisions
                .find(&row.division)
                .ok_or_else(|| BuildError::unknown("boundaries", &row.division, "division", &row.division))?;
            Ok(Area {
                division,
                level: divisions.level(division),
                validity: row.dates.into(),
                polygon: Polygon::new(row.polygons),
            })
        };
        let areas = rows
            .into_iter()
            .map(area)
            .collect::<Result<Vec<_>, BuildError>>()?;
        Ok(Self {
            areas: RTree::bulk_load(areas),
        })
    }

    /// The divisions whose area holds the point on that day, finest level first.
    #[must_use]
    pub fn at(&self, point: Point, day: Day) -> Vec<DivisionId> {
        let here = AABB::from_point([point.0, point.1]);
        let mut found: Vec<(DivisionLevel, DivisionId)> = self
            .areas
            .locate_in_envelope_intersecting(here)
            .filter(|area| area.validity.holds(day) && area.polygon.contains(point))
            .map(|area| (area.level, area.division))
            .collect();
        found.sort_unstable_by_key(|(level, id)| (std::cmp::Reverse(*level), *id));
        found.into_iter().map(|(_, id)| id).collect()
    }
}
