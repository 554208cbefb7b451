//! Every word of every vocabulary: a word that is renamed can no longer be read from old events.
use super::Example;
use contracts::terms::{LimitUnit, StartRule};
use contracts::unit_documents::UnitNotice;
use contracts::words::{
    CallbackWay, Channel, ClockName, DeliveryWay, Disposition, Finding, Kind, Outcome, RaisedTo,
    Satisfaction, SupervisionLevel, TransferDirection, TransferLapse, Urgency,
};
use serde::{Deserialize, Serialize};

#[derive(PartialEq, Debug, Serialize, Deserialize)]
struct Words {
    kind: Vec<Kind>,
    urgency: Vec<Urgency>,
    channel: Vec<Channel>,
    disposition: Vec<Disposition>,
    satisfaction: Vec<Satisfaction>,
    clock: Vec<ClockName>,
    level: Vec<SupervisionLevel>,
    delivery_way: Vec<DeliveryWay>,
    outcome: Vec<Outcome>,
    callback_way: Vec<CallbackWay>,
    finding: Vec<Finding>,
    raised_to: Vec<RaisedTo>,
    transfer_direction: Vec<TransferDirection>,
    transfer_lapse: Vec<TransferLapse>,
    limit_unit: Vec<LimitUnit>,
    start_rule: Vec<StartRule>,
    unit_notice: Vec<UnitNotice>,
}

pub fn example() -> Example {
    use {LimitUnit as L, StartRule as S, UnitNotice as N};
    let words = Words {
        kind: Kind::ALL.to_vec(),
        urgency: Urgency::ALL.to_vec(),
        channel: Channel::ALL.to_vec(),
        disposition: Disposition::ALL.to_vec(),
        satisfaction: Satisfaction::ALL.to_vec(),
        clock: ClockName::ALL.to_vec(),
        level: SupervisionLevel::ALL.to_vec(),
        delivery_way: DeliveryWay::ALL.to_vec(),
        outcome: Outcome::ALL.to_vec(),
        callback_way: CallbackWay::ALL.to_vec(),
        finding: Finding::ALL.to_vec(),
        raised_to: RaisedTo::ALL.to_vec(),
        transfer_direction: TransferDirection::ALL.to_vec(),
        transfer_lapse: TransferLapse::ALL.to_vec(),
        limit_unit: vec![L::Hours, L::CalendarDays, L::WorkingDays, L::WorkingHours],
        start_rule: vec![S::Acceptance, S::Dispatch, S::Signing, S::NextWorkingDay],
        unit_notice: vec![
            N::Assigned,
            N::Reworked,
            N::ReturnRejected,
            N::Amended,
            N::Supplemented,
            N::Summoned,
            N::Outcome,
            N::Answer,
            N::Appeal,
            N::Revoked,
            N::Closed,
        ],
    };
    Example::of("words.v1", words)
}
