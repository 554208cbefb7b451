//! Documents: the defaults are right, and what is wrong is named.
use super::*;

#[test]
fn every_default_is_a_document_of_its_kind() {
    for kind in KINDS {
        assert_eq!((kind.check)(kind.default), Ok(()), "{}", kind.name);
        assert!(find(kind.name).is_some());
    }
    assert!(find("weather").is_none());
}

/// The default ladder with one change.
fn changed(from: &str, to: &str) -> Fault {
    let text = Ladder::DEFAULT.replacen(from, to, 1);
    assert_ne!(text, Ladder::DEFAULT, "{from} is not in the default");
    read::<Ladder>(&text).map(|_| ()).expect_err(to)
}

#[test]
fn a_fault_names_its_field() {
    for (from, to, field) in [
        ("times_max = 2", "times_max = \"two\"", "extensions.times_max"),
        ("times_max = 2", "times_mx = 2", "extensions.times_mx"),
        (
            "clocks = [\"finish\"]",
            "clocks = [\"total\"]",
            "extensions.clocks",
        ),
        ("percent_max = 100", "percent_max = 0", "extensions.percent_max"),
        ("level = \"urge\"", "level = \"shout\"", "triggers[0].level"),
        ("next = \"written\"", "next = \"urge\"", "levels[0].next"),
        ("code = \"sign_late\"", "code = \"returned\"", "triggers[4].code"),
        (
            "when = { late = \"sign\"",
            "when = { lat = \"sign\"",
            "triggers[0].when",
        ),
        ("days_max = 30", "days_max = 0", "suspensions.reasons[0].days_max"),
        (
            "review = \"second_person\"",
            "review = \"nobody\"",
            "suspensions.review",
        ),
        (
            "reviewers = [\"supervisor\"]",
            "reviewers = []",
            "suspensions.reviewers",
        ),
        (
            "ask_before_working_days = 0        # asked for at the latest so many working days before the limit; 0 = until the limit\nreview_hours = 24",
            "ask_before_working_days = 0\nreview_hours = 0",
            "extensions.review_hours",
        ),
        (
            "reviewers = [\"supervisor\"]         # who reviews: \"supervisor\", \"leader\", or both\nreview_hours = 24",
            "reviewers = [\"supervisor\"]\nreview_hours = 0",
            "suspensions.review_hours",
        ),
    ] {
        let fault = changed(from, to);
        assert!(fault.field.starts_with(field), "{to}: {fault}");
    }
    let broken = read::<Ladder>("[extensions").map(|_| ()).unwrap_err();
    assert_eq!(broken.field, ".");
}
