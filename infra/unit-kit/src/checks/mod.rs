//! What is tried, and what must follow.
mod acting; // what the unit does at the platform
mod answering; // what the unit answers

use crate::book::{Book, Done, Mood};
use crate::orders::FakeOrder;
use crate::way::{Signed, Told, Way};
use contracts::unit_documents::UnitDocumentV1;
use futures::future::BoxFuture;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// A check's end: what the unit got wrong, if anything.
pub type Found = anyhow::Result<Result<(), String>>;

/// One check.
pub struct Check {
    /// Its name, for `--only`.
    pub name: &'static str,
    /// What it tries.
    pub tries: &'static str,
    /// The paragraph of README.md that says how it must be.
    pub paragraph: &'static str,
    /// True when only webhooks can show it.
    webhook_only: bool,
    /// True when it shows only in what the unit does at the platform.
    acting_only: bool,
    run: for<'a> fn(&'a Kit) -> BoxFuture<'a, Found>,
}

/// How a check ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// As it must be.
    Right,
    /// What was wrong.
    Wrong(String),
    /// Why it was not tried.
    Skipped(&'static str),
}

/// The unit that is looked at, and the platform that is played.
#[derive(Clone, Debug)]
pub struct Kit {
    /// How documents reach it.
    pub way: Way,
    /// What it does there.
    pub book: Arc<Book>,
    /// False: people act, so only the answers are looked at.
    pub acts: bool,
    /// How long the unit may take to act, and to acknowledge.
    pub patience: Duration,
    /// How long nothing must happen where nothing may happen.
    pub quiet: Duration,
    /// How long a slow platform takes to answer; more than a webhook call may take.
    pub slow: Duration,
}

macro_rules! check {
    ($name:literal, $tries:literal, $paragraph:literal, $webhook_only:literal, $acting_only:literal, $run:path) => {
        Check {
            name: $name,
            tries: $tries,
            paragraph: $paragraph,
            webhook_only: $webhook_only,
            acting_only: $acting_only,
            run: |kit| Box::pin($run(kit)),
        }
    };
}

/// Every check, in the order in which they are tried.
pub const ALL: [Check; 16] = [
    check!(
        "delivery",
        "an order, signed as it must be",
        "3. Receive",
        false,
        false,
        answering::delivery
    ),
    check!(
        "ping",
        "a test call about no order",
        "3. Receive",
        true,
        false,
        answering::ping
    ),
    check!(
        "wrong-signature",
        "an order signed with another secret",
        "4. Verify",
        true,
        false,
        answering::wrong_signature
    ),
    check!(
        "changed-body",
        "an order changed after it was signed",
        "4. Verify",
        true,
        false,
        answering::changed_body
    ),
    check!(
        "unsigned",
        "an order without signature",
        "4. Verify",
        true,
        false,
        answering::unsigned
    ),
    check!(
        "old-timestamp",
        "an order signed ten minutes ago",
        "4. Verify",
        true,
        false,
        answering::old_timestamp
    ),
    check!(
        "secret-replaced",
        "an order signed with two secrets, the unit's is the second",
        "4. Verify",
        true,
        false,
        answering::secret_replaced
    ),
    check!(
        "unknown-type",
        "a document of a type that does not exist yet",
        "5. Keep",
        false,
        false,
        answering::unknown_type
    ),
    check!(
        "duplicate",
        "the same document twice",
        "5. Keep",
        false,
        false,
        acting::duplicate
    ),
    check!(
        "out-of-order",
        "an order that was taken away, and only then the news that it was assigned",
        "5. Keep",
        false,
        false,
        acting::out_of_order
    ),
    check!(
        "old-generation",
        "a document of an earlier generation",
        "5. Keep",
        false,
        false,
        acting::old_generation
    ),
    check!(
        "slow-platform",
        "a platform that takes its time to answer",
        "3. Receive",
        false,
        false,
        acting::slow_platform
    ),
    check!(
        "platform-away",
        "a platform that answers 503, twice",
        "6. Act",
        false,
        true,
        acting::platform_away
    ),
    check!(
        "refused",
        "a platform that refuses, because the assignment is no longer current",
        "6. Act",
        false,
        true,
        acting::refused
    ),
    check!(
        "helping",
        "an order that another unit leads",
        "6. Act",
        false,
        true,
        acting::helping
    ),
    check!(
        "rework",
        "an order that comes back for another round",
        "6. Act",
        false,
        true,
        acting::rework
    ),
];

