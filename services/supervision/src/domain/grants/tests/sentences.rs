//! What rules say is in the catalogue of both languages.
use super::*;

#[test]
fn every_rule_has_a_sentence_in_both_languages() {
    use contracts::rule_sentences::of_text;
    let denied = [
        Denied::NotResponsible,
        Denied::NotRunning,
        Denied::WrongUnit,
        Denied::TooOften,
        Denied::TooMuch,
        Denied::TooLate,
        Denied::AlreadyPending,
    ];
    for denied in denied {
        let sentence = of_text(denied.reason()).unwrap();
        assert_eq!(
            (sentence.code, sentence.en),
            (denied.code(), &*denied.to_string())
        );
    }
    let not_suspended = [
        NotSuspended::NotResponsible,
        NotSuspended::NotRunning,
        NotSuspended::AlreadyPending(Waiting {
            suspension_id: contracts::ids::SuspensionId(uuid::Uuid::nil()),
            since: DateTime::UNIX_EPOCH,
        }),
        NotSuspended::Already,
        NotSuspended::Reason,
        NotSuspended::Backwards,
        NotSuspended::TooLong,
        NotSuspended::TooOften,
    ];
    for denied in not_suspended {
        let sentence = of_text(denied.reason()).unwrap();
        assert_eq!(sentence.code, denied.code());
        // That another request waits says since when, too.
        assert!(denied.to_string().starts_with(sentence.en), "{denied}");
    }
    for cut in [CutShort::Closed, CutShort::Replied, CutShort::NotResponsible] {
        assert!(of_text(cut.reason()).is_some(), "{cut:?}");
    }
}
