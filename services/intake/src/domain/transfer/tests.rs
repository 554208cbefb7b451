//! The table of (direction × state × step), printed; and what it promises.
use super::*;
use std::fmt::Write;

const BOTH: [TransferDirection; 2] = [TransferDirection::Outgoing, TransferDirection::Incoming];

#[test]
fn table_of_states_and_steps() {
    let mut table = String::new();
    for direction in BOTH {
        for state in TransferState::ALL {
            writeln!(table, "{direction} {state}").unwrap();
            for step in Step::ALL {
                let result = match state.after(direction, step) {
                    Ok(next) if next == state => "(no change)",
                    Ok(next) => next.as_str(),
                    Err(_) => "-",
                };
                writeln!(table, "    {:<10} {result}", step.as_str()).unwrap();
            }
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn every_step_may_be_said_twice() {
    for direction in BOTH {
        for state in TransferState::ALL {
            for step in Step::ALL {
                if let Ok(next) = state.after(direction, step) {
                    assert_eq!(
                        next.after(direction, step),
                        Ok(next),
                        "{direction} {state} {step} twice"
                    );
                }
            }
        }
    }
}

/// What the sender decides reaches the receiver as a step of its own; however late, it is never refused there.
fn sender_says(state: TransferState) -> Option<Step> {
    match state {
        TransferState::Accepted => Some(Step::Confirm),
        TransferState::Lapsed => Some(Step::Lapse),
        TransferState::Withdrawn => Some(Step::Withdraw),
        TransferState::Kept => Some(Step::Keep),
        TransferState::Agreed => Some(Step::Agree),
        _ => None,
    }
}

proptest::proptest! {
    /// Sender and receiver each hold a state; messages between them come late, twice or never. At every moment at most
    /// one of them holds the case by its own record, the receiver never holds it before the sender has let it go, and
    /// once everything is delivered exactly one does and both name the same.
    #[test]
    fn there_is_one_owner_whatever_becomes_of_the_messages(
        moves in proptest::collection::vec((0..8_usize, proptest::bool::ANY), 0..60)
    ) {
        let (mut sender, mut receiver) = (TransferState::Offered, TransferState::Offered);
        let (mut to_sender, mut to_receiver): (Vec<Step>, Vec<Step>) = (Vec::new(), Vec::new());
        let hear = |sender: &mut TransferState, to_receiver: &mut Vec<Step>, step: Step| {
            if let Ok(next) = sender.after(TransferDirection::Outgoing, step) {
                *sender = next;
            }
            // Every message is answered with where the sender stands.
            to_receiver.extend(sender_says(*sender));
        };
        let check = |sender: TransferState, receiver: TransferState| {
            let sender_owns = !sender.is_receivers();
            assert!(!(sender_owns && receiver.is_receivers()), "two owners: {sender} {receiver}");
        };
        for (what, keep) in moves {
            match what {
                0 | 1 => {
                    let step = if what == 0 { Step::Accept } else { Step::Refuse };
                    if let Ok(next) = receiver.after(TransferDirection::Incoming, step) {
                        receiver = next;
                        to_sender.push(step);
                    }
                }
                2..=5 => {
                    let step = [Step::Lapse, Step::Withdraw, Step::Keep, Step::Agree][what - 2];
                    if let Ok(next) = sender.after(TransferDirection::Outgoing, step) {
                        sender = next;
                        to_receiver.push(step);
                    }
                }
                6 if !to_sender.is_empty() => {
                    let step = if keep { to_sender[0] } else { to_sender.remove(0) };
                    hear(&mut sender, &mut to_receiver, step);
                }
                _ if !to_receiver.is_empty() => {
                    let step = if keep { to_receiver[0] } else { to_receiver.remove(0) };
                    if let Ok(next) = receiver.after(TransferDirection::Incoming, step) {
                        receiver = next;
                    }
                }
                _ => {}
            }
            check(sender, receiver);
        }
        for step in std::mem::take(&mut to_sender) {
            hear(&mut sender, &mut to_receiver, step);
        }
        for step in to_receiver {
            if let Ok(next) = receiver.after(TransferDirection::Incoming, step) {
                receiver = next;
            }
        }
        check(sender, receiver);
        proptest::prop_assert_eq!(sender.is_receivers(), receiver.is_receivers(), "{} and {}", sender, receiver);
    }
}
