//! One line per rule: what is changed in a good draft, and the field that must be named.
use super::*;

fn draft() -> Draft {
    Draft {
        channel: Channel::Phone,
        kind: Kind::Help,
        urgency: Urgency::Ordinary,
        title: "路灯不亮".into(),
        text: "文渊街中段路灯不亮".into(),
        place: Place {
            division: Some("990102002".into()),
            ..Place::default()
        },
        matter: Some("M020101".into()),
        caller: Some(Caller {
            name: Some("闻人朔".into()),
            phone: Some("19900007037".into()),
            ..Caller::default()
        }),
        confidential: false,
        source_number: None,
        due_by: None,
        facts: [("地名".to_owned(), "文渊街".to_owned())].into(),
        demands: vec![],
        disposition: Disposition::Accepted,
        answer: None,
        reason: None,
        advice: None,
        joins: None,
    }
}

fn demand_of(text: &str) -> DraftDemand {
    DraftDemand {
        title: None,
        text: text.into(),
        matter: None,
        place: None,
    }
}

fn bad_field(change: impl FnOnce(&mut Draft)) -> String {
    let mut draft = draft();
    change(&mut draft);
    draft.checked().expect_err("a rule must break").field
}

#[test]
fn every_rule_names_its_field() {
    let many = |count: usize| {
        (0..count)
            .map(|n| (format!("f{n}"), "x".to_owned()))
            .collect::<BTreeMap<_, _>>()
    };
    assert_eq!(bad_field(|d| d.title = String::new()), "title");
    assert_eq!(bad_field(|d| d.title = "长".repeat(201)), "title");
    assert_eq!(bad_field(|d| d.text = "x\0y".into()), "text");
    assert_eq!(bad_field(|d| d.text = "长".repeat(4_001)), "text");
    assert_eq!(bad_field(|d| d.place = Place::default()), "place");
    assert_eq!(bad_field(|d| d.place.longitude = Some(12.0)), "place.latitude");
    assert_eq!(
        bad_field(|d| d.place.division = Some("99 01".into())),
        "place.division"
    );
    assert_eq!(
        bad_field(|d| d.place.address = Some("长".repeat(201))),
        "place.address"
    );
    assert_eq!(bad_field(|d| d.matter = Some("M'1".into())), "matter");
    assert_eq!(
        bad_field(|d| d.caller = Some(Caller {
            name: None,
            phone: Some("abc".into()),
            ..Caller::default()
        })),
        "caller.phone"
    );
    assert_eq!(
        bad_field(|d| d.source_number = Some("9".repeat(65))),
        "source_number"
    );
    assert_eq!(bad_field(|d| d.facts = many(21)), "facts");
    assert_eq!(
        bad_field(|d| d.facts = [("a".to_owned(), "长".repeat(201))].into()),
        "facts.a"
    );
    assert_eq!(bad_field(|d| d.demands = vec![demand_of("x"); 11]), "demands");
    assert_eq!(
        bad_field(|d| d.demands = vec![demand_of("x"), demand_of("")]),
        "demands[1].text"
    );
    assert_eq!(bad_field(|d| d.answer = Some("九点开门".into())), "answer");
    assert_eq!(bad_field(|d| d.disposition = Disposition::Answered), "answer");
    assert_eq!(bad_field(|d| d.disposition = Disposition::Declined), "reason");
    assert_eq!(
        bad_field(|d| (d.disposition, d.reason) = (Disposition::Declined, Some("BS04".into()))),
        "advice"
    );
    assert_eq!(
        bad_field(|d| (d.joins, d.demands) = (Some(OrderId(uuid::Uuid::nil())), vec![demand_of("x")])),
        "demands"
    );
    let answered =
        |d: &mut Draft| (d.disposition, d.answer) = (Disposition::Answered, Some("九点开门".into()));
    assert_eq!(
        bad_field(|d| {
            answered(d);
            d.joins = Some(OrderId(uuid::Uuid::nil()));
        }),
        "joins"
    );
    assert_eq!(
        bad_field(|d| {
            answered(d);
            d.demands = vec![demand_of("x")];
        }),
        "demands"
    );
}

/// The number of a gateway for short messages may be the sender's.
#[test]
fn a_source_number_that_is_a_phone_number_is_refused() {
    assert_eq!(
        bad_field(|d| d.source_number = Some("SMS 199-0000-7037".into())),
        "source_number"
    );
}

#[test]
fn a_good_draft_becomes_one_order_and_demands_one_each() {
    let plain = draft().checked().unwrap();
    assert_eq!(plain.treatment, Treatment::Orders(vec![Demand::default()]));
    let there = Place {
        address: Some("东风路".into()),
        ..Place::default()
    };
    let mut split = draft();
    split.place = Place::default();
    split.demands = vec![DraftDemand {
        place: Some(there.clone()),
        ..demand_of("占道")
    }];
    let Treatment::Orders(demands) = split.checked().unwrap().treatment else {
        panic!("orders")
    };
    assert_eq!(
        demands,
        [Demand {
            text: Some("占道".into()),
            place: Some(there),
            ..Demand::default()
        }]
    );
    split.demands.push(demand_of("噪声"));
    assert_eq!(
        split.checked().unwrap_err().field,
        "demands[1].place",
        "the second has no place of its own"
    );
}

#[test]
fn reports_are_confidential_and_nothing_needs_a_place_without_an_order() {
    let mut report = draft();
    report.kind = Kind::Report;
    assert!(report.checked().unwrap().confidential);
    let mut answered = draft();
    (answered.disposition, answered.answer, answered.place) =
        (Disposition::Answered, Some("九点开门".into()), Place::default());
    assert!(answered.checked().is_ok());
    let mut nobody = draft();
    nobody.caller = Some(Caller::default());
    assert_eq!(nobody.checked().unwrap().caller, None);
}
