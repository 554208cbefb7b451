//! Where two hotlines differ about their transfers. They may run different releases, so only what both state is compared: a word
//! that one of them does not know, or a member that it does not send, is no difference.
use super::Standing;
use crate::domain::transfer::TransferState;
use chrono::{DateTime, Utc};
use contracts::ids::TransferId;
use serde::{Deserialize, Serialize};

/// Where two sides differ about one transfer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Difference {
    /// The transfer.
    pub transfer_id: TransferId,
    /// How it stands here; `None` = unknown here.
    pub here: Option<String>,
    /// How it stands there; `None` = unknown there.
    pub there: Option<String>,
    /// How many say that they own the case or have handed it on: 0, 1 or 2.
    pub owners: u8,
}

/// Compares both sides' views: what only one knows, where the states differ, and where not exactly one owns the case or has handed
/// it on. What was offered before `asked_since` is missing there rightly when the other side does not state that.
///
/// No differences are a receiver that waits for the sender's word, a call that the receiver has not heard of yet, and an offer
/// that has ended without being heard there: of crossed offers one is taken back before the other side knows it.
#[must_use]
pub fn compare(here: &[Standing], there: &[Standing], asked_since: Option<DateTime<Utc>>) -> Vec<Difference> {
    let mut ids: Vec<TransferId> = here
        .iter()
        .chain(there)
        .map(|standing| standing.transfer_id)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let find = |side: &[Standing], id| side.iter().find(|standing| standing.transfer_id == id).cloned();
    let both = ids
        .into_iter()
        .map(|transfer_id| (transfer_id, find(here, transfer_id), find(there, transfer_id)));
    both.filter_map(|(transfer_id, ours, theirs)| {
        let agreed = match (&ours, &theirs) {
            (Some(ours), Some(theirs)) => same_state(ours, theirs) && one_owner(ours, theirs),
            (Some(known), None) => ended_unheard(known) || !is_stated(known, asked_since),
            (None, Some(known)) => ended_unheard(known),
            (None, None) => true,
        };
        let owns = |side: &Option<Standing>| side.as_ref().is_some_and(|known| holds(known) == Some(true));
        (!agreed).then(|| Difference {
            transfer_id,
            owners: u8::from(owns(&ours)) + u8::from(owns(&theirs)),
            here: ours.map(|standing| standing.state),
            there: theirs.map(|standing| standing.state),
        })
    })
    .collect()
}

/// What an answer waits for stands for one and the same on both sides.
fn same_state(ours: &Standing, theirs: &Standing) -> bool {
    let settled = |standing: &Standing| {
        let state = standing.state.parse::<TransferState>().ok()?;
        Some(if state.is_pending() {
            TransferState::Offered
        } else {
            state
        })
    };
    match (settled(ours), settled(theirs)) {
        (Some(ours), Some(theirs)) => ours == theirs,
        // A word of a newer release: nobody here knows what it stands for.
        _ => true,
    }
}

/// True when it owns the case or has handed it on, false when neither; `None` = it does not state enough.
const fn holds(side: &Standing) -> Option<bool> {
    match (side.owned, side.passed_on) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

fn one_owner(ours: &Standing, theirs: &Standing) -> bool {
    match (holds(ours), holds(theirs)) {
        (Some(ours), Some(theirs)) => ours != theirs,
        _ => true,
    }
}

/// Ended with nothing handed over, so whoever does not know it has missed nothing.
fn ended_unheard(known: &Standing) -> bool {
    let over = [
        TransferState::Refused,
        TransferState::Kept,
        TransferState::Lapsed,
        TransferState::Withdrawn,
    ];
    known.state.parse().is_ok_and(|state| over.contains(&state))
}

/// True when the other side would have named it.
fn is_stated(known: &Standing, asked_since: Option<DateTime<Utc>>) -> bool {
    match (known.offered_at, asked_since) {
        (Some(offered_at), Some(since)) => offered_at >= since,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn standing(n: u128, state: &str, owned: bool) -> Standing {
        Standing {
            transfer_id: TransferId(Uuid::from_u128(n)),
            state: state.to_owned(),
            owned: Some(owned),
            passed_on: Some(false),
            offered_at: None,
        }
    }

    fn differences(here: &[Standing], there: &[Standing]) -> Vec<Difference> {
        compare(here, there, None)
    }

    #[test]
    fn both_sides_agree_when_states_match_and_one_owns_it() {
        let here = [standing(1, "accepted", false), standing(2, "offered", true)];
        let there = [standing(1, "accepted", true), standing(2, "accepting", false)];
        assert_eq!(differences(&here, &there), Vec::new());
        let mut on = standing(1, "accepted", false);
        on.passed_on = Some(true);
        assert_eq!(differences(&here[..1], &[on]), Vec::new(), "a third has it");
    }

    #[test]
    fn what_ended_unheard_and_what_waits_for_the_other_side_is_no_difference() {
        let here = [
            standing(1, "withdrawn", false),
            standing(2, "agreed", true),
            standing(3, "lapsed", true),
        ];
        let there = [standing(2, "accepting", false), standing(4, "withdrawn", false)];
        assert_eq!(differences(&here, &there), Vec::new());
        // An accepted case that the other side does not know is one.
        assert_eq!(differences(&[standing(1, "accepted", false)], &[]).len(), 1);
    }

    #[test]
    fn what_differs_is_listed_with_how_many_own_it() {
        let here = [
            standing(1, "lapsed", true),
            standing(2, "accepted", false),
            standing(3, "offered", true),
        ];
        let there = [standing(1, "accepted", true), standing(2, "accepted", false)];
        let found = differences(&here, &there);
        let owners: Vec<u8> = found.iter().map(|difference| difference.owners).collect();
        assert_eq!(owners, [2, 0, 1]);
        assert_eq!(
            (found[2].here.as_deref(), found[2].there.as_deref()),
            (Some("offered"), None)
        );
    }

    /// As a release of before says it: without the members that came later.
    fn of_before(state: &str, owned: bool) -> Standing {
        let said = serde_json::json!({ "transfer_id": Uuid::from_u128(1), "state": state, "owned": owned });
        serde_json::from_value(said).unwrap()
    }

    #[test]
    fn what_a_peer_of_another_release_does_not_state_is_not_compared() {
        let ours = [standing(1, "accepted", false)];
        assert_eq!(
            differences(&ours, &[of_before("accepted", false)]),
            Vec::new(),
            "a third may have it: this peer does not say"
        );
        assert_eq!(
            differences(&[standing(1, "accepted", true)], &[of_before("accepted", true)]).len(),
            1,
            "that both own it, both say"
        );
        assert_eq!(
            differences(&ours, &[standing(1, "postponed", true)]),
            Vec::new(),
            "a word that nobody here knows"
        );
        assert_eq!(differences(&ours, &[of_before("lapsed", true)]).len(), 1);
    }

    #[test]
    fn what_a_peer_was_not_asked_for_is_not_missed() {
        let since: DateTime<Utc> = "2026-03-02T01:00:00Z".parse().unwrap();
        let mut ours = standing(1, "accepted", false);
        ours.offered_at = Some(since - chrono::TimeDelta::days(1));
        assert_eq!(compare(&[ours.clone()], &[], Some(since)), Vec::new());
        assert_eq!(
            compare(&[ours.clone()], &[], None).len(),
            1,
            "it lists what is open"
        );
        ours.offered_at = Some(since);
        assert_eq!(compare(&[ours], &[], Some(since)).len(), 1);
    }
}
