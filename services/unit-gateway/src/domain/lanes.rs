//! Documents for webhooks that this process has in hand, one lane per unit: who may be called now, and how many documents may
//! be claimed for whom.
//!
//! A unit that takes every call has up to `per_unit_max` of them at the same time and documents that wait behind them, more
//! while it drains a backlog, so that it never waits for a claim. A unit whose last call failed has one call and nothing
//! behind it. A call that lasts longer than `slow_after` no longer holds a place that others could use; until it ends its unit
//! gets nothing new, and what waits behind it goes back.
use super::delivery::Claimed;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, VecDeque};
use std::time::{Duration, Instant};

/// Bounds of what is in hand.
#[derive(Clone, Copy, Debug)]
pub struct LaneLimits {
    /// Calls to one unit at the same time.
    pub per_unit_max: usize,
    /// Calls at the same time that are not slow.
    pub in_flight_max: usize,
    /// Slow calls at the same time; beyond it no unit is called whose last call failed.
    pub slow_in_flight_max: usize,
    /// Documents of one unit that wait behind its calls.
    pub ahead_max: usize,
    /// Calls are slow that last longer.
    pub slow_after: Duration,
    /// What waits longer goes back, well before its lease ends and another sends it.
    pub waiting_max: Duration,
}

/// What may be claimed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Room {
    /// Documents of all units.
    pub documents: usize,
    /// Of them for units whose last call failed.
    pub trials: usize,
    /// Documents of one unit that is not among `free`.
    pub per_unit: usize,
    /// Documents of units of which something is (or lately much was) in hand.
    pub free: BTreeMap<String, usize>,
}

/// A call that has begun.
#[derive(Clone, Debug)]
pub struct Begun {
    /// Tells it apart.
    pub call: u64,
    /// What is sent.
    pub claimed: Claimed,
}

/// What waits behind the calls of all units together, in calls.
const AHEAD_OF_ALL: usize = 4;
/// Units whose last call failed may hold one of so many places.
const TRIALS_SHARE: usize = 2;

/// All lanes.
#[derive(Debug)]
pub struct Lanes {
    limits: LaneLimits,
    lanes: HashMap<String, Lane>,
    /// Units of which something waits behind their calls: whoever looks for the next call looks at no other lane.
    waiting: BTreeSet<String>,
    calls_begun: u64,
    back: Vec<Claimed>,
}

#[derive(Debug, Default)]
struct Lane {
    waiting: VecDeque<(Instant, Claimed)>,
    calls: Vec<(u64, Instant)>,
    /// The last call failed.
    trial: bool,
    /// Documents that may wait behind the calls.
    ahead: usize,
}

impl Lane {
    fn in_hand(&self) -> usize {
        self.calls.len() + self.waiting.len()
    }

    fn slow(&self, limits: LaneLimits, now: Instant) -> usize {
        let is_slow = |began: &Instant| now.saturating_duration_since(*began) >= limits.slow_after;
        self.calls.iter().filter(|(_, began)| is_slow(began)).count()
    }

    const fn calls_max(&self, limits: LaneLimits) -> usize {
        if self.trial { 1 } else { limits.per_unit_max }
    }

    fn may_begin(&self, limits: LaneLimits, now: Instant) -> bool {
        !self.waiting.is_empty() && self.calls.len() < self.calls_max(limits) && self.slow(limits, now) == 0
    }

    /// What waits too long: the oldest stand first.
    fn stale(&mut self, limits: LaneLimits, now: Instant) -> impl Iterator<Item = Claimed> {
        let is_stale = |since: &Instant| now.saturating_duration_since(*since) >= limits.waiting_max;
        let stale = self
            .waiting
            .iter()
            .take_while(|(since, _)| is_stale(since))
            .count();
        self.waiting.drain(..stale).map(|(_, claimed)| claimed)
    }

    fn free(&self, limits: LaneLimits, now: Instant) -> usize {
        if self.slow(limits, now) > 0 {
            return 0;
        }
        let ahead = if self.trial { 0 } else { self.ahead };
        (self.calls_max(limits) + ahead).saturating_sub(self.in_hand())
    }
}

/// Calls that are on their way.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    quick: usize,
    quick_trials: usize,
    slow: usize,
    waiting: usize,
}

impl Lanes {
    /// Nothing in hand.
    #[must_use]
    pub fn new(limits: LaneLimits) -> Self {
        Self {
            limits,
            lanes: HashMap::new(),
            waiting: BTreeSet::new(),
            calls_begun: 0,
            back: Vec::new(),
        }
    }

    fn count(&self, now: Instant) -> Count {
        let mut count = Count::default();
        for lane in self.lanes.values() {
            let slow = lane.slow(self.limits, now);
            let quick = lane.calls.len() - slow;
            count.slow += slow;
            count.quick += quick;
            count.quick_trials += if lane.trial { quick } else { 0 };
            count.waiting += lane.waiting.len();
        }
        count
    }

    /// What may be claimed now.
    #[must_use]
    pub fn room(&self, now: Instant) -> Room {
        let (limits, count) = (self.limits, self.count(now));
        let places = limits.in_flight_max.saturating_sub(count.quick);
        let behind = (AHEAD_OF_ALL * limits.in_flight_max).saturating_sub(count.waiting);
        let trials = limits
            .in_flight_max
            .div_ceil(TRIALS_SHARE)
            .saturating_sub(count.quick_trials);
        Room {
            documents: places + behind,
            trials: trials
                .min(places)
                .min(limits.slow_in_flight_max.saturating_sub(count.slow)),
            per_unit: limits.per_unit_max,
            free: self
                .lanes
                .iter()
                .map(|(unit, lane)| (unit.clone(), lane.free(limits, now)))
                .collect(),
        }
    }

