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

/// Positions of two edges of a closed ring that cross, if there are any. Edges are sorted by longitude, so that
/// only those that overlap there are compared.
#[must_use]
pub fn crosses_itself(ring: &[Point]) -> Option<(usize, usize)> {
    let mut edges: Vec<(usize, Point, Point)> = ring
        .windows(2)
        .enumerate()
        .map(|(n, edge)| (n, edge[0], edge[1]))
        .collect();
    let count = edges.len();
    edges.sort_by(|a, b| a.1.0.min(a.2.0).total_cmp(&b.1.0.min(b.2.0)));
    for (at, (n, a, b)) in edges.iter().enumerate() {
        let end = a.0.max(b.0);
        for (m, c, d) in edges[at + 1..].iter().take_while(|(_, c, d)| c.0.min(d.0) <= end) {
            let neighbours = n.abs_diff(*m) == 1 || n.abs_diff(*m) == count - 1;
            if !neighbours && cross(*a, *b, *c, *d) {
                return Some((*n.min(m), *n.max(m)));
            }
        }
    }
    None
}

/// True when the inner parts of two segments meet in one point.
fn cross(a: Point, b: Point, c: Point, d: Point) -> bool {
    let side = |p: Point, q: Point, r: Point| (q.0 - p.0) * (r.1 - p.1) - (q.1 - p.1) * (r.0 - p.0);
    let apart = |s: f64, t: f64| (s > 0.0 && t < 0.0) || (s < 0.0 && t > 0.0);
    apart(side(a, b, c), side(a, b, d)) && apart(side(c, d, a), side(c, d, b))
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

    #[test]
    fn a_bow_tie_crosses_itself_and_a_square_does_not() {
        let tie = vec![(0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0), (0.0, 0.0)];
        assert_eq!(crosses_itself(&tie), Some((0, 2)));
        assert_eq!(crosses_itself(&square(0.0, 1.0)), None);
    }
}
