//! Who owned a case when, from the records of the hotlines.
use super::Hotline;
use chrono::{DateTime, Utc};
use serde_json::Value;

/// From when until when a case was a hotline's, by its own record.
#[derive(Debug)]
struct Stretch {
    owner: String,
    from: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
    gained_from: Option<String>,
    lost_to: Option<String>,
}

impl Stretch {
    /// `None` = the case was never this hotline's.
    fn read(ownership: &Value) -> Option<Self> {
        let word = |name: &str| ownership[name].as_str().map(str::to_owned);
        let time = |name: &str| Some(word(name)?.parse().expect("a time"));
        Some(Self {
            owner: word("owner")?,
            from: time("owned_from")?,
            until: time("owned_until"),
            gained_from: word("gained_from"),
            lost_to: word("lost_to"),
        })
    }
}

/// From both sides' records: who has, or had when it ended, a case that one handed to the other. Fails unless there is exactly one
/// owner at every instant from its acceptance on: what the records say lies end to end, without a gap and without an overlap.
///
/// # Panics
/// When there is a gap or an overlap.
pub async fn one_owner(sender: &Hotline, receiver: &Hotline, transfer: &Value) -> &'static str {
    let (here, there) = (sender.sees(transfer).await, receiver.sees(transfer).await);
    let mut stretches: Vec<Stretch> = [&here, &there]
        .into_iter()
        .filter_map(|side| Stretch::read(&side["ownership"]))
        .collect();
    stretches.sort_by_key(|stretch| stretch.from);
    let first = stretches.first().map(|first| first.owner.as_str());
    assert_eq!(
        first,
        Some(&*sender.code),
        "the sender's record begins: {here} {there}"
    );
    for pair in stretches.windows(2) {
        assert_eq!(
            pair[0].until,
            Some(pair[1].from),
            "one ends at the instant at which the other begins"
        );
        assert_eq!(
            (pair[0].lost_to.as_ref(), pair[1].gained_from.as_ref()),
            (Some(&pair[1].owner), Some(&pair[0].owner)),
            "and both say so"
        );
    }
    let last = stretches.last().expect("the first at least");
    assert_eq!(
        last.lost_to, None,
        "it was let go and nobody has it: {here} {there}"
    );
    assert_ne!(
        here["ours"].as_bool(),
        Some(there["ours"].as_bool().unwrap_or(false)),
        "one of them says that it is theirs: {here} {there}"
    );
    if last.owner == sender.code {
        "sender"
    } else {
        "receiver"
    }
}

/// At no moment do both say that the case is theirs.
///
/// # Panics
/// When they do.
pub async fn never_two(sender: &Hotline, receiver: &Hotline, transfer: &Value) {
    let (here, there) = (sender.sees(transfer).await, receiver.sees(transfer).await);
    let both = here["ours"] == true && there["ours"] == true;
    assert!(!both, "two owners: {here} {there}");
}