    /// Takes documents that were claimed within `room`. A unit that had as many as it might have may have more of them
    /// next time, one that had few may have fewer.
    pub fn take(&mut self, room: &Room, claimed: Vec<Claimed>, now: Instant) {
        let mut got: BTreeMap<String, usize> = BTreeMap::new();
        for claimed in claimed {
            *got.entry(claimed.unit.0.clone()).or_default() += 1;
            let lane = self.lanes.entry(claimed.unit.0.clone()).or_default();
            lane.trial = claimed.trial;
            lane.waiting.push_back((now, claimed));
        }
        self.waiting.extend(got.keys().cloned());
        for (unit, lane) in &mut self.lanes {
            let asked = room.free.get(unit).copied().unwrap_or(room.per_unit);
            let got = got.get(unit).copied().unwrap_or_default();
            if lane.trial {
                lane.ahead = 0;
            } else if asked > 0 && got >= asked {
                lane.ahead = (lane.ahead * 2).clamp(self.limits.per_unit_max, self.limits.ahead_max);
            } else if got < asked / 2 {
                lane.ahead /= 2;
            }
        }
    }

    /// The calls that may begin now: place by place to the unit that has the fewest.
    pub fn begin(&mut self, now: Instant) -> Vec<Begun> {
        let limits = self.limits;
        let places = limits.in_flight_max.saturating_sub(self.count(now).quick);
        let able = self
            .behind_calls()
            .filter(|(_, lane)| lane.may_begin(limits, now));
        let mut next: BinaryHeap<_> = able
            .map(|(unit, lane)| Reverse((lane.calls.len(), unit.clone())))
            .collect();
        let mut begun = Vec::new();
        while begun.len() < places
            && let Some(Reverse((_, unit))) = next.pop()
        {
            begun.extend(self.next_of(&unit, now));
            if let Some(lane) = self.lanes.get(&unit).filter(|lane| lane.may_begin(limits, now)) {
                next.push(Reverse((lane.calls.len(), unit)));
            }
        }
        begun
    }

    /// Lanes in which something waits.
    fn behind_calls(&self) -> impl Iterator<Item = (&String, &Lane)> {
        let lane = |unit| Some((unit, self.lanes.get(unit)?));
        self.waiting.iter().filter_map(lane)
    }

    fn next_of(&mut self, unit: &str, now: Instant) -> Option<Begun> {
        let lane = self.lanes.get_mut(unit)?;
        self.back.extend(lane.stale(self.limits, now));
        let next = lane.waiting.pop_front();
        if lane.waiting.is_empty() {
            self.waiting.remove(unit);
        }
        let (_, claimed) = next?;
        self.calls_begun += 1;
        lane.calls.push((self.calls_begun, now));
        Some(Begun {
            call: self.calls_begun,
            claimed,
        })
    }

    /// A call has ended; answers the one that follows in its place. After a failure or a slow answer nothing follows, and
    /// what waits goes back; nor where another unit waits that has fewer calls: then the place is given anew.
    pub fn end(&mut self, unit: &str, call: u64, delivered: bool, now: Instant) -> Option<Begun> {
        let limits = self.limits;
        let lane = self.lanes.get_mut(unit)?;
        let place = lane.calls.iter().position(|(number, _)| *number == call)?;
        let (_, began) = lane.calls.swap_remove(place);
        lane.trial = !delivered;
        if !delivered || now.saturating_duration_since(began) >= limits.slow_after {
            lane.ahead = 0;
            self.back
                .extend(lane.waiting.drain(..).map(|(_, claimed)| claimed));
            self.waiting.remove(unit);
        }
        let calls = lane.calls.len();
        let is_poorer = |other: &Lane| other.calls.len() < calls && other.may_begin(limits, now);
        if !self.lanes.get(unit)?.may_begin(limits, now)
            || self.behind_calls().any(|(_, other)| is_poorer(other))
        {
            return None;
        }
        self.next_of(unit, now)
    }

    /// Documents that are not sent for now: their leases can end.
    pub fn back(&mut self, now: Instant) -> Vec<Claimed> {
        let (lanes, back, limits) = (&mut self.lanes, &mut self.back, self.limits);
        self.waiting.retain(|unit| {
            let lane = lanes.get_mut(unit);
            lane.is_some_and(|lane| {
                back.extend(lane.stale(limits, now));
                !lane.waiting.is_empty()
            })
        });
        std::mem::take(&mut self.back)
    }

    /// Forgets units of which nothing is in hand. What is known of their last calls must be on its way to the database.
    pub fn tidy(&mut self) {
        self.lanes.retain(|_, lane| lane.in_hand() + lane.ahead > 0);
    }

    /// Documents in hand, with those that go back.
    #[must_use]
    pub fn in_hand(&self) -> usize {
        self.back.len() + self.lanes.values().map(Lane::in_hand).sum::<usize>()
    }

    /// True when nothing can end soon: whatever is in hand is slow.
    #[must_use]
    pub fn only_slow(&self, now: Instant) -> bool {
        let count = self.count(now);
        count.quick + count.waiting + self.back.len() == 0
    }
}

#[cfg(test)]
#[path = "lanes_tests.rs"]
mod tests;
