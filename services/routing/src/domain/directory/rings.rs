//! Is a polygon one that has an inside? Rings may not meet themselves, and holes lie in their outer ring.
use super::geometry::{Point, Polygon};

/// One edge of one ring.
#[derive(Clone, Copy)]
struct Edge {
    ring: usize,
    /// Position in its ring.
    at: usize,
    from: Point,
    to: Point,
}

impl Edge {
    const fn low(&self) -> f64 {
        self.from.0.min(self.to.0)
    }

    const fn high(&self) -> f64 {
        self.from.0.max(self.to.0)
    }
}

/// Positions of two edges of a closed ring that meet where they should not, if there are any: they cross or touch, or the
/// second goes back on the first. A point that is written twice in a row does no harm.
#[must_use]
pub fn meets_itself(ring: &[Point]) -> Option<(usize, usize)> {
    let edges = edges(0, ring);
    let count = edges.len();
    for (position, edge) in edges.iter().enumerate() {
        let next = &edges[(position + 1) % count];
        if goes_back(edge, next) {
            return Some(in_order(edge.at, next.at));
        }
    }
    let neighbours: Vec<(usize, usize)> = (0..count)
        .map(|position| in_order(edges[position].at, edges[(position + 1) % count].at))
        .collect();
    let are_neighbours = |a: &Edge, b: &Edge| neighbours.contains(&in_order(a.at, b.at));
    let meet = |a: &Edge, b: &Edge| touch(a, b) && !are_neighbours(a, b);
    first_pair(edges, meet).map(|(a, b)| in_order(a.at, b.at))
}

/// Positions of two different rings of a division that cross: a hole goes out of its part, or two parts overlap.
/// They may touch.
#[must_use]
pub fn rings_cross(rings: &[Vec<Point>]) -> Option<(usize, usize)> {
    let edges = rings
        .iter()
        .enumerate()
        .flat_map(|(number, ring)| edges(number, ring));
    let meet = |a: &Edge, b: &Edge| a.ring != b.ring && cross(a, b);
    first_pair(edges.collect(), meet).map(|(a, b)| in_order(a.ring, b.ring))
}

/// The position of a hole with a point outside of the outer ring, which is the first.
#[must_use]
pub fn hole_outside(rings: &[Vec<Point>]) -> Option<usize> {
    let (outer, holes) = rings.split_first()?;
    let around = Polygon::new(vec![vec![outer.clone()]]);
    let border = edges(0, outer);
    let is_on_border = |point: Point| {
        border
            .iter()
            .any(|edge| side(edge, point) == 0.0 && is_beside(edge, point))
    };
    let is_outside = |point: &Point| !around.contains(*point) && !is_on_border(*point);
    let outside = holes.iter().position(|hole| hole.iter().any(is_outside));
    outside.map(|hole| hole + 1)
}

fn edges(ring: usize, points: &[Point]) -> Vec<Edge> {
    let edge = |(at, ends): (usize, &[Point])| Edge {
        ring,
        at,
        from: ends[0],
        to: ends[1],
    };
    let edges = points.windows(2).enumerate().map(edge);
    edges.filter(|edge| edge.from != edge.to).collect()
}

const fn in_order(a: usize, b: usize) -> (usize, usize) {
    if a < b { (a, b) } else { (b, a) }
}

/// Edges are sorted by longitude, so that only those that overlap there are compared.
fn first_pair(mut edges: Vec<Edge>, meet: impl Fn(&Edge, &Edge) -> bool) -> Option<(Edge, Edge)> {
    edges.sort_by(|a, b| a.low().total_cmp(&b.low()));
    edges.iter().enumerate().find_map(|(position, edge)| {
        let beside = edges[position + 1..]
            .iter()
            .take_while(|other| other.low() <= edge.high());
        let mut beside = beside.filter(|other| meet(edge, other));
        beside.next().map(|other| (*edge, *other))
    })
}

/// Left of the edge, right of it, or 0 on its line.
const fn side(edge: &Edge, point: Point) -> f64 {
    let (from, to) = (edge.from, edge.to);
    (to.0 - from.0) * (point.1 - from.1) - (to.1 - from.1) * (point.0 - from.0)
}

/// For a point on the line of the edge: true when it lies between its ends, or on one.
const fn is_beside(edge: &Edge, (x, y): Point) -> bool {
    let (from, to) = (edge.from, edge.to);
    edge.low() <= x && x <= edge.high() && from.1.min(to.1) <= y && y <= from.1.max(to.1)
}

/// The second edge begins where the first ends, and lies on it.
const fn goes_back(edge: &Edge, next: &Edge) -> bool {
    let (along, on) = (
        (edge.from.0 - edge.to.0, edge.from.1 - edge.to.1),
        (next.to.0 - next.from.0, next.to.1 - next.from.1),
    );
    side(edge, next.to) == 0.0 && along.0 * on.0 + along.1 * on.1 > 0.0
}

/// The inner parts of two edges meet in one point.
fn cross(a: &Edge, b: &Edge) -> bool {
    let apart = |s: f64, t: f64| (s > 0.0 && t < 0.0) || (s < 0.0 && t > 0.0);
    apart(side(a, b.from), side(a, b.to)) && apart(side(b, a.from), side(b, a.to))
}

/// Two edges have a point in common.
fn touch(a: &Edge, b: &Edge) -> bool {
    let lies_on = |edge: &Edge, point: Point| side(edge, point) == 0.0 && is_beside(edge, point);
    cross(a, b) || lies_on(a, b.from) || lies_on(a, b.to) || lies_on(b, a.from) || lies_on(b, a.to)
}

#[cfg(test)]
mod tests;
