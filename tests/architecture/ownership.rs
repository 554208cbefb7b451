//! Every event has one owner, and `services/README.md` tells the truth about who sends and who hears what.
use crate::source::{self, SERVICES, root};
use contracts::event;
use std::fs;

/// Events whose contract stands before the code that publishes them. Short-lived: an event that is published and still
/// in this list fails the test.
const CONTRACT_FIRST: &[&str] = &[];

#[test]
fn every_event_is_published_by_its_owner_and_by_nobody_else() {
    for service in SERVICES {
        let text: String = source::below(&format!("services/{service}/src"))
            .into_iter()
            .filter(|s| s.path.contains("/events"))
            .map(|s| s.text)
            .collect();
        for event in event::all() {
            let name = type_name(&event);
            let module = format!("contracts::{}::", event.service.replace('-', "_"));
            let mentioned = text.contains(&format!("{name} {{")) && text.contains(&module);
            let early = CONTRACT_FIRST.contains(&event.to_string().as_str());
            assert_eq!(
                mentioned,
                event.service == service && !early,
                "{service} and {event}"
            );
        }
    }
}

#[test]
fn the_table_of_events_names_each_of_them() {
    let table = fs::read_to_string(root().join("services/README.md")).expect("services/README.md");
    for event in event::all() {
        let line = table.lines().find(|line| line.contains(&format!("`{event}`")));
        let line = line.unwrap_or_else(|| panic!("services/README.md does not name {event}"));
        for service in SERVICES
            .into_iter()
            .filter(|s| *s != "supervision" && *s != event.service)
        {
            let consumer = root().join(format!(
                "services/{service}/src/consumers/on_{}_{}.rs",
                event.noun, event.past
            ));
            assert_eq!(
                line.split('|').nth(3).unwrap_or_default().contains(service),
                consumer.exists(),
                "{event}: does {service} hear it?"
            );
        }
    }
}

/// `order.return_requested` → `OrderReturnRequestedV1`.
fn type_name(event: &event::EventType) -> String {
    let camel = |text: &str| {
        text.split('_')
            .map(|word| word[..1].to_uppercase() + &word[1..])
            .collect::<String>()
    };
    format!("{}{}V{}", camel(event.noun), camel(event.past), event.version)
}
