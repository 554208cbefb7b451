//! Lanes: what a slow, a dead and a busy unit may have, and what they leave to the others.
use super::*;
use crate::domain::delivery::Notice;
use contracts::ids::{OrderId, UnitCode};
use uuid::Uuid;

const LIMITS: LaneLimits = LaneLimits {
    per_unit_max: 4,
    in_flight_max: 16,
    slow_in_flight_max: 12,
    ahead_max: 64,
    slow_after: Duration::from_millis(500),
    waiting_max: Duration::from_secs(20),
};

fn document(unit: &str, trial: bool) -> Claimed {
    Claimed {
        delivery_id: Uuid::now_v7(),
        order_id: OrderId(Uuid::now_v7()),
        unit: UnitCode::from(unit),
        notice: Notice::Assigned,
        document: String::new(),
        traceparent: None,
        attempt: 1,
        sent_again: 0,
        target: None,
        trial,
    }
}

/// Who waits is known without a look at every lane.
fn knows_who_waits(lanes: &Lanes) {
    let waits = lanes.lanes.iter().filter(|(_, lane)| !lane.waiting.is_empty());
    let waits: BTreeSet<String> = waits.map(|(unit, _)| unit.clone()).collect();
    assert_eq!(lanes.waiting, waits);
}

/// Takes as many of a unit as there is room for, at most `due`; answers how many.
fn claim(lanes: &mut Lanes, unit: &str, due: usize, trial: bool, now: Instant) -> usize {
    let room = lanes.room(now);
    let of_unit = room
        .free
        .get(unit)
        .copied()
        .unwrap_or(if trial { 1 } else { room.per_unit });
    let all = if trial { room.trials } else { room.documents };
    let count = due.min(of_unit).min(all);
    lanes.take(&room, (0..count).map(|_| document(unit, trial)).collect(), now);
    knows_who_waits(lanes);
    count
}

#[test]
fn a_backlog_may_wait_behind_the_calls_more_and_more() {
    let (mut lanes, now) = (Lanes::new(LIMITS), Instant::now());
    let mut calls = Vec::new();
    let claims: Vec<usize> = (0..7)
        .map(|_| {
            let claimed = claim(&mut lanes, "A", 1_000, false, now);
            calls.extend(lanes.begin(now));
            // Everything is delivered before the next claim.
            while let Some(begun) = calls.pop() {
                calls.extend(lanes.end("A", begun.call, true, now));
                knows_who_waits(&lanes);
            }
            claimed
        })
        .collect();
    assert_eq!(claims, [4, 8, 12, 20, 36, 68, 68]);
    // A little at a time needs nothing ahead.
    for _ in 0..8 {
        assert_eq!(claim(&mut lanes, "A", 1, false, now), 1);
        let begun = lanes.begin(now);
        assert!(lanes.end("A", begun[0].call, true, now).is_none());
    }
    lanes.tidy();
    assert_eq!(lanes.room(now).free, BTreeMap::new());
}

#[test]
fn a_unit_never_has_more_calls_than_its_share() {
    let (mut lanes, now) = (Lanes::new(LIMITS), Instant::now());
    claim(&mut lanes, "A", 100, false, now);
    assert_eq!(lanes.begin(now).len(), 4);
    claim(&mut lanes, "A", 100, false, now);
    assert!(lanes.begin(now).is_empty());
    assert_eq!(lanes.in_hand(), 8);
}

#[test]
fn after_a_failure_what_waits_goes_back_and_one_call_tries() {
    let (mut lanes, now) = (Lanes::new(LIMITS), Instant::now());
    claim(&mut lanes, "A", 100, false, now);
    let begun = lanes.begin(now);
    claim(&mut lanes, "A", 100, false, now);
    assert!(lanes.end("A", begun[0].call, false, now).is_none());
    knows_who_waits(&lanes);
    assert_eq!((lanes.back(now).len(), lanes.in_hand()), (4, 3));
    assert_eq!(lanes.room(now).free["A"], 0, "three calls are still on their way");
    for call in &begun[1..] {
        assert!(lanes.end("A", call.call, false, now).is_none());
    }
    assert_eq!(lanes.room(now).free["A"], 1);
    assert_eq!(claim(&mut lanes, "A", 100, true, now), 1);
    let trial = lanes.begin(now);
    lanes.end("A", trial[0].call, true, now);
    assert_eq!(lanes.room(now).free["A"], 4, "it is back");
}

