//! Rings that a hand or a program drew badly.
use super::{hole_outside, meets_itself, rings_cross};
use crate::domain::directory::geometry::Point;
use proptest::prelude::*;

fn square(low: f64, high: f64) -> Vec<Point> {
    vec![(low, low), (high, low), (high, high), (low, high), (low, low)]
}

#[test]
fn rings_that_meet_themselves_are_told_from_those_that_do_not() {
    for (what, ring, meets) in [
        ("a square", square(0.0, 1.0), None),
        (
            "a bow tie",
            vec![(0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0), (0.0, 0.0)],
            Some((0, 2)),
        ),
        (
            "a bow tie with its knot in a point of both edges",
            vec![
                (0.0, 0.0),
                (1.0, 1.0),
                (2.0, 2.0),
                (2.0, 0.0),
                (1.0, 1.0),
                (0.0, 2.0),
                (0.0, 0.0),
            ],
            Some((0, 4)),
        ),
        (
            "a corner on another edge",
            vec![
                (0.0, 0.0),
                (4.0, 0.0),
                (4.0, 4.0),
                (2.0, 0.0),
                (0.0, 4.0),
                (0.0, 0.0),
            ],
            Some((0, 3)),
        ),
        (
            "a spike",
            vec![
                (0.0, 0.0),
                (4.0, 0.0),
                (4.0, 4.0),
                (4.0, 9.0),
                (4.0, 4.0),
                (0.0, 4.0),
                (0.0, 0.0),
            ],
            Some((2, 3)),
        ),
        (
            "a line there and back",
            vec![(0.0, 0.0), (2.0, 0.0), (4.0, 0.0), (0.0, 0.0)],
            Some((1, 2)),
        ),
        (
            "a spike where the ring closes",
            vec![(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (2.0, 0.0), (0.0, 0.0)],
            Some((0, 3)),
        ),
        (
            "a point on a straight edge, written twice",
            vec![
                (0.0, 0.0),
                (2.0, 0.0),
                (2.0, 0.0),
                (4.0, 0.0),
                (4.0, 4.0),
                (0.0, 0.0),
            ],
            None,
        ),
    ] {
        assert_eq!(meets_itself(&ring), meets, "{what}");
    }
}

#[test]
fn holes_lie_in_their_part_and_parts_beside_each_other() {
    let outer = || square(0.0, 10.0);
    let moved = |ring: Vec<Point>, by: f64| ring.into_iter().map(|(x, y)| (x + by, y)).collect::<Vec<_>>();
    for (what, rings, crossing, outside) in [
        ("a hole", vec![outer(), square(3.0, 7.0)], None, None),
        ("a hole that touches", vec![outer(), square(0.0, 4.0)], None, None),
        (
            "a hole that goes out",
            vec![outer(), moved(square(3.0, 7.0), 5.0)],
            Some((0, 1)),
            Some(1),
        ),
        (
            "the second hole outside",
            vec![outer(), square(3.0, 7.0), square(20.0, 30.0)],
            None,
            Some(2),
        ),
    ] {
        assert_eq!(
            (rings_cross(&rings), hole_outside(&rings)),
            (crossing, outside),
            "{what}"
        );
    }
}

proptest! {
    /// Corners around a middle, by their angle: such a ring never meets itself, but with a stroke through the middle.
    #[test]
    fn a_star_is_a_polygon_and_one_with_a_stroke_is_not(lengths in prop::collection::vec(1.0_f64..2.0, 8..40)) {
        let count = lengths.len() as f64;
        let corner = |(at, length): (usize, &f64)| {
            let angle = std::f64::consts::TAU * at as f64 / count;
            (length * angle.cos(), length * angle.sin())
        };
        let mut ring: Vec<Point> = lengths.iter().enumerate().map(corner).collect();
        ring.push(ring[0]);
        prop_assert_eq!(meets_itself(&ring), None);
        prop_assert_eq!(rings_cross(std::slice::from_ref(&ring)), None);
        let across = ring[lengths.len() / 2];
        ring.insert(1, (across.0 * 3.0, across.1 * 3.0));
        prop_assert!(meets_itself(&ring).is_some());
    }
}