/// Tries every check, or those of `only`; tells each as it ends.
///
/// # Errors
/// When the platform cannot be played: a unit that fails is an answer.
pub async fn run(
    kit: &Kit,
    only: &[String],
    mut tell: impl FnMut(&Check, &Verdict),
) -> anyhow::Result<Vec<(&'static str, Verdict)>> {
    let mut verdicts = Vec::new();
    for check in ALL
        .iter()
        .filter(|check| only.is_empty() || only.iter().any(|name| name == check.name))
    {
        let verdict = if check.webhook_only && !matches!(kit.way, Way::Webhook { .. }) {
            Verdict::Skipped("only for webhooks")
        } else if check.acting_only && !kit.acts {
            Verdict::Skipped("people act for this unit")
        } else {
            match (check.run)(kit).await? {
                Ok(()) => Verdict::Right,
                Err(why) => Verdict::Wrong(why),
            }
        };
        tell(check, &verdict);
        verdicts.push((check.name, verdict));
    }
    Ok(verdicts)
}

impl Kit {
    /// A fresh order that the platform knows.
    fn order(&self, generation: i32, lead: bool, mood: Mood) -> FakeOrder {
        let order = FakeOrder::new(self.book.unit());
        self.book.assign(order.id(), generation, lead, mood);
        order
    }

    async fn tell(&self, document: &UnitDocumentV1, signed: Signed) -> anyhow::Result<Told> {
        self.tell_raw(&json!(document), signed).await
    }

    async fn tell_raw(&self, document: &Value, signed: Signed) -> anyhow::Result<Told> {
        self.way
            .tell(self.book.unit(), document, signed, self.patience)
            .await
    }

    /// Waits until the unit has signed, then until it does no more; says what was wrong.
    async fn signed(&self, order_id: Uuid) -> Result<Vec<Done>, String> {
        if !self.acts {
            return Ok(Vec::new());
        }
        let signed = |done: &[Done]| done.iter().any(|done| done.verb == "sign" && done.status == 200);
        let done = self.book.wait(order_id, self.patience, signed).await;
        if let Some(fault) = done.iter().find_map(|done| done.fault.clone()) {
            return Err(fault);
        }
        if !signed(&done) {
            return Err(format!("it did not sign within {} s", self.patience.as_secs()));
        }
        let done = self.settled(order_id).await;
        match done.iter().find_map(|done| done.fault.clone()) {
            Some(fault) => Err(fault),
            None => Ok(done),
        }
    }

    /// Waits until the unit does nothing about the order for a while; not longer than patience lasts, for a unit that
    /// never ends.
    async fn settled(&self, order_id: Uuid) -> Vec<Done> {
        let started = Instant::now();
        let mut before = self.book.about(order_id);
        loop {
            let count = before.len();
            let now = self
                .book
                .wait(order_id, self.quiet, |done| done.len() > count)
                .await;
            if now.len() == count || started.elapsed() > self.patience {
                return now;
            }
            before = now;
        }
    }

    /// Nothing more than `before` may be done about the order.
    async fn nothing_more(&self, order_id: Uuid, before: usize, what: &str) -> Result<(), String> {
        let now = self
            .book
            .wait(order_id, self.quiet, |done| done.len() > before)
            .await;
        match now.get(before) {
            Some(done) => Err(format!("{what}: {}", done.verb)),
            None => Ok(()),
        }
    }
}

/// 2xx, or acknowledged.
fn accepted(told: &Told, what: &str) -> Result<(), String> {
    if told.accepted {
        Ok(())
    } else {
        Err(format!("{what}: {}", told.how))
    }
}
