//! Which refusals of a peer are its last word, and how they are kept.
use super::Message;

/// Codes of problems that no retry changes. Only they are a peer's word: what a proxy before it answers is not.
const FINAL: [&str; 7] = [
    "transfer_unknown",
    "hop_limit",
    "voice_first",
    "other_side_decides",
    "message_unreadable",
    "order_closed",
    "order_followed",
];
const UNKNOWN: &str = "transfer_unknown";
const FAULT_CHARS_MAX: usize = 200;

impl Message {
    /// True when a peer that answers this code will never take the message. A yes of ours ends only with a sender that does not
    /// know the transfer: anything else may be a sender that has given the case away already.
    #[must_use]
    pub fn is_ended_by(&self, code: &str) -> bool {
        let yes = matches!(self, Self::Acceptance { .. });
        FINAL.contains(&code) && (!yes || code == UNKNOWN)
    }
}

/// The code, and what the peer says is wrong.
#[must_use]
pub fn why(code: &str, fault: Option<&str>) -> String {
    let plain = |fault: &str| -> String {
        let plain = fault.chars().filter(|c| !c.is_control());
        plain.take(FAULT_CHARS_MAX).collect()
    };
    match fault.map(plain).filter(|fault| !fault.is_empty()) {
        Some(fault) => format!("{code}: {fault}"),
        None => code.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::ids::TransferId;
    use uuid::Uuid;

    #[test]
    fn a_yes_ends_only_where_nobody_knows_the_transfer() {
        let transfer_id = TransferId(Uuid::from_u128(1));
        let number = "7".to_owned();
        let yes = Message::Acceptance { transfer_id, number };
        let reason = "不属本线".to_owned();
        let no = Message::Refusal {
            transfer_id,
            reason,
            better_address: None,
        };
        for (code, ends_yes, ends_no) in [
            ("transfer_unknown", true, true),
            ("message_unreadable", false, true),
            ("other_side_decides", false, true),
            ("not_found", false, false),
        ] {
            assert_eq!(
                (yes.is_ended_by(code), no.is_ended_by(code)),
                (ends_yes, ends_no),
                "{code}"
            );
        }
    }

    #[test]
    fn what_a_peer_finds_wrong_is_kept_short_and_plain() {
        assert_eq!(
            why("message_unreadable", Some("offer.title: a\0b")),
            "message_unreadable: offer.title: ab"
        );
        assert_eq!(why("hop_limit", None), "hop_limit");
        assert_eq!(why("x", Some(&"长".repeat(300))).chars().count(), 203);
    }
}
