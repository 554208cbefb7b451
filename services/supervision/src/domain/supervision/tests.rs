//! Lives of supervision orders: what is seen, what follows, what people may do.
use super::*;
use crate::domain::fixtures::{assigned, at, meta, order, policy, registered, replied, terms};
use crate::domain::policies::{Document, Ladder, read};
use crate::domain::{Calendars, Change, Clock, Order, Pause, Raised, calendars_for_tests, reconcile};
use contracts::ids::SupervisionId;
use contracts::words::{Outcome, RaisedTo, SupervisionLevel as Level};
use uuid::Uuid;
use worktime::Suspension;

/// A world of one order, moved by facts and by time.
struct World {
    ladder: Ladder,
    calendars: Calendars,
    policy: Policy,
    order: Order,
    clocks: Vec<Clock>,
    live: Option<SupervisionOrder>,
    ended: Vec<SupervisionOrder>,
    taken: Vec<String>,
    sequence: i64,
}

impl World {
    fn new() -> Self {
        let mut world = Self {
            ladder: read(Ladder::DEFAULT).unwrap(),
            calendars: calendars_for_tests(),
            policy: policy(),
            order: order(),
            clocks: Vec::new(),
            live: None,
            ended: Vec::new(),
            taken: Vec::new(),
            sequence: 0,
        };
        world.hear(&registered("03-02T09:00"), "03-02T09:00");
        world.hear(&assigned(1, "03-02T09:00", terms()), "03-02T09:00");
        world
    }

    fn at(&mut self, now: &str, in_time: bool, before: &Order) {
        let mut order = self.order.clone();
        let done = reconcile(&mut order, &self.clocks, &self.calendars, &self.policy, at(now));
        self.clocks = done.clocks;
        let means = Means {
            ladder: &self.ladder,
            calendars: &self.calendars,
            policy: &self.policy,
            now: at(now),
        };
        let look = look(&order, &self.clocks, &means).unwrap();
        let fresh =
            |sight: &&Sight<'_>| !self.taken.contains(&sight.saw) && (in_time || sight.due_at.is_none());
        let sights: Vec<_> = look.seen.iter().filter(fresh).cloned().collect();
        let mut number = self.ended.len();
        let mut name = || {
            number += 1;
            Identity {
                id: SupervisionId(Uuid::from_u128(number as u128)),
                number: format!("DB-{number}"),
                batch_id: None,
            }
        };
        let done = climb(
            self.live.take(),
            (&order, Some(before)),
            (&sights, in_time),
            &mut name,
            &means,
        );
        self.taken.extend(sights.iter().map(|sight| sight.saw.clone()));
        (self.live, self.order) = (done.live, order);
        self.ended.extend(done.ended);
        assert_eq!(done.waits, None);
    }

    fn hear(&mut self, change: &Change, when: &str) {
        let before = self.order.clone();
        self.sequence += 1;
        self.order.hear(change, &meta(self.sequence, when));
        self.at(when, false, &before);
    }

    fn time(&mut self, now: &str) {
        let before = self.order.clone();
        self.at(now, true, &before);
    }

    /// `state level` of the one that goes on.
    fn stands(&self) -> String {
        self.live.as_ref().map_or_else(
            || "none".to_owned(),
            |live| format!("{} {}", live.state.word(), live.level),
        )
    }

    fn by_person(
        &mut self,
        now: &str,
        act: impl FnOnce(&mut SupervisionOrder, &Order, &Means<'_>) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        let means = Means {
            ladder: &self.ladder,
            calendars: &self.calendars,
            policy: &self.policy,
            now: at(now),
        };
        act(self.live.as_mut().unwrap(), &self.order, &means)
    }
}

fn steps(order: &SupervisionOrder) -> Vec<String> {
    let steps = order.fresh.iter();
    steps
        .map(|step| format!("{} {} by {}", step.document, step.kind.word(), step.author))
        .collect()
}

fn evidence(code: &str) -> Vec<Evidence> {
    vec![Evidence {
        code: code.to_owned(),
        reference: "2026-1".to_owned(),
    }]
}

