//! Every NATS subject of the platform; nobody else formats one.
use crate::event::EventType;
use crate::ids::UnitCode;
use crate::shard::Shard;

/// An optional first word before every subject and stream name, so that tests and
/// installations can share one server. Empty in production.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Namespace(String);

impl Namespace {
    /// A namespace; `name` must be lower-case letters and digits, or empty for none.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(
            name.chars()
                .filter(char::is_ascii_alphanumeric)
                .collect::<String>()
                .to_lowercase(),
        )
    }

    fn subject(&self, rest: &str) -> String {
        if self.0.is_empty() {
            rest.to_owned()
        } else {
            format!("{}.{rest}", self.0)
        }
    }

    /// `EVENTS`, or `<NAMESPACE>_EVENTS`.
    #[must_use]
    pub fn stream(&self, name: &str) -> String {
        if self.0.is_empty() {
            name.to_owned()
        } else {
            format!("{}_{name}", self.0.to_uppercase())
        }
    }

    /// `evt.s07.intake.order.registered.v1`.
    #[must_use]
    pub fn event(&self, shard: Shard, event_type: &str) -> String {
        self.subject(&format!("evt.{shard}.{event_type}"))
    }

    /// All versions of one event on one shard: `evt.s07.intake.order.registered.>`.
    #[must_use]
    pub fn event_filter(&self, shard: Shard, event: &EventType) -> String {
        self.subject(&format!("evt.{shard}.{}.>", event.family()))
    }

    /// Everything on one shard: `evt.s07.>`.
    #[must_use]
    pub fn every_event(&self, shard: Shard) -> String {
        self.subject(&format!("evt.{shard}.>"))
    }

    /// What the stream `EVENTS` holds.
    #[must_use]
    pub fn all_events(&self) -> String {
        self.subject("evt.>")
    }

    /// A unit's document: `unit.<code>.order.<notice>`.
    #[must_use]
    pub fn unit_order(&self, unit: &UnitCode, notice: &str) -> String {
        self.subject(&format!("unit.{unit}.order.{notice}"))
    }

    /// Everything one unit may read: `unit.<code>.order.>`.
    #[must_use]
    pub fn unit_orders(&self, unit: &UnitCode) -> String {
        self.subject(&format!("unit.{unit}.order.>"))
    }

    /// What the stream `UNITS` holds. Not `unit.>`: a command there would be answered by the stream's own ack.
    #[must_use]
    pub fn all_unit_orders(&self) -> String {
        self.subject("unit.*.order.>")
    }

    /// A unit's command: `unit.<code>.cmd.<verb>`, request/reply.
    #[must_use]
    pub fn unit_command(&self, unit: &UnitCode, verb: &str) -> String {
        self.subject(&format!("unit.{unit}.cmd.{verb}"))
    }

    /// Every command of every unit: what unit-gateway listens to.
    #[must_use]
    pub fn all_unit_commands(&self) -> String {
        self.subject("unit.*.cmd.*")
    }

    /// Unit and verb of a command subject; `None` when it is none of ours.
    #[must_use]
    pub fn parse_unit_command<'a>(&self, subject: &'a str) -> Option<(UnitCode, &'a str)> {
        let rest = if self.0.is_empty() {
            subject
        } else {
            subject.strip_prefix(self.0.as_str())?.strip_prefix('.')?
        };
        match rest.split('.').collect::<Vec<_>>().as_slice() {
            ["unit", unit, "cmd", verb] => Some((UnitCode::from(*unit), verb)),
            _ => None,
        }
    }

    /// Where a unit hears answers to its commands: `_INBOX_<code>.`, as its permissions say. Not in the namespace,
    /// because clients make the rest of it.
    #[must_use]
    pub fn unit_inbox(unit: &UnitCode) -> String {
        format!("_INBOX_{unit}.")
    }

    /// Everything a unit may do on the server, and nothing else: read its own consumer, acknowledge what it got, send its
    /// own commands. Never to make consumers: the filter of one can be circumvented.
    #[must_use]
    pub fn unit_rights(&self, unit: &UnitCode) -> UnitRights {
        let (stream, durable) = (self.stream("UNITS"), Self::unit_durable(unit));
        UnitRights {
            publish: vec![
                self.unit_command(unit, "*"),
                format!("$JS.API.CONSUMER.INFO.{stream}.{durable}"),
                format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"),
                // Both forms of the acknowledgement subject: with only one of them, acknowledgements vanish silently on
                // the day the server changes its default.
                format!("$JS.ACK.{stream}.{durable}.>"),
                format!("$JS.ACK.*.*.{stream}.{durable}.>"),
            ],
            subscribe: vec![format!("{}>", Self::unit_inbox(unit))],
        }
    }

    /// Durable name of one service's consumer on one shard: `routing--s07`.
    #[must_use]
    pub fn durable(service: &str, shard: Shard) -> String {
        format!("{service}--{shard}")
    }

    /// Durable name of one unit's consumer: `unit--<code>`.
    #[must_use]
    pub fn unit_durable(unit: &UnitCode) -> String {
        format!("unit--{unit}")
    }
}

/// What a unit's user may do on NATS; everything else is refused by the server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnitRights {
    /// Subjects that it may publish to.
    pub publish: Vec<String>,
    /// Subjects that it may subscribe to.
    pub subscribe: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn unit_commands_are_parsed_and_nothing_else_is() {
        let plain = Namespace::default();
        assert_eq!(
            plain.parse_unit_command("unit.U-1.cmd.sign"),
            Some((UnitCode::from("U-1"), "sign"))
        );
        for wrong in [
            "unit.U-1.order.sign",
            "unit.U-1.cmd",
            "unit.cmd.sign",
            "evt.s01.x",
            "unit.U.cmd.sign.now",
        ] {
            assert_eq!(plain.parse_unit_command(wrong), None, "{wrong}");
        }
        let named = Namespace::new("t1");
        assert_eq!(
            named.parse_unit_command("t1.unit.U-1.cmd.sign"),
            Some((UnitCode::from("U-1"), "sign"))
        );
        assert_eq!(named.parse_unit_command("unit.U-1.cmd.sign"), None);
    }

    #[test]
    fn shards_are_stable_and_even() {
        let fixed: Uuid = "018f4e9a-0000-7000-8000-000000000001".parse().unwrap();
        assert_eq!(Shard::of(fixed).to_string(), Shard::of(fixed).to_string());
        let mut counts = [0_u32; crate::shard::SHARDS as usize];
        for n in 0..16_000_u128 {
            counts[Shard::of(Uuid::from_u128(n << 3 | 0x018f_4e9a << 96)).number() as usize] += 1;
        }
        assert!(counts.iter().all(|c| (700..1300).contains(c)), "{counts:?}");
    }
}
