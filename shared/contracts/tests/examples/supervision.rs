//! Examples of the events of supervision.
use super::fixed::{id, order, time};
use super::{Example, example};
use contracts::supervision::{
    ClockBreachedV1, ClockWarnedV1, ConsultationOpenedV1, ExtensionDeniedV1, ExtensionGrantedV1,
    OrderResumedV1, OrderSuspendedV1, OutcomeCarriedOutV1, OutcomeDroppedV1, OutcomePartCarriedOutV1,
    OutcomePartV1, OutcomeRecordedV1, ReferralMadeV1, RulingMadeV1, SupervisionDischargedV1,
    SupervisionEscalatedV1, SupervisionOpenedV1, SuspensionDeniedV1,
};
use contracts::terms::LimitUnit;
use contracts::words::{ClockName, SupervisionLevel};

pub fn examples() -> Vec<Example> {
    let key = order().uuid();
    let breached = ClockBreachedV1 {
        order_id: order(),
        clock: ClockName::Total,
        timer_generation: 3,
        due_at: time("2025-10-23T09:00:00Z"),
        unit: Some("U-CG".into()),
    };
    let warned = ClockWarnedV1 {
        order_id: order(),
        clock: ClockName::Finish,
        timer_generation: 2,
        due_at: time("2025-10-23T09:00:00Z"),
        unit: Some("U-CG".into()),
    };
    let resumed = OrderResumedV1 {
        order_id: order(),
        suspension_id: id(0x0b).into(),
        generation: Some(1),
        resumed_at: time("2025-10-20T01:00:00Z"),
        reason: Some("雨停，恢复施工".to_owned()),
        due_at: Some(time("2025-10-27T09:00:00Z")),
    };
    let discharged = SupervisionDischargedV1 {
        order_id: order(),
        supervision_id: id(0x0c).into(),
        level: SupervisionLevel::OnSite,
        outcome: "carried_out".to_owned(),
        reason: "管道已修复，现场核实".to_owned(),
    };
    vec![
        example(key, breached),
        example(key, warned),
        example(key, consultation()),
        example(key, denied()),
        example(key, granted()),
        example(key, resumed),
        example(key, suspended()),
        example(key, carried_out()),
        example(key, dropped()),
        example(key, part_carried_out()),
        example(key, outcome()),
        example(key, referral()),
        example(key, ruling()),
        example(key, discharged),
        example(key, escalated()),
        example(key, opened()),
        example(key, suspension_denied()),
    ]
}

fn consultation() -> ConsultationOpenedV1 {
    ConsultationOpenedV1 {
        order_id: order(),
        consultation_id: id(0x0a).into(),
        supervision_id: Some(id(0x0c).into()),
        units: vec!["U-CG".into(), "U-JS".into()],
        meets_at: time("2025-10-10T01:00:00Z"),
        meets_where: "柳巷支路北口".to_owned(),
        on_site: true,
        question: "十四盏路灯归谁管".to_owned(),
    }
}

fn denied() -> ExtensionDeniedV1 {
    ExtensionDeniedV1 {
        order_id: order(),
        extension_id: id(0x08).into(),
        unit: "U-CG".into(),
        generation: 2,
        code: "reviewed".to_owned(),
        due_at: Some(time("2025-10-23T09:00:00Z")),
        reason: "理由不充分".to_owned(),
    }
}

fn granted() -> ExtensionGrantedV1 {
    ExtensionGrantedV1 {
        order_id: order(),
        extension_id: id(0x08).into(),
        unit: "U-CG".into(),
        generation: 2,
        rework: 0,
        clock: ClockName::Finish,
        amount: 5,
        amount_unit: LimitUnit::WorkingDays,
        due_before: time("2025-10-23T09:00:00Z"),
        due_at: time("2025-10-30T09:00:00Z"),
        number: 1,
        reason: "需采购配件".to_owned(),
    }
}

fn suspended() -> OrderSuspendedV1 {
    OrderSuspendedV1 {
        order_id: order(),
        suspension_id: id(0x0b).into(),
        unit: "U-CG".into(),
        generation: 2,
        reason_code: "weather".to_owned(),
        reason: "连日降雨，无法施工".to_owned(),
        suspended_at: time("2025-10-15T01:00:00Z"),
        until: time("2025-10-25T01:00:00Z"),
    }
}

