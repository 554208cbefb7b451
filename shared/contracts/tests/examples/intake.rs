//! Examples of the events of intake.
use super::fixed::{caller, complaint, id, order, place, time};
use super::{Example, example};
use contracts::intake::{
    ComplaintAnsweredV1, ComplaintDeclinedV1, ComplaintReceivedV1, ComplaintSupplementedV1, OrderAmendedV1,
    OrderFollowerAddedV1, OrderRegisteredV1, OrderWithdrawnV1, TransferAcceptedV1, TransferCompletedV1,
    TransferLapsedV1, TransferOfferedV1, TransferRefusedV1, TransferV1,
};
use contracts::words::{Channel, Disposition, Kind, Outcome, TransferDirection, TransferLapse, Urgency};

pub fn examples() -> Vec<Example> {
    let (complaint_key, order_key) = (complaint().uuid(), order().uuid());
    let answered = ComplaintAnsweredV1 {
        complaint_id: complaint(),
        answer: "办理时间为工作日上午九点起".to_owned(),
    };
    let declined = ComplaintDeclinedV1 {
        complaint_id: complaint(),
        reason: "S-03".to_owned(),
        advice: "请向人民法院提出".to_owned(),
    };
    let follower = OrderFollowerAddedV1 {
        order_id: order(),
        complaint_id: id(0x12).into(),
        complaint_number: "25092800042".to_owned(),
        caller: Some(caller()),
        due_by: Some(time("2025-10-15T09:00:00Z")),
    };
    vec![
        example(complaint_key, answered),
        example(complaint_key, declined),
        example(complaint_key, received()),
        example(complaint_key, supplemented()),
        example(order_key, amended()),
        example(order_key, follower),
        example(order_key, registered()),
        example(order_key, withdrawn()),
    ]
    .into_iter()
    .chain(transfers())
    .collect()
}

fn received() -> ComplaintReceivedV1 {
    ComplaintReceivedV1 {
        complaint_id: complaint(),
        complaint_number: "25092800017".to_owned(),
        channel: Channel::Province,
        kind: Kind::Grievance,
        urgency: Urgency::Urgent,
        disposition: Disposition::Accepted,
        confidential: false,
        accepted_at: time("2025-09-28T02:00:00Z"),
        source_number: Some("P-2025-1188".to_owned()),
        orders: vec![order()],
        caller: Some(caller()),
    }
}

fn registered() -> OrderRegisteredV1 {
    OrderRegisteredV1 {
        order_id: order(),
        order_number: "25092800017-1".to_owned(),
        complaint_id: complaint(),
        complaint_number: "25092800017".to_owned(),
        channel: Channel::Phone,
        kind: Kind::Help,
        urgency: Urgency::Ordinary,
        title: "路灯不亮".to_owned(),
        text: "十四盏路灯不亮，已有一周".to_owned(),
        matter: Some("M0203".into()),
        place: place(),
        facts: [("场所类型".to_owned(), "建筑工地".to_owned())].into(),
        confidential: true,
        accepted_at: time("2025-09-28T02:00:00Z"),
        due_by: Some(time("2025-10-15T09:00:00Z")),
        caller: Some(caller()),
        other_number: true,
    }
}

fn amended() -> OrderAmendedV1 {
    OrderAmendedV1 {
        order_id: order(),
        amendment: 1,
        changed: vec!["matter".to_owned(), "place".to_owned()],
        matter: Some("M0204".into()),
        place: place(),
        facts: [("权属".to_owned(), "无主".to_owned())].into(),
        urgency: Urgency::Urgent,
        reason: "来电人补充了地点".to_owned(),
        amended_at: time("2025-09-28T03:00:00Z"),
    }
}

fn supplemented() -> ComplaintSupplementedV1 {
    ComplaintSupplementedV1 {
        complaint_id: complaint(),
        supplement: 2,
        orders: vec![order()],
        text: "昨晚又有两盏不亮".to_owned(),
        supplemented_at: time("2025-09-28T04:00:00Z"),
    }
}

fn withdrawn() -> OrderWithdrawnV1 {
    OrderWithdrawnV1 {
        order_id: order(),
        complaint_id: complaint(),
        outcome: Outcome::Transferred,
        transfer_id: Some(id(0x21).into()),
        reason: "法律咨询".to_owned(),
        withdrawn_at: time("2025-09-28T04:00:00Z"),
    }
}

fn transfer() -> TransferV1 {
    TransferV1 {
        transfer_id: id(0x21).into(),
        direction: TransferDirection::Outgoing,
        peer: "12348".to_owned(),
        order_id: Some(order()),
        complaint_id: Some(complaint()),
        peer_number: Some("FL-2025-0099".to_owned()),
        matter: Some("M0901".into()),
        urgency: Urgency::Emergency,
        hop: 1,
    }
}

fn transfers() -> Vec<Example> {
    let key = order().uuid();
    vec![
        example(
            key,
            TransferAcceptedV1 {
                transfer: transfer(),
                number: "FL-2025-0099".to_owned(),
                accepted_at: time("2025-09-28T04:00:00Z"),
            },
        ),
        example(
            key,
            TransferCompletedV1 {
                transfer: transfer(),
                outcome: Outcome::Solved,
                result: "已告知起诉程序".to_owned(),
                completed_at: time("2025-09-28T05:00:00Z"),
            },
        ),
        example(
            key,
            TransferLapsedV1 {
                transfer: transfer(),
                lapse: TransferLapse::Unanswered,
                answer_until: time("2025-09-28T03:00:00Z"),
                lapsed_at: time("2025-09-28T03:00:01Z"),
            },
        ),
        example(
            key,
            TransferOfferedV1 {
                transfer: transfer(),
                reason: "咨询起诉程序".to_owned(),
                answer_until: time("2025-09-28T03:00:00Z"),
                offered_at: time("2025-09-28T02:10:00Z"),
            },
        ),
        example(
            key,
            TransferRefusedV1 {
                transfer: transfer(),
                reason: "属于劳动争议".to_owned(),
                better_address: Some("12333".to_owned()),
                refused_at: time("2025-09-28T02:30:00Z"),
            },
        ),
    ]
}
