//! Points in polygons: even-odd, with bounding boxes, holes and several parts.

/// (longitude, latitude) in WGS84 degrees.
pub type Point = (f64, f64);

/// One or several polygons with holes.
#[derive(Clone, Debug)]
pub struct Polygon {
    low: Point,
    high: Point,
    rings: Vec<Vec<Point>>,
}

impl Polygon {
    /// The rings of all parts; outer rings and holes are told apart by counting crossings.
    #[must_use]
    pub fn new(parts: Vec<Vec<Vec<Point>>>) -> Self {
        let rings: Vec<Vec<Point>> = parts.into_iter().flatten().collect();
        let mut low = (f64::INFINITY, f64::INFINITY);
        let mut high = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        for (x, y) in rings.iter().flatten() {
            low = (low.0.min(*x), low.1.min(*y));
            high = (high.0.max(*x), high.1.max(*y));
        }
        Self { low, high, rings }
    }

    /// South-west and north-east corner of the box around it; beyond everything when it has no points.
    #[must_use]
    pub const fn bounds(&self) -> (Point, Point) {
        (self.low, self.high)
    }

    /// True when the point lies inside: an odd number of edges lies east of it.
    #[must_use]
    pub fn contains(&self, (x, y): Point) -> bool {
        let in_box = self.low.0 <= x && x <= self.high.0 && self.low.1 <= y && y <= self.high.1;
        in_box
            && self
                .rings
                .iter()
                .fold(false, |inside, ring| inside ^ odd_crossings(ring, (x, y)))
    }
}

fn odd_crossings(ring: &[Point], (x, y): Point) -> bool {
    ring.windows(2).fold(false, |odd, edge| {
        let ((x1, y1), (x2, y2)) = (edge[0], edge[1]);
        let crosses = (y1 > y) != (y2 > y) && x < (x2 - x1) * (y - y1) / (y2 - y1) + x1;
        odd ^ crosses
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(low: f64, high: f64) -> Vec<Point> {
        vec![(low, low), (high, low), (high, high), (low, high), (low, low)]
    }

    #[test]
    fn holes_are_outside_and_islands_in_them_inside() {
        let island = vec![square(4.0, 6.0)];
        let shape = Polygon::new(vec![vec![square(0.0, 10.0), square(3.0, 7.0)], island]);
        for (point, inside) in [
            ((1.0, 1.0), true),
            ((3.5, 5.0), false),
            ((5.0, 5.0), true),
            ((11.0, 5.0), false),
            ((-1.0, 5.0), false),
        ] {
            assert_eq!(shape.contains(point), inside, "{point:?}");
        }
    }
}
