//! What all hotlines call a case that is handed between them: `<code>/<number>` of the hotline that its caller turned to. The
//! code makes it one of a kind, because hotlines that run the same platform give the same numbers every morning.
use contracts::ids::TransferId;

/// The number of a case that is offered to `peer` for the first time. A case that the peer has handed over by voice and that
/// was registered here under its number (`foreign`) is the peer's.
#[must_use]
pub fn case_number(own: &str, order_number: &str, foreign: Option<&str>, peer: &str) -> String {
    foreign
        .filter(|foreign| is_of(foreign, peer))
        .map_or_else(|| format!("{own}/{order_number}"), str::to_owned)
}

/// True when the caller turned to this hotline.
#[must_use]
pub fn is_of(case_number: &str, hotline: &str) -> bool {
    case_number
        .strip_prefix(hotline)
        .is_some_and(|rest| rest.len() > 1 && rest.starts_with('/'))
}

/// Which of two crossed offers of one case stands: that of the hotline whose case it is, since the other has only heard of it;
/// else the lower id. Both sides say the same.
#[must_use]
pub fn standing_offer(
    case_number: &str,
    (ours, own): (TransferId, &str),
    (theirs, peer): (TransferId, &str),
) -> TransferId {
    match (is_of(case_number, own), is_of(case_number, peer)) {
        (true, false) => ours,
        (false, true) => theirs,
        _ => ours.min(theirs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_number_says_whose_the_case_is() {
        let given = case_number("12348", "260302000001-1", None, "12345");
        assert_eq!(given, "12348/260302000001-1");
        assert!(is_of(&given, "12348") && !is_of(&given, "1234") && !is_of(&given, "12345"));
        let foreign = Some("12345/260302000001-1");
        assert_eq!(
            case_number("12348", "260302000007-1", foreign, "12345"),
            "12345/260302000001-1"
        );
        assert_eq!(case_number("12348", "n-1", foreign, "110"), "12348/n-1");
        assert!(!is_of("12345/", "12345"));
    }

    #[test]
    fn of_two_crossed_offers_both_sides_name_the_same() {
        let (one, two) = (TransferId(Uuid::from_u128(1)), TransferId(Uuid::from_u128(2)));
        for (case, stands) in [("a/1", one), ("b/1", two), ("c/1", one)] {
            assert_eq!(standing_offer(case, (one, "a"), (two, "b")), stands, "{case}");
            assert_eq!(standing_offer(case, (two, "b"), (one, "a")), stands, "{case}");
        }
    }
}