fn suspension_denied() -> SuspensionDeniedV1 {
    SuspensionDeniedV1 {
        order_id: order(),
        suspension_id: id(0x0b).into(),
        unit: "U-CG".into(),
        generation: 2,
        asked_by_unit: true,
        code: "reviewed".to_owned(),
        reason: "可以室内施工".to_owned(),
        pending: None,
        was_in_the_way: false,
    }
}

fn referral() -> ReferralMadeV1 {
    ReferralMadeV1 {
        order_id: order(),
        referral_id: id(0x0f).into(),
        supervision_id: Some(id(0x0c).into()),
        number: "YS2025000003".to_owned(),
        unit: "U-CG".into(),
        to: "市纪委监委".to_owned(),
        reason: "三级督办均未办结".to_owned(),
        record_sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
    }
}

fn ruling() -> RulingMadeV1 {
    RulingMadeV1 {
        order_id: order(),
        ruling_id: id(0x09).into(),
        consultation_id: id(0x0a).into(),
        lead: "U-CG".into(),
        co_handlers: vec!["U-JS".into()],
        matter: Some("M0203".into()),
        division: Some("990102003".into()),
        conditions: "地名=柳巷支路".to_owned(),
        basis: "会商纪要〔2025〕7号".to_owned(),
        minutes: Some("各单位意见已记录".to_owned()),
        valid_from: "2025-10-10".parse().ok(),
        valid_to: "2027-12-31".parse().ok(),
    }
}

fn escalated() -> SupervisionEscalatedV1 {
    SupervisionEscalatedV1 {
        order_id: order(),
        supervision_id: id(0x0c).into(),
        number: "DB2025000017-2".to_owned(),
        from: SupervisionLevel::Urge,
        level: SupervisionLevel::Written,
        trigger: "unanswered".to_owned(),
        unit: Some("U-CG".into()),
        told: vec!["U-ZF".into()],
        answer_until: time("2025-10-28T09:00:00Z"),
        evidence: vec!["written_report".to_owned()],
        demand: "三个工作日内书面报告办理情况".to_owned(),
    }
}

fn opened() -> SupervisionOpenedV1 {
    SupervisionOpenedV1 {
        order_id: order(),
        supervision_id: id(0x0c).into(),
        number: "DB2025000017-1".to_owned(),
        level: SupervisionLevel::Urge,
        trigger: "finish_late".to_owned(),
        unit: Some("U-CG".into()),
        told: vec!["U-ZF".into()],
        answer_until: time("2025-10-24T09:00:00Z"),
        evidence: vec!["progress".to_owned()],
        demand: "请尽快办理".to_owned(),
    }
}

fn outcome() -> OutcomeRecordedV1 {
    let part = |number, what: &str, until| OutcomePartV1 {
        number,
        what: what.to_owned(),
        until: time(until),
    };
    OutcomeRecordedV1 {
        order_id: order(),
        outcome_id: id(0x10).into(),
        consultation_id: Some(id(0x0a).into()),
        supervision_id: Some(id(0x0c).into()),
        unit: "U-JS".into(),
        text: "先为二十户办证，其余分期办理".to_owned(),
        parts: vec![
            part(1, "二十户", "2025-11-10T09:00:00Z"),
            part(2, "其余住户", "2026-03-31T09:00:00Z"),
        ],
        until: time("2026-03-31T09:00:00Z"),
    }
}

fn part_carried_out() -> OutcomePartCarriedOutV1 {
    OutcomePartCarriedOutV1 {
        order_id: order(),
        outcome_id: id(0x10).into(),
        unit: "U-JS".into(),
        part: 1,
        report: "二十户已领证，逐户核实".to_owned(),
        carried_out_at: time("2025-11-09T02:00:00Z"),
        remaining: 1,
    }
}

fn carried_out() -> OutcomeCarriedOutV1 {
    OutcomeCarriedOutV1 {
        order_id: order(),
        outcome_id: id(0x10).into(),
        unit: "U-JS".into(),
        part: 2,
        report: "全部办结".to_owned(),
        carried_out_at: time("2026-03-30T02:00:00Z"),
    }
}

fn dropped() -> OutcomeDroppedV1 {
    OutcomeDroppedV1 {
        order_id: order(),
        outcome_id: id(0x10).into(),
        unit: "U-JS".into(),
        reason: "诉求人与开发商另行和解".to_owned(),
    }
}
