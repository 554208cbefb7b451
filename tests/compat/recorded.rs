//! Every recorded message goes through `bus::on`, the reading half of every consumer: it decodes to today's type
//! with every value in its place; fields that are not known yet are passed over; a newer version is kept waiting
//! and a broken message is put aside, neither is dropped.
use bus::{Handler, Incoming, Verdict};
use chrono::{DateTime, Utc};
use contracts::callback::*;
use contracts::cause::Asked;
use contracts::event::{self, Event};
use contracts::intake::*;
use contracts::routing::*;
use contracts::shard::Shard;
use contracts::supervision::*;
use contracts::unit_gateway::*;
use db::{Conn, DbError, Work};
use serde_json::{Value, json};
use sqlx::Connection as _;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use testkit::servers::{servers, workspace};
use uuid::Uuid;

/// What was read, written again.
type Read = Arc<Mutex<Vec<Value>>>;

/// A use case that keeps what it was told.
struct Keep(Read);

impl Work for Keep {
    const NAME: &'static str = "keep";
    type Command = Value;
    type Output = ();
    type Refusal = Infallible;

    async fn apply(
        &self,
        _: &mut Conn,
        _: DateTime<Utc>,
        commands: &[Asked<Value>],
    ) -> Result<db::Results<Self>, DbError> {
        let mut read = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        read.extend(commands.iter().map(|asked| asked.command.clone()));
        Ok(commands.iter().map(|_| Ok(())).collect())
    }
}

/// A reader of one event type, as a service has it.
fn reader<E: Event>(read: &Read) -> (String, Box<dyn Handler>) {
    let handler = bus::on::<E, _, _, _>(
        "compat",
        "on_recorded",
        Keep(Arc::clone(read)),
        |envelope| serde_json::to_value(envelope).expect("an envelope is plain data"),
        |never| match *never {},
    );
    (E::TYPE.to_string(), handler)
}

macro_rules! readers {
    ($read:expr, $($event:ty),+ $(,)?) => { vec![$(reader::<$event>($read)),+] };
}

fn readers(read: &Read) -> Vec<(String, Box<dyn Handler>)> {
    let mut readers = readers![
        read,
        AnswerWentAgainstV1,
        AppealOpenedV1,
        AppealRefusedV1,
        AppealRejectedV1,
        AppealUpheldV1,
        CallbackAttemptedV1,
        CallbackRecordedV1,
        CallbackScheduledV1,
        JudgementMadeV1,
        OrderClosedV1,
        OrderRaisedV1,
        OrderReworkedV1,
        ReplyContradictedV1,
        ComplaintAnsweredV1,
        ComplaintDeclinedV1,
        ComplaintReceivedV1,
        ComplaintSupplementedV1,
        OrderAmendedV1,
        OrderFollowerAddedV1,
        OrderRegisteredV1,
        OrderWithdrawnV1,
        TransferAcceptedV1,
        TransferCompletedV1,
        TransferLapsedV1,
        TransferOfferedV1,
        TransferRefusedV1,
        DirectoryPublishedV1,
        OrderAssignedV1,
        OrderCoHandlersAddedV1,
        OrderDisputedV1,
        OrderKeptV1,
        OrderUndecidedV1,
        ReturnRejectedV1,
        ReturnUpheldV1,
        RulingRefusedV1,
    ];
    readers.extend(later(read));
    readers
}

