//! Subjects of events: each its own, each held by the stream and matched by its consumer's filter.
use contracts::event::all;
use contracts::shard::Shard;
use contracts::streams;
use contracts::subjects::Namespace;
use std::collections::BTreeSet;

#[test]
fn subjects_are_unique_and_held_by_the_stream() {
    for namespace in [Namespace::default(), Namespace::new("t7")] {
        let held = streams::events(&namespace).subjects;
        let mut seen = BTreeSet::new();
        for (shard, event) in
            Shard::all().flat_map(|shard| all().into_iter().map(move |event| (shard, event)))
        {
            let subject = namespace.event(shard, &event.to_string());
            assert!(
                held.iter().any(|pattern| covers(pattern, &subject)),
                "{subject} is in no stream"
            );
            assert!(
                covers(&namespace.event_filter(shard, &event), &subject),
                "{subject} is never consumed"
            );
            assert!(seen.insert(subject.clone()), "{subject} occurs twice");
        }
    }
    assert!(!covers("evt.>", "unit.U-CG.order.assigned") && !covers("evt.s01.*", "evt.s01.a.b"));
}

/// NATS' rule: `*` is one word, `>` at the end is one or more.
fn covers(pattern: &str, subject: &str) -> bool {
    let mut words = subject.split('.');
    for part in pattern.split('.') {
        match (part, words.next()) {
            (">", Some(_)) => return true,
            (part, Some(word)) if part == "*" || part == word => {}
            _ => return false,
        }
    }
    words.next().is_none()
}
