//! 边界: which divisions a point lies in, on a day.
use super::geometry::{Point, Polygon};
use super::{BuildError, Divisions};
use crate::domain::codes::DivisionId;
use crate::domain::snapshot::BoundaryRow;
use crate::domain::validity::{Day, Validity};

#[derive(Clone, Debug)]
struct Area {
    division: DivisionId,
    validity: Validity,
    polygon: Polygon,
}

/// All areas, finest level first.
#[derive(Clone, Debug)]
pub struct Boundaries {
    areas: Vec<Area>,
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
                validity: row.dates.into(),
                polygon: Polygon::new(row.polygons),
            })
        };
        let mut areas = rows
            .into_iter()
            .map(area)
            .collect::<Result<Vec<_>, BuildError>>()?;
        areas.sort_by_key(|area| std::cmp::Reverse(divisions.level(area.division)));
        Ok(Self { areas })
    }

    /// The divisions whose area holds the point on that day, finest level first.
    pub fn at(&self, point: Point, day: Day) -> impl Iterator<Item = DivisionId> {
        self.areas
            .iter()
            .filter(move |area| area.validity.holds(day) && area.polygon.contains(point))
            .map(|area| area.division)
    }
}
