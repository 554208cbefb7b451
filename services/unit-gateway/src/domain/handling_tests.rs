//! The specification as one table: what each action and each fact does in each state.
use super::*;
use crate::domain::action::{How, ReturnReason};
use contracts::terms::{Limit, LimitUnit, ReturnRightV1, StartRule, TermsV1};
use contracts::words::ClockName;
use proptest::prelude::*;

const LEAD: &str = "U-LEAD";
const HELPER: &str = "U-HELP";
const FORMER: &str = "U-OLD";

fn time(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_760_000_000 + minute * 60, 0).unwrap()
}

fn unit(code: &str) -> UnitRef {
    UnitRef {
        code: code.into(),
        name: code.to_owned(),
    }
}

fn assignment() -> Assignment {
    let limit = Limit {
        amount: 2,
        unit: LimitUnit::Hours,
        start: StartRule::Dispatch,
    };
    let terms = TermsV1 {
        rule: "L-1".into(),
        calendar: "office".into(),
        city_calendar: "city".into(),
        sign: limit,
        respond: limit,
        finish: limit,
        total: limit,
        return_window: Some(limit),
        extension: None,
        urgency: None,
    };
    Assignment {
        lead: unit(LEAD),
        co_handlers: vec![unit(HELPER)],
        matter: None,
        terms,
        assigned_at: time(0),
        return_until: Some(time(120)),
        return_right: None,
        why: Vec::new(),
    }
}

fn refused(why: &str) -> Option<ReturnRightV1> {
    Some(ReturnRightV1 {
        times_max: 0,
        refused: Some(why.to_owned()),
    })
}

fn fresh() -> Handling {
    Handling::begin(OrderId(Uuid::from_u128(1)), 2, assignment(), Uuid::from_u128(2))
}

/// Of whatever request is made.
const FRESH: Uuid = Uuid::from_u128(3);

fn return_id() -> ReturnId {
    ReturnId(FRESH)
}

fn extension() -> Request {
    Request::Extension(ExtensionId(FRESH))
}

fn suspension() -> Request {
    Request::Suspension(SuspensionId(FRESH))
}

fn actions() -> Vec<Action> {
    vec![
        Action::Sign,
        Action::Respond {
            how: How::Called,
            contacted_at: None,
            note: None,
        },
        Action::Progress {
            note: "on the way".into(),
        },
        Action::RequestReturn {
            reason: ReturnReason::WrongPlace,
            basis: "§ 3".into(),
            suggested_unit: None,
        },
        Action::Reply {
            solved: true,
            unsolved_reason: None,
            text: "done".into(),
            internal_text: None,
            claimed_result: None,
            contacted: true,
            attachments: vec![],
        },
        Action::RequestCoHandlers {
            co_handlers: vec!["U-NEW".into()],
            reason: "to measure".into(),
        },
        Action::RequestExtension {
            clock: ClockName::Finish,
            amount: 5,
            amount_unit: LimitUnit::WorkingDays,
            reason: "parts are ordered".into(),
            basis: "§ 20".into(),
        },
        Action::CoReply {
            done: true,
            text: "our pipe is tight".into(),
            attachments: vec![],
        },
        Action::RequestSuspension {
            reason_code: "weather".into(),
            reason: "storm".into(),
            until: time(60),
            basis: "§ 22".into(),
            attachments: vec![],
        },
    ]
}

/// Every state, reached by actions only, with a name.
fn states() -> Vec<(&'static str, Handling)> {
    let play = |script: &[usize]| {
        let mut handling = fresh();
        for (minute, step) in script.iter().enumerate() {
            handling
                .act(&actions()[*step], FRESH, time(i64::try_from(minute).unwrap() + 1))
                .unwrap();
        }
        handling
    };
    let with = |mut handling: Handling, change: fn(&mut Handling)| {
        change(&mut handling);
        handling
    };
    vec![
        ("assigned", play(&[])),
        ("signed", play(&[0])),
        ("responded", play(&[0, 1])),
        ("replied", play(&[0, 4])),
        ("assigned, return pending", play(&[3])),
        ("signed, return pending", play(&[0, 3])),
        ("signed, extension pending", play(&[0, 6])),
        ("signed, suspension pending", play(&[0, 8])),
        (
            "assigned, rework 1",
            with(play(&[0, 4]), |h| assert!(h.begin_rework(2, 1))),
        ),
        ("closed", with(play(&[0, 4]), |h| assert!(h.close(time(9))))),
        (
            "assigned, return window over",
            with(play(&[]), |h| h.assignment.return_until = Some(time(19))),
        ),
        (
            "assigned, no return window",
            with(play(&[]), |h| h.assignment.terms.return_window = None),
        ),
        (
            "assigned, end of window not known",
            with(play(&[]), |h| h.assignment.return_until = None),
        ),
        (
            "assigned by a ruling",
            with(play(&[]), |h| h.assignment.return_right = refused("ruling")),
        ),
        (
            "assigned, first receiver keeps",
            with(play(&[]), |h| {
                h.assignment.return_right = refused("first_receiver");
            }),
        ),
        (
            "revoked",
            with(play(&[3]), |h| assert!(h.uphold_return(2, time(9)))),
        ),
    ]
}

