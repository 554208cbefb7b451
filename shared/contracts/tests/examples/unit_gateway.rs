//! Examples of the events of unit-gateway.
use super::fixed::{callback, id, order, returned, time};
use super::{Example, example};
use contracts::terms::LimitUnit;
use contracts::unit_gateway::{
    AppealRequestedV1, DeliveryFailingV1, DeliveryRestoredV1, OrderCoHandlersRequestedV1, OrderCoRepliedV1,
    OrderDeliveredV1, OrderExtensionRequestedV1, OrderProgressedV1, OrderRepliedV1, OrderRespondedV1,
    OrderReturnRequestedV1, OrderSignedV1, OrderSuspensionRequestedV1, unit_key,
};
use contracts::words::{ClockName, DeliveryWay, Satisfaction};

pub fn examples() -> Vec<Example> {
    let key = order().uuid();
    let co_handlers_requested = OrderCoHandlersRequestedV1 {
        order_id: order(),
        unit: "U-CG".into(),
        generation: 2,
        co_handlers: vec!["U-SW".into()],
        reason: "管道权属需核实".to_owned(),
    };
    let delivered = OrderDeliveredV1 {
        order_id: order(),
        unit: "U-CG".into(),
        generation: 2,
        rework: 1,
        way: DeliveryWay::Webhook,
        delivered_at: time("2025-09-28T02:00:05Z"),
    };
    let progressed = OrderProgressedV1 {
        order_id: order(),
        unit: "U-CG".into(),
        generation: 2,
        note: "已派电工到现场".to_owned(),
    };
    let responded = OrderRespondedV1 {
        order_id: order(),
        unit: "U-CG".into(),
        generation: 2,
        how: "visited".to_owned(),
        responded_at: time("2025-09-28T06:30:00Z"),
    };
    let return_requested = OrderReturnRequestedV1 {
        order_id: order(),
        return_id: returned(),
        unit: "U-CG".into(),
        generation: 1,
        reason_code: "not_our_duty".to_owned(),
        basis: "市政府办公厅文件第三条".to_owned(),
        suggested_unit: Some("U-JS".into()),
    };
    let signed = OrderSignedV1 {
        order_id: order(),
        unit: "U-CG".into(),
        generation: 2,
        signed_at: time("2025-09-28T02:10:00Z"),
    };
    vec![
        example(key, appeal_requested()),
        example(unit_key(&"U-CG".into()), failing()),
        example(unit_key(&"U-CG".into()), restored()),
        example(key, co_handlers_requested),
        example(key, co_replied()),
        example(key, delivered),
        example(key, extension_requested()),
        example(key, progressed),
        example(key, replied()),
        example(key, responded),
        example(key, return_requested),
        example(key, signed),
        example(key, suspension_requested()),
    ]
}

fn replied() -> OrderRepliedV1 {
    OrderRepliedV1 {
        order_id: order(),
        unit: "U-CG".into(),
        generation: 2,
        rework: 1,
        solved: true,
        claimed_result: Some(Satisfaction::Satisfied),
        contacted: true,
        text: "路灯已全部修复".to_owned(),
        replied_at: time("2025-10-09T08:00:00Z"),
    }
}

fn co_replied() -> OrderCoRepliedV1 {
    OrderCoRepliedV1 {
        order_id: order(),
        unit: "U-SW".into(),
        generation: 2,
        rework: 1,
        done: true,
        text: "管道权属已核实".to_owned(),
        replied_at: time("2025-10-08T08:00:00Z"),
    }
}

fn extension_requested() -> OrderExtensionRequestedV1 {
    OrderExtensionRequestedV1 {
        order_id: order(),
        extension_id: id(0x08).into(),
        unit: "U-CG".into(),
        generation: 2,
        clock: ClockName::Finish,
        amount: 5,
        amount_unit: LimitUnit::WorkingDays,
        reason: "需采购灯具".to_owned(),
        basis: "市热线管理办法第二十条".to_owned(),
        requested_at: time("2025-09-29T02:10:00Z"),
    }
}

fn suspension_requested() -> OrderSuspensionRequestedV1 {
    OrderSuspensionRequestedV1 {
        order_id: order(),
        suspension_id: id(0x0b).into(),
        unit: "U-CG".into(),
        generation: 2,
        reason_code: "weather".to_owned(),
        reason: "连日降雨，无法施工".to_owned(),
        until: time("2025-10-25T01:00:00Z"),
        basis: "市热线管理办法第二十二条".to_owned(),
        attachments: vec![id(0x0e)],
        requested_at: time("2025-10-14T02:10:00Z"),
    }
}

fn failing() -> DeliveryFailingV1 {
    DeliveryFailingV1 {
        unit: "U-CG".into(),
        way: DeliveryWay::Webhook,
        since: time("2025-09-28T02:00:05Z"),
        waiting: 7,
        reason: "answered 503".to_owned(),
        fallback: DeliveryWay::Rest,
    }
}

fn restored() -> DeliveryRestoredV1 {
    DeliveryRestoredV1 {
        unit: "U-CG".into(),
        way: DeliveryWay::Webhook,
        since: time("2025-09-28T02:00:05Z"),
        restored_at: time("2025-09-28T03:10:00Z"),
    }
}

fn appeal_requested() -> AppealRequestedV1 {
    AppealRequestedV1 {
        order_id: order(),
        callback_id: callback(),
        unit: "U-CG".into(),
        generation: 2,
        rework: 1,
        ground: "路灯已于回访前修复".to_owned(),
        requested_at: time("2025-10-11T02:30:00Z"),
    }
}