#[test]
fn endpoints_that_hang_leave_the_places_to_the_others() {
    let (mut lanes, now) = (Lanes::new(LIMITS), Instant::now());
    for unit in ["A", "B", "C", "D"] {
        claim(&mut lanes, unit, 100, false, now);
    }
    assert_eq!(lanes.begin(now).len(), 16);
    claim(&mut lanes, "E", 1, false, now);
    assert!(lanes.begin(now).is_empty(), "every place is taken");
    assert!(!lanes.only_slow(now));
    let later = now + LIMITS.slow_after;
    let begun = lanes.begin(later);
    assert_eq!((begun.len(), begun[0].claimed.unit.as_str()), (1, "E"));
    assert_eq!(lanes.room(later).free["A"], 0, "nothing new for who hangs");
    assert_eq!(lanes.room(later).trials, 0, "more would hang than may");
    lanes.end("E", begun[0].call, true, later);
    assert!(lanes.only_slow(later));
}

#[test]
fn a_slow_answer_sends_back_what_waits_and_is_no_failure() {
    let (mut lanes, now) = (Lanes::new(LIMITS), Instant::now());
    claim(&mut lanes, "A", 100, false, now);
    let begun = lanes.begin(now);
    claim(&mut lanes, "A", 100, false, now);
    let later = now + LIMITS.slow_after;
    for call in &begun {
        assert!(lanes.end("A", call.call, true, later).is_none());
    }
    assert_eq!((lanes.back(later).len(), lanes.in_hand()), (4, 0));
    assert_eq!(lanes.room(later).free["A"], 4);
}

#[test]
fn units_whose_last_call_failed_have_half_of_the_places() {
    let (mut lanes, now) = (Lanes::new(LIMITS), Instant::now());
    for number in 0..30 {
        claim(&mut lanes, &format!("T{number}"), 10, true, now);
        lanes.begin(now);
    }
    assert_eq!((lanes.in_hand(), lanes.room(now).trials), (8, 0));
    assert_eq!(claim(&mut lanes, "A", 10, false, now), 4);
    assert_eq!(lanes.begin(now).len(), 4);
}

#[test]
fn busy_units_leave_places_to_one_that_has_none() {
    let (mut lanes, now) = (Lanes::new(LIMITS), Instant::now());
    for unit in ["A", "B", "C", "D"] {
        claim(&mut lanes, unit, 100, false, now);
    }
    let begun = lanes.begin(now);
    for unit in ["A", "B", "C", "D"] {
        claim(&mut lanes, unit, 100, false, now);
    }
    claim(&mut lanes, "E", 2, false, now);
    let first = &begun[0];
    assert!(
        lanes
            .end(first.claimed.unit.as_str(), first.call, true, now)
            .is_none()
    );
    let next = lanes.begin(now);
    assert_eq!((next.len(), next[0].claimed.unit.as_str()), (1, "E"));
    let second = begun[1..]
        .iter()
        .find(|call| call.claimed.unit == first.claimed.unit)
        .expect("another of it");
    assert!(
        lanes
            .end(second.claimed.unit.as_str(), second.call, true, now)
            .is_none()
    );
    let next = lanes.begin(now);
    assert_eq!(
        next[0].claimed.unit.as_str(),
        "E",
        "who has the fewest calls comes first"
    );
    let mut others = begun
        .iter()
        .filter(|call| call.claimed.unit != first.claimed.unit);
    let third = others.next().expect("of another");
    let unit = third.claimed.unit.as_str();
    assert!(lanes.end(unit, third.call, true, now).is_none());
    let next = lanes.begin(now);
    assert_eq!(next[0].claimed.unit, first.claimed.unit, "two calls of four");
    let fourth = others
        .find(|call| call.claimed.unit.as_str() == unit)
        .expect("another of it");
    let follows = lanes
        .end(unit, fourth.call, true, now)
        .expect("nobody is poorer now");
    assert_eq!(follows.claimed.unit.as_str(), unit);
}

#[test]
fn what_waits_too_long_goes_back_before_its_lease_ends() {
    let (mut lanes, now) = (Lanes::new(LIMITS), Instant::now());
    claim(&mut lanes, "A", 100, false, now);
    let begun = lanes.begin(now);
    claim(&mut lanes, "A", 3, false, now);
    let late = now + LIMITS.waiting_max;
    assert!(lanes.back(late - Duration::from_millis(1)).is_empty());
    knows_who_waits(&lanes);
    assert_eq!((lanes.back(late).len(), lanes.in_hand()), (3, begun.len()));
    knows_who_waits(&lanes);
}