/// Those of supervision and unit-gateway.
fn later(read: &Read) -> Vec<(String, Box<dyn Handler>)> {
    readers![
        read,
        ClockBreachedV1,
        ClockWarnedV1,
        ConsultationOpenedV1,
        ExclusionDeniedV1,
        ExclusionGrantedV1,
        ExclusionRequestedV1,
        ExtensionDeniedV1,
        ExtensionGrantedV1,
        MatterEmergedV1,
        OrderResumedV1,
        OrderSuspendedV1,
        OutcomeCarriedOutV1,
        OutcomeDroppedV1,
        OutcomePartCarriedOutV1,
        OutcomeRecordedV1,
        ReferralMadeV1,
        RulingMadeV1,
        ScoreChangedV1,
        SupervisionDischargedV1,
        SupervisionEscalatedV1,
        SupervisionOpenedV1,
        SuspensionDeniedV1,
        AppealRequestedV1,
        DeliveryFailingV1,
        DeliveryRestoredV1,
        OrderCoHandlersRequestedV1,
        OrderCoRepliedV1,
        OrderDeliveredV1,
        OrderExtensionRequestedV1,
        OrderProgressedV1,
        OrderRepliedV1,
        OrderRespondedV1,
        OrderReturnRequestedV1,
        OrderSignedV1,
        OrderSuspensionRequestedV1,
    ]
}

/// The recorded message of an event type.
pub fn snapshot(event_type: &str) -> Value {
    let path = workspace().join(format!("shared/contracts/snapshots/{event_type}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).expect("JSON")
}

/// A message on its way to a consumer.
fn arrived(message: &Value) -> Incoming {
    let key: Uuid = message["key"].as_str().expect("a key").parse().expect("an id");
    Incoming::read(Shard::of(key), message.to_string().as_bytes()).expect("an envelope")
}

/// Handlers get a transaction; these do not use it.
async fn connection() -> Conn {
    let name = format!("compat{}", Uuid::new_v4().simple());
    servers()
        .postgres
        .create_database(&name)
        .await
        .expect("a database");
    Conn::connect(&servers().postgres.url(&name))
        .await
        .expect("a connection")
}

async fn read_by(handler: &dyn Handler, message: &Value) -> Verdict {
    let mut conn = connection().await;
    let event = arrived(message);
    let verdicts = handler
        .apply(&mut conn, event.envelope.occurred_at, &[&event])
        .await
        .expect("no trouble");
    verdicts.into_iter().next().expect("one verdict for one event")
}

#[tokio::test]
async fn every_recorded_message_is_read_whole() {
    let read = Read::default();
    let readers = readers(&read);
    let types: Vec<String> = event::all().iter().map(ToString::to_string).collect();
    assert_eq!(
        readers.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>(),
        types,
        "a reader for every event"
    );
    for (name, handler) in &readers {
        let message = snapshot(name);
        assert_eq!(read_by(&**handler, &message).await, Verdict::Done, "{name}");
        let kept = read
            .lock()
            .unwrap()
            .pop()
            .unwrap_or_else(|| panic!("{name} was passed over"));
        assert_eq!(kept, message, "{name}: something was lost or changed in reading");
    }
}

#[tokio::test]
async fn fields_of_a_later_release_are_passed_over() {
    let read = Read::default();
    for (name, handler) in &readers(&read) {
        let recorded = snapshot(name);
        let mut later = recorded.clone();
        later["added_later"] = json!({ "deep": [1, 2] });
        later["data"]["added_later"] = json!("something");
        assert_eq!(read_by(&**handler, &later).await, Verdict::Done, "{name}");
        assert_eq!(read.lock().unwrap().pop(), Some(recorded), "{name}");
    }
}

#[tokio::test]
async fn a_newer_version_waits_and_a_broken_message_is_put_aside() {
    let read = Read::default();
    for (name, handler) in &readers(&read) {
        let mut newer = snapshot(name);
        newer["type"] = json!(name.replace(".v1", ".v2"));
        assert!(
            matches!(read_by(&**handler, &newer).await, Verdict::Retry(_)),
            "{name}"
        );
        let mut broken = snapshot(name);
        broken["data"] = json!({ "order_id": 7 });
        assert!(
            matches!(read_by(&**handler, &broken).await, Verdict::Dead(_)),
            "{name}"
        );
        assert!(read.lock().unwrap().is_empty(), "{name} took effect");
    }
}
