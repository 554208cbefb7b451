//! Examples of the events of routing.
use super::fixed::{calendar, explanation, id, order, returned, terms, time, unit};
use super::{Example, example};
use contracts::routing::{
    DirectoryPublishedV1, OrderAssignedV1, OrderCoHandlersAddedV1, OrderDisputedV1, OrderKeptV1,
    OrderUndecidedV1, ReturnRejectedV1, ReturnUpheldV1, RulingRefusedV1,
};
use contracts::terms::ReturnRightV1;

pub fn examples() -> Vec<Example> {
    let key = order().uuid();
    let published = DirectoryPublishedV1 {
        version: 12,
        published_at: time("2025-09-01T00:00:00Z"),
        calendars: vec![calendar()],
    };
    let undecided = OrderUndecidedV1 {
        order_id: order(),
        reason: "tie".to_owned(),
        candidates: vec![unit("U-CG", "城市管理局"), unit("U-JS", "住建局")],
        directory_version: 12,
        explanation: explanation(),
    };
    let rejected = ReturnRejectedV1 {
        order_id: order(),
        return_id: returned(),
        unit: "U-CG".into(),
        generation: 1,
        reason: "条目明确由你单位主办".to_owned(),
    };
    let upheld = ReturnUpheldV1 {
        order_id: order(),
        return_id: returned(),
        unit: "U-JS".into(),
        generation: 1,
        reason: "不属于其职责".to_owned(),
    };
    vec![
        example(id(0x0d), published),
        example(key, assigned()),
        example(key, co_handlers_added()),
        example(key, disputed()),
        example(key, kept()),
        example(key, undecided),
        example(key, rejected),
        example(key, upheld),
        example(key, ruling_refused()),
    ]
}

fn assigned() -> OrderAssignedV1 {
    OrderAssignedV1 {
        order_id: order(),
        order_number: "25092800017-1".to_owned(),
        generation: 2,
        lead: unit("U-CG", "城市管理局"),
        co_handlers: vec![unit("U-JS", "住建局")],
        matter: Some("M0203".into()),
        divisions: vec!["990102003".into(), "990102".into(), "990100".into()],
        terms: terms(),
        duties: vec!["D-017".into()],
        directory_version: 12,
        accepted_at: time("2025-09-28T02:00:00Z"),
        assigned_at: time("2025-09-28T02:00:04.5Z"),
        return_until: Some(time("2025-09-29T10:00:00Z")),
        return_right: Some(ReturnRightV1 {
            times_max: 0,
            refused: Some("ruling".to_owned()),
        }),
        explanation: explanation(),
    }
}

fn co_handlers_added() -> OrderCoHandlersAddedV1 {
    OrderCoHandlersAddedV1 {
        order_id: order(),
        generation: 2,
        added: vec![unit("U-SW", "水务局")],
        co_handlers: vec![unit("U-JS", "住建局"), unit("U-SW", "水务局")],
        unknown: vec!["U-XX".into()],
        reason: "管道权属需核实".to_owned(),
    }
}

fn disputed() -> OrderDisputedV1 {
    OrderDisputedV1 {
        order_id: order(),
        reason: "bounced".to_owned(),
        returns: 3,
        candidates: vec![unit("U-CG", "城市管理局"), unit("U-JS", "住建局")],
        directory_version: 12,
        explanation: explanation(),
    }
}

fn kept() -> OrderKeptV1 {
    OrderKeptV1 {
        order_id: order(),
        generation: 2,
        amendment: 1,
        directory_version: 12,
        explanation: explanation(),
    }
}

fn ruling_refused() -> RulingRefusedV1 {
    RulingRefusedV1 {
        order_id: order(),
        ruling_id: id(0x09).into(),
        code: "unknown_unit".to_owned(),
        field: Some("lead".to_owned()),
        reason: "U-XX is no unit that is valid on the first day".to_owned(),
    }
}