#[test]
fn silence_climbs_the_ladder_and_stops_before_a_person() {
    let mut world = World::new();
    // Signing is due at 11:00 on Monday; two working hours later it is 14:30.
    world.time("03-02T14:29");
    assert_eq!(world.stands(), "none");
    world.time("03-02T14:30");
    assert_eq!(world.stands(), "open urge");
    let until = world.live.as_ref().unwrap().answer_until();
    assert_eq!(until, Some(at("03-03T17:00")), "one working day");
    world.time("03-03T16:59");
    assert_eq!(world.stands(), "open urge");
    for (when, stands) in [
        ("03-03T17:00", "open written"),
        ("03-06T17:00", "open on_site"),
        ("03-13T17:00", "open raised"),
        ("03-20T17:00", "overdue raised"),
        ("04-20T17:00", "overdue raised"),
    ] {
        world.time(when);
        assert_eq!(world.stands(), stands, "{when}");
    }
    let live = world.live.as_ref().unwrap();
    assert_eq!(
        live.waiting(),
        Some(Level::PublicNotice),
        "a person opens that one"
    );
    let why = Why::by_hand("agent:a", "通报");
    world
        .by_person("04-21T09:00", |live, order, means| {
            live.open_proposed(order, &why, means)
        })
        .unwrap();
    assert_eq!(world.stands(), "open public_notice");
    let numbers: Vec<i32> = world
        .live
        .as_ref()
        .unwrap()
        .fresh
        .iter()
        .map(|step| step.number)
        .collect();
    assert_eq!(
        numbers,
        (1..=i32::try_from(numbers.len()).unwrap()).collect::<Vec<_>>()
    );
}

#[test]
fn the_units_own_act_answers_an_urge_and_each_lateness_counts_once() {
    let mut world = World::new();
    world.time("03-02T14:30");
    world.hear(&Change::Signed(1, at("03-02T15:00")), "03-02T15:00");
    assert_eq!(world.stands(), "none");
    let ended = &world.ended[0];
    assert_eq!(ended.outcome.as_deref(), Some("carried_out"));
    assert_eq!(
        steps(ended),
        [
            "DB-1 opened by ladder",
            "DB-1-2 answered by unit:U-1",
            "DB-1-3 discharged by ladder"
        ]
    );
    world.time("03-02T16:00");
    assert_eq!(world.stands(), "none", "seen once");
    // Finishing is due five working days after signing was due, responding 24 hours after; silence is five working days.
    world.time("03-03T11:00");
    assert_eq!(world.stands(), "open urge", "respond_late");
}

#[test]
fn suspended_time_does_not_count() {
    let mut world = World::new();
    let time = Suspension {
        from: at("03-02T10:00"),
        to: at("03-02T16:00"),
    };
    world.order.grants.pauses.push(Pause {
        generation: 1,
        time,
        open: false,
    });
    // An hour of signing before, one after: due at 17:00; two working hours later it is 10:30.
    world.time("03-03T10:29");
    assert_eq!(world.stands(), "none");
    world.time("03-03T10:30");
    assert_eq!(world.stands(), "open urge");
}

#[test]
fn facts_pull_at_once_and_the_highest_rung_wins() {
    let mut world = World::new();
    world.hear(&Change::Contradicted(Uuid::from_u128(1)), "03-02T10:00");
    assert_eq!(world.stands(), "open written");
    let raised = Raised {
        generation: 1,
        rework: 0,
        to: RaisedTo::Leaders,
    };
    world.hear(&Change::Raised(raised), "03-02T10:30");
    assert_eq!(world.stands(), "open raised");
    assert!(world.live.as_ref().unwrap().leaders);
    world.hear(&Change::Contradicted(Uuid::from_u128(2)), "03-02T11:00");
    assert_eq!(world.stands(), "open raised", "levels never go down");
    let kinds: Vec<_> = world
        .live
        .as_ref()
        .unwrap()
        .fresh
        .iter()
        .map(|step| step.kind.word())
        .collect();
    assert_eq!(kinds, ["opened", "escalated", "noticed"]);
    let closed = Change::Closed(Outcome::Solved, at("03-02T12:00"));
    world.hear(&closed, "03-02T12:00");
    assert_eq!(world.stands(), "none");
    assert_eq!(world.ended[0].outcome.as_deref(), Some("order_closed"));
    world.hear(&Change::Contradicted(Uuid::from_u128(3)), "03-02T13:00");
    assert_eq!(world.stands(), "none", "what is closed is not supervised");
}