fn shown(result: Result<Vec<Effect>, ActRefusal>, after: &Handling) -> String {
    match result {
        Ok(effects) if effects.is_empty() => format!("{} (no change)", after.state),
        Ok(effects) => {
            let words: Vec<&str> = effects
                .iter()
                .map(|effect| match effect {
                    Effect::Signed => "signed",
                    Effect::Responded => "responded",
                    Effect::Progressed => "progressed",
                    Effect::ExtensionRequested(_) => "extension_requested",
                    Effect::SuspensionRequested(_) => "suspension_requested",
                    Effect::CoReplied => "co_replied",
                    Effect::CoHandlersRequested => "co_handlers_requested",
                    Effect::ReturnRequested(_) => "return_requested",
                    Effect::Replied => "replied",
                })
                .collect();
            format!("{} [{}]", after.state, words.join(", "))
        }
        Err(refusal) => format!("refused: {refusal}"),
    }
}

#[test]
fn state_table() {
    let mut table = String::new();
    for (name, handling) in states() {
        table += &format!("{name}\n");
        for action in actions() {
            let mut after = handling.clone();
            let result = after.act(&action, FRESH, time(20));
            if result.is_err() {
                assert_eq!(after, handling, "a refused action changes nothing");
            }
            table += &format!("    {:<19} → {}\n", action.verb(), shown(result, &after));
        }
        let mut fact = |name: &str, change: fn(&mut Handling) -> bool| {
            let mut after = handling.clone();
            let told = change(&mut after);
            let told = if told { "units are told" } else { "no effect" };
            table += &format!("    {name:<19} → {} ({told})\n", after.state);
        };
        fact("rework", |h| h.begin_rework(2, h.rework + 1));
        fact("rework, repeated", |h| h.begin_rework(2, h.rework));
        fact("return rejected", |h| h.reject_return(2, return_id()));
        fact("return upheld", |h| h.uphold_return(2, time(20)));
        fact("older upheld", |h| h.uphold_return(1, time(20)));
        fact("extension answered", |h| h.answer(extension()));
        fact("suspension answered", |h| h.answer(suspension()));
        fact("withdrawn", |h| h.withdraw(time(20)));
        fact("more helpers", |h| h.help(2, &[unit("U-NEW")]));
        fact("close", |h| h.close(time(20)));
    }
    insta::assert_snapshot!(table);
}

#[test]
fn a_suspension_ends_in_the_future_and_an_answer_is_for_its_own_request() {
    let ask = |until| Action::RequestSuspension {
        reason_code: "weather".into(),
        reason: "storm".into(),
        until,
        basis: "§ 22".into(),
        attachments: vec![],
    };
    let mut handling = fresh();
    handling.act(&Action::Sign, FRESH, time(1)).unwrap();
    let past = handling.act(&ask(time(20)), FRESH, time(20));
    assert_eq!(past, Err(ActRefusal::SuspensionPast));
    assert!(handling.act(&ask(time(21)), FRESH, time(20)).is_ok());
    assert!(!handling.answer(extension()), "another kind of request");
    assert!(!handling.answer(Request::Suspension(SuspensionId(Uuid::nil()))));
    assert!(handling.suspension_id.is_some());
    assert!(handling.answer(suspension()) && handling.suspension_id.is_none());
}

#[test]
fn only_the_responsible_unit_on_the_current_generation_may_act() {
    let mut table = String::new();
    for (who, knows) in [
        (LEAD, true),
        (HELPER, true),
        (FORMER, true),
        ("U-STRANGER", false),
    ] {
        for generation in [1, 2, 3] {
            for action in [&actions()[0], &actions()[2], &actions()[7]] {
                let shown = match fresh().admit(&who.into(), generation, action, knows) {
                    Ok(()) => "may".to_owned(),
                    Err(refusal) => format!("refused: {refusal}"),
                };
                table += &format!(
                    "{who:<10} generation {generation} of 2, {:<8} → {shown}\n",
                    action.verb()
                );
            }
        }
    }
    insta::assert_snapshot!(table);
}

proptest! {
    /// Whatever a unit sends in whatever order: a round is signed, responded and replied at most once each, and
    /// in this order.
    #[test]
    fn facts_of_a_round_are_in_order(script in proptest::collection::vec(0_usize..11, 0..40)) {
        let mut handling = fresh();
        let mut round: Vec<Effect> = Vec::new();
        for (minute, step) in script.into_iter().enumerate() {
            let now = time(i64::try_from(minute).unwrap());
            match step {
                9 => if handling.begin_rework(2, handling.rework + 1) { round.clear(); },
                10 => { handling.reject_return(2, return_id()); handling.answer(extension()); handling.answer(suspension()); }
                step => round.extend(handling.act(&actions()[step], FRESH, now).unwrap_or_default()),
            }
            let lasting: Vec<&Effect> = round.iter().filter(|e| matches!(e, Effect::Signed | Effect::Responded | Effect::Replied)).collect();
            let legal: [&[Effect]; 5] = [
                &[],
                &[Effect::Signed],
                &[Effect::Signed, Effect::Responded],
                &[Effect::Signed, Effect::Replied],
                &[Effect::Signed, Effect::Responded, Effect::Replied],
            ];
            prop_assert!(legal.iter().any(|legal| legal.iter().collect::<Vec<_>>() == lasting), "{lasting:?}");
        }
    }
}
