//! Appeals that units' systems asked for at unit-gateway: what callback tells them first, and what it makes of them.
use crate::harness::{Told, publish, said, start};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::callback::{
    AnswerWentAgainstV1, AppealOpenedV1, AppealRefusedV1, AppealUpheldV1, CallbackRecordedV1, OrderClosedV1,
    OrderReworkedV1,
};
use contracts::ids::{CallbackId, OrderId};
use contracts::unit_gateway::AppealRequestedV1;
use serde_json::json;
use testkit::{Role, TestApp};

const UNIT: &str = "U-1";

/// What a unit's system asked for at unit-gateway.
struct Asking {
    order_id: OrderId,
    callback_id: CallbackId,
    unit: &'static str,
    at: DateTime<Utc>,
}

impl Asking {
    async fn said(&self, app: &TestApp, ground: &str) {
        let event = AppealRequestedV1 {
            order_id: self.order_id,
            callback_id: self.callback_id,
            unit: self.unit.into(),
            generation: 1,
            rework: 0,
            ground: ground.to_owned(),
            requested_at: self.at,
        };
        app.publish(self.order_id.uuid(), 100, &event).await;
        app.settle().await;
    }
}

/// A caller who says "no"; what the unit's system may ask for then.
async fn went_against(told: &Told<'_>) -> Asking {
    let id = told.due().await;
    let _ = told.answer(&id, said(false, "not_satisfied")).await.expect(201);
    told.app.settle().await;
    Asking {
        order_id: told.order_id,
        callback_id: id.parse().expect("an id"),
        unit: UNIT,
        at: told.app.clock.now(),
    }
}

#[tokio::test]
async fn an_answer_that_counts_against_the_unit_is_told_with_what_follows_from_it() {
    let app = start().await;
    let (good, bad) = (Told::new(&app), Told::new(&app));
    let id = good.due().await;
    let _ = good.answer(&id, said(true, "satisfied")).await.expect(201);
    let asking = went_against(&bad).await;
    assert_eq!(app.published::<CallbackRecordedV1>().await.len(), 2);
    let told = app.published::<AnswerWentAgainstV1>().await;
    assert_eq!(told.len(), 1, "of the good answer nothing more is told");
    let event = &told[0].data;
    assert_eq!(
        (event.order_id, event.callback_id, event.unit.as_str()),
        (bad.order_id, asking.callback_id, UNIT)
    );
    assert_eq!(
        (event.solved, event.rework, event.answered_at),
        (false, 0, asking.at)
    );
    // Monday at nine, and five working days.
    assert_eq!(event.appeal_until.to_rfc3339(), "2026-03-09T13:00:00+00:00");
    let reworked = app.published::<OrderReworkedV1>().await;
    assert_eq!(told[0].sequence + 1, reworked[0].sequence, "before what follows");
    assert_eq!(told[0].correlation_id, reworked[0].correlation_id);
    assert_eq!(app.published::<OrderClosedV1>().await.len(), 1);
}

#[tokio::test]
async fn a_heard_request_opens_an_appeal_once_and_is_reviewed_like_any_other() {
    let app = start().await;
    let asking = went_against(&Told::new(&app)).await;
    asking.said(&app, "已于回访前修复").await;
    asking.said(&app, "已于回访前修复").await;
    let opened = app.published::<AppealOpenedV1>().await;
    assert_eq!((opened.len(), opened[0].data.unit.as_str()), (1, UNIT));
    assert!(app.published::<AppealRefusedV1>().await.is_empty());
    let supervisor = app.http(Role::Supervisor);
    let listed = supervisor.get("/v1/appeals").await.expect(200);
    assert_eq!(listed.text("/items/0/opened_by"), "unit:U-1");
    assert_eq!(listed.text("/items/0/ground"), "已于回访前修复");
    let review = format!("/v1/appeals/{}/review", listed.text("/items/0/appeal_id"));
    let upheld = json!({ "uphold": true, "reason": "照片属实" });
    let _ = supervisor.post(&review, upheld).await.expect(200);
    app.settle().await;
    let upheld = app.published::<AppealUpheldV1>().await;
    assert_eq!(
        (upheld.len(), upheld[0].data.callback_id),
        (1, asking.callback_id)
    );
}

#[tokio::test]
async fn what_is_not_possible_is_refused_aloud_with_its_code() {
    let app = start().await;
    let _ = publish(&app, "[default]\nappeal_window = { amount = 24, unit = 'hours' }")
        .await
        .expect(200);
    let day = TimeDelta::hours(24);
    let late = went_against(&Told::new(&app)).await;
    let late = Asking {
        at: late.at + day + TimeDelta::seconds(1),
        ..late
    };
    let foreign = Asking {
        unit: "U-2",
        ..went_against(&Told::new(&app)).await
    };
    let taken = went_against(&Told::new(&app)).await;
    taken.said(&app, "已修复").await;
    let good = Told::new(&app);
    let id = good.due().await;
    let _ = good.answer(&id, said(true, "satisfied")).await.expect(201);
    let good = Asking {
        order_id: good.order_id,
        callback_id: id.parse().expect("an id"),
        unit: UNIT,
        at: app.clock.now(),
    };
    for (asking, code) in [
        (&late, "too_late"),
        (&foreign, "unknown"),
        (&taken, "exists"),
        (&good, "not_bad"),
    ] {
        asking.said(&app, "另一理由").await;
        let refused = app.published::<AppealRefusedV1>().await;
        let about = |asking: &Asking| {
            refused
                .iter()
                .find(|told| told.data.callback_id == asking.callback_id)
        };
        let told = about(asking).map(|told| (told.data.code.as_str(), told.data.unit.as_str(), told.key));
        assert_eq!(told, Some((code, asking.unit, asking.order_id.uuid())));
    }
    assert_eq!(app.published::<AppealOpenedV1>().await.len(), 1);
}

#[tokio::test]
async fn who_asked_in_time_is_heard_however_late_that_comes_here() {
    let app = start().await;
    let asking = went_against(&Told::new(&app)).await;
    app.clock.advance(TimeDelta::days(30));
    asking.said(&app, "已修复").await;
    assert_eq!(app.published::<AppealOpenedV1>().await.len(), 1);
    assert!(app.published::<AppealRefusedV1>().await.is_empty());
}