#[test]
fn another_unit_ends_it_and_a_second_return_urges_the_new_unit() {
    let mut world = World::new();
    world.time("03-02T14:30");
    world.hear(&Change::ReturnUpheld(1), "03-02T15:00");
    assert_eq!(world.stands(), "open urge", "nobody else has it yet");
    world.hear(&assigned(2, "03-02T15:01", terms()), "03-02T15:01");
    assert_eq!(world.stands(), "none");
    assert_eq!(world.ended[0].outcome.as_deref(), Some("reassigned"));
    world.hear(&Change::ReturnUpheld(2), "03-02T16:00");
    assert_eq!(world.stands(), "none", "nobody is there to be urged");
    world.hear(&assigned(3, "03-02T16:01", terms()), "03-02T16:01");
    assert_eq!(world.stands(), "open urge");
    let live = world.live.as_ref().unwrap();
    assert_eq!(
        (live.trigger.as_str(), live.unit.as_ref().unwrap().0.as_str()),
        ("returned", "U-3")
    );
    world.hear(&Change::ReturnUpheld(3), "03-02T16:30");
    world.hear(&Change::Disputed("loop".to_owned()), "03-02T16:30");
    assert_eq!(world.stands(), "open on_site");
    assert_eq!(world.live.as_ref().unwrap().unit, None, "nobody owns it");
}

#[test]
fn evidence_is_what_the_rung_asks_and_another_person_reviews_it() {
    let mut world = World::new();
    world.hear(&Change::Contradicted(Uuid::from_u128(1)), "03-02T10:00");
    world.hear(&replied(1, 0, "03-02T10:10"), "03-02T10:10");
    assert_eq!(world.stands(), "open written", "a reply is no report");
    let refused = world.by_person("03-02T11:00", |live, _, means| {
        live.answer("agent:a", "报告", evidence("minutes"), means)
    });
    assert_eq!(refused, Err(Refused::NotAsked("minutes".to_owned())));
    let refused = world.by_person("03-02T11:00", |live, _, means| {
        live.answer("agent:a", "报告", Vec::new(), means)
    });
    assert_eq!(refused, Err(Refused::Missing("written_report".to_owned())));
    world
        .by_person("03-02T11:00", |live, _, means| {
            live.answer("agent:a", "报告", evidence("written_report"), means)
        })
        .unwrap();
    let own = world.by_person("03-02T11:30", |live, _, means| {
        live.accept("agent:a", "可", means)
    });
    assert_eq!(own, Err(Refused::OwnAnswer));
    world
        .by_person("03-04T11:30", |live, order, means| {
            live.reject(order, "agent:b", "不实", means)
        })
        .unwrap();
    let until = world.live.as_ref().unwrap().answer_until();
    assert_eq!(until, Some(at("03-09T17:00")), "three working days anew");
    let early = world.by_person("03-04T12:00", |live, _, means| {
        live.discharge("carried_out", "agent:b", "完", means)
    });
    assert_eq!(early, Err(Refused::NotAccepted));
    world
        .by_person("03-04T12:00", |live, _, means| {
            live.answer("agent:a", "报告", evidence("written_report"), means)
        })
        .unwrap();
    world
        .by_person("03-04T12:10", |live, _, means| {
            live.accept("agent:b", "可", means)
        })
        .unwrap();
    let lower = world.by_person("03-04T12:20", |live, order, means| {
        live.escalate(order, Level::Urge, &Why::by_hand("agent:b", "催"), means)
    });
    assert_eq!(lower, Err(Refused::NotHigher));
    world
        .by_person("03-04T12:30", |live, _, means| {
            live.discharge("carried_out", "agent:b", "已落实", means)
        })
        .unwrap();
    assert_eq!(world.stands(), "discharged written");
    let late = world.by_person("03-04T12:40", |live, _, means| {
        live.accept("agent:b", "可", means)
    });
    assert_eq!(late, Err(Refused::State(State::Discharged, Act::Accept)));
}

#[test]
fn heights_are_read_back() {
    for level in Level::ALL {
        assert_eq!(from_height(height(*level)), Some(*level));
    }
    assert_eq!((from_height(0), from_height(8)), (None, None));
}
