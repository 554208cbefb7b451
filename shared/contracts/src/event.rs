//! What every event type declares, and the list of all of them.
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;

/// Name and version of one event type, e.g. `intake.order.registered.v1`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EventType {
    /// The service that publishes it; nobody else may.
    pub service: &'static str,
    /// The thing it is about: `order`, `complaint`, `callback`, `clock`, …
    pub noun: &'static str,
    /// What happened to it, in the past tense.
    pub past: &'static str,
    /// Version of the shape.
    pub version: u16,
}

impl EventType {
    /// `<service>.<noun>.<past>`, without the version: what a consumer filters on.
    #[must_use]
    pub fn family(&self) -> String {
        format!("{}.{}.{}", self.service, self.noun, self.past)
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}.{}.{}.v{}",
            self.service, self.noun, self.past, self.version
        )
    }
}

/// One version of one event.
pub trait Event: Serialize + DeserializeOwned + Send + Sync + fmt::Debug + 'static {
    /// Its name and version.
    const TYPE: EventType;
}

/// Declares `Event` for a payload type.
macro_rules! event {
    ($payload:ty, $service:literal, $noun:literal, $past:literal, $version:literal) => {
        impl crate::event::Event for $payload {
            const TYPE: crate::event::EventType = crate::event::EventType {
                service: $service,
                noun: $noun,
                past: $past,
                version: $version,
            };
        }
    };
}
pub(crate) use event;

/// Every event type there is, by service and then by name. A test checks it against the frozen snapshots.
#[must_use]
pub fn all() -> Vec<EventType> {
    use crate::{callback as c, intake as i, routing as r};
    let first = [
        c::AnswerWentAgainstV1::TYPE,
        c::AppealOpenedV1::TYPE,
        c::AppealRefusedV1::TYPE,
        c::AppealRejectedV1::TYPE,
        c::AppealUpheldV1::TYPE,
        c::CallbackAttemptedV1::TYPE,
        c::CallbackRecordedV1::TYPE,
        c::CallbackScheduledV1::TYPE,
        c::JudgementMadeV1::TYPE,
        c::OrderClosedV1::TYPE,
        c::OrderRaisedV1::TYPE,
        c::OrderReworkedV1::TYPE,
        c::ReplyContradictedV1::TYPE,
        i::ComplaintAnsweredV1::TYPE,
        i::ComplaintDeclinedV1::TYPE,
        i::ComplaintReceivedV1::TYPE,
        i::ComplaintSupplementedV1::TYPE,
        i::OrderAmendedV1::TYPE,
        i::OrderFollowerAddedV1::TYPE,
        i::OrderRegisteredV1::TYPE,
        i::OrderWithdrawnV1::TYPE,
        i::TransferAcceptedV1::TYPE,
        i::TransferCompletedV1::TYPE,
        i::TransferLapsedV1::TYPE,
        i::TransferOfferedV1::TYPE,
        i::TransferRefusedV1::TYPE,
        r::DirectoryPublishedV1::TYPE,
        r::OrderAssignedV1::TYPE,
        r::OrderCoHandlersAddedV1::TYPE,
        r::OrderDisputedV1::TYPE,
        r::OrderKeptV1::TYPE,
        r::OrderUndecidedV1::TYPE,
        r::ReturnRejectedV1::TYPE,
        r::ReturnUpheldV1::TYPE,
        r::RulingRefusedV1::TYPE,
    ];
    first.into_iter().chain(later()).collect()
}

/// Those of supervision and unit-gateway.
fn later() -> Vec<EventType> {
    use crate::{supervision as s, unit_gateway as u};
    vec![
        s::ClockBreachedV1::TYPE,
        s::ClockWarnedV1::TYPE,
        s::ConsultationOpenedV1::TYPE,
        s::ExclusionDeniedV1::TYPE,
        s::ExclusionGrantedV1::TYPE,
        s::ExclusionRequestedV1::TYPE,
        s::ExtensionDeniedV1::TYPE,
        s::ExtensionGrantedV1::TYPE,
        s::MatterEmergedV1::TYPE,
        s::OrderResumedV1::TYPE,
        s::OrderSuspendedV1::TYPE,
        s::OutcomeCarriedOutV1::TYPE,
        s::OutcomeDroppedV1::TYPE,
        s::OutcomePartCarriedOutV1::TYPE,
        s::OutcomeRecordedV1::TYPE,
        s::ReferralMadeV1::TYPE,
        s::RulingMadeV1::TYPE,
        s::ScoreChangedV1::TYPE,
        s::SupervisionDischargedV1::TYPE,
        s::SupervisionEscalatedV1::TYPE,
        s::SupervisionOpenedV1::TYPE,
        s::SuspensionDeniedV1::TYPE,
        u::AppealRequestedV1::TYPE,
        u::DeliveryFailingV1::TYPE,
        u::DeliveryRestoredV1::TYPE,
        u::OrderCoHandlersRequestedV1::TYPE,
        u::OrderCoRepliedV1::TYPE,
        u::OrderDeliveredV1::TYPE,
        u::OrderExtensionRequestedV1::TYPE,
        u::OrderProgressedV1::TYPE,
        u::OrderRepliedV1::TYPE,
        u::OrderRespondedV1::TYPE,
        u::OrderReturnRequestedV1::TYPE,
        u::OrderSignedV1::TYPE,
        u::OrderSuspensionRequestedV1::TYPE,
    ]
}
