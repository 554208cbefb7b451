//! The city's rules as published versions, and what they do.
use crate::harness::{Told, publish, said, start};
use chrono::TimeDelta;
use contracts::callback::{
    CallbackAttemptedV1, CallbackScheduledV1, OrderClosedV1, OrderRaisedV1, OrderReworkedV1,
};
use contracts::intake::OrderAmendedV1;
use contracts::words::{Channel, Kind, Outcome, RaisedTo, Urgency};
use serde_json::json;
use testkit::Role;
use uuid::Uuid;

#[tokio::test]
async fn every_change_is_a_version_with_its_author_and_never_changes() {
    let app = start().await;
    let admin = app.http(Role::Admin);
    let none = admin.get("/v1/policy").await.expect(200);
    assert_eq!(none.body["version"], 0);
    assert!(none.text("/default_document").contains("rework_max"));
    let first = publish(&app, "[default]\nrework_max = 1").await.expect(200);
    assert_eq!(first.body["version"], 1);
    assert_eq!(first.text("/author"), "agent:test-admin");
    assert_eq!(first.text("/published_at"), "2026-03-02T09:00:00+08:00");
    let same = publish(&app, "[default]\nrework_max = 1").await.expect(200);
    assert_eq!(same.body["version"], 1, "the same document is no new version");
    let outdated = json!({ "document": "[default]\nrework_max = 2", "based_on": 0 });
    let refused = admin.put("/v1/policy", outdated).await.expect(409);
    assert_eq!(refused.text("/code"), "policy_outdated");
    let second = json!({ "document": "[default]\nrework_max = 2", "based_on": 1 });
    assert_eq!(
        admin.put("/v1/policy", second).await.expect(200).body["version"],
        2
    );
    let old = app
        .http(Role::Auditor)
        .get("/v1/policy?version=1")
        .await
        .expect(200);
    assert!(old.text("/document").contains("rework_max = 1"));
    let _ = admin.get("/v1/policy?version=9").await.expect(404);
    let changed = sqlx::query("update policy_versions set author = 'x'")
        .execute(app.db())
        .await;
    assert!(changed.unwrap_err().to_string().contains("append-only"));
}

#[tokio::test]
async fn under_a_policy_that_only_a_newer_release_can_read_the_one_before_it_goes_on() {
    let app = start().await;
    publish(
        &app,
        "[[rules]]\nname = 'praise'\nkinds = ['praise']\ncall = 'nobody'",
    )
    .await
    .expect(200);
    for version in [2_i64, 3] {
        sqlx::query(
            "insert into policy_versions (version, document, author, published_at)
             values ($1, $$[default]\nasked_by_whom = 'a member of tomorrow'$$, 'agent:newer', now())",
        )
        .bind(version)
        .execute(app.db())
        .await
        .unwrap();
    }
    let (praise, help) = (Told::new(&app), Told::new(&app));
    assert_eq!(praise.due_with(|r| r.kind = Kind::Praise).await, "");
    assert_ne!(help.due().await, "");
    // What this release can read holds again.
    publish(&app, "").await.expect(200);
    let praise = Told::new(&app);
    assert_ne!(praise.due_with(|r| r.kind = Kind::Praise).await, "");
}

#[tokio::test]
async fn a_bad_document_is_refused_with_its_field_and_changes_nothing() {
    let app = start().await;
    for (document, field) in [
        ("[default]\nrework_max = 1000", "default.rework_max"),
        ("[calling]\nhours = []", "calling.hours"),
        ("[[rules]]\nname = 'x'\nkinds = ['joke']", "rules[0].kinds"),
        ("nonsense", "line 1"),
    ] {
        let refused = publish(&app, document).await.expect(422);
        assert_eq!(
            (refused.text("/code"), refused.text("/field")),
            ("policy_faulty".into(), field.into())
        );
    }
    assert_eq!(
        app.http(Role::Admin).get("/v1/policy").await.expect(200).body["version"],
        0
    );
}

#[tokio::test]
async fn a_published_policy_holds_for_what_is_decided_from_then_on() {
    let app = start().await;
    publish(
        &app,
        "[calling]\nhours = [{ weekdays = [1, 2, 3, 4, 5], from = '12:00:00', to = '14:00:00' }]\n\
         [default]\nsteps = [{ way = 'phone', attempts = 1, gap_mins = 10 }]\nunreachable = 'desk'\nafter_rework = 'close'\nrework_max = 0",
    )
    .await
    .expect(200);
    let told = Told::new(&app);
    let id = told.due().await;
    assert_eq!(
        told.listed("due").await.text("/items/0/due_at"),
        "2026-03-02T12:00:00+08:00"
    );
    let desk = told.answer(&id, json!({ "reached": false })).await.expect(201);
    assert_eq!(desk.text("/state"), "due", "the desk judges");
    let attempted = app
        .http(Role::CallbackAgent)
        .get(&format!("/v1/callbacks/{id}"))
        .await
        .expect(200);
    assert_eq!(attempted.text("/way"), "desk");
    let missing = told
        .answer(&id, json!({ "reached": false, "remark": "审核" }))
        .await
        .expect(422);
    assert_eq!(missing.text("/field"), "solved");
    let closed = told
        .answer(
            &id,
            json!({ "reached": false, "solved": false, "remark": "审核" }),
        )
        .await
        .expect(201);
    assert_eq!(closed.text("/outcome"), "unsolved");
    app.settle().await;
    assert_eq!(app.published::<CallbackAttemptedV1>().await.len(), 1);
    // The first policy goes on for nothing: a new one holds at once.
    publish(&app, "").await.expect(200);
    let next = Told::new(&app);
    next.due().await;
    assert_eq!(
        next.listed("due").await.text("/items/0/due_at"),
        "2026-03-02T09:00:00+08:00"
    );
}

#[tokio::test]
async fn whoever_is_asked_by_another_level_or_not_in_the_share_is_not_called() {
    let app = start().await;
    publish(
        &app,
        "[[rules]]\nname = 'the province asks'\nchannels = ['province']\nasked_by = 'province'\n\
         [[rules]]\nname = 'nobody is asked about praise'\nkinds = ['praise']\ncall = 'nobody'\n\
         [[rules]]\nname = 'a share of suggestions'\nkinds = ['suggestion']\ncall = 'share'\nshare_percent = 0",
    )
    .await
    .expect(200);
    let (above, praise, suggestion) = (Told::new(&app), Told::new(&app), Told::new(&app));
    assert_eq!(above.due_with(|r| r.channel = Channel::Province).await, "");
    assert_eq!(praise.due_with(|r| r.kind = Kind::Praise).await, "");
    assert_eq!(suggestion.due_with(|r| r.kind = Kind::Suggestion).await, "");
    assert!(app.published::<CallbackScheduledV1>().await.is_empty());
    let closed = app.published::<OrderClosedV1>().await;
    assert_eq!(closed.len(), 3);
    assert!(
        closed
            .iter()
            .all(|event| event.data.outcome == Outcome::NotCalled)
    );
    let why = |listed: &testkit::Response, told: &Told<'_>| {
        let id = told.order_id.to_string();
        let items = listed.body["items"].as_array().unwrap().clone();
        let mine = items
            .into_iter()
            .find(|task| task["order_id"] == id.as_str())
            .unwrap();
        mine["not_called_reason"].as_str().unwrap().to_owned()
    };
    let listed = above.listed("not_called").await;
    assert_eq!(
        [
            why(&listed, &above),
            why(&listed, &praise),
            why(&listed, &suggestion)
        ],
        ["asked_elsewhere", "policy", "not_in_share"]
    );
}

#[tokio::test]
async fn the_first_bad_result_of_an_enterprise_goes_to_the_leaders() {
    let app = start().await;
    publish(
        &app,
        "[[rules]]\nname = '企业诉求'\nfacts = { '主体' = '企业' }\nrework_max = 0\nafter_rework = 'leaders'\nrework_limit = { amount = 8, unit = 'hours' }",
    )
    .await
    .expect(200);
    let told = Told::new(&app);
    let id = told
        .due_with(|r| r.facts = [("主体".to_owned(), "企业".to_owned())].into())
        .await;
    let answered = told.answer(&id, said(false, "not_satisfied")).await.expect(201);
    assert_eq!(answered.text("/order_state"), "open", "the unit keeps it");
    app.settle().await;
    let raised = app.published::<OrderRaisedV1>().await;
    assert_eq!((raised[0].data.to, raised[0].data.rework), (RaisedTo::Leaders, 0));
    let limit = app.published::<OrderReworkedV1>().await[0].data.limit.unwrap();
    assert_eq!(limit.amount, 8);
}

/// The agent corrects the facts: an enterprise asks.
fn amended(told: &Told<'_>, amendment: i32) -> OrderAmendedV1 {
    OrderAmendedV1 {
        order_id: told.order_id,
        amendment,
        changed: vec!["facts".to_owned()],
        matter: None,
        place: told.registration(None).place,
        facts: [("主体".to_owned(), "企业".to_owned())].into(),
        urgency: Urgency::Ordinary,
        reason: "来电人补充".to_owned(),
        amended_at: told.app.clock.now(),
    }
}

#[tokio::test]
async fn rules_go_by_facts_as_they_were_corrected() {
    let app = start().await;
    publish(
        &app,
        "[[rules]]\nname = '企业诉求'\nfacts = { '主体' = '企业' }\ncall = 'nobody'",
    )
    .await
    .expect(200);
    let told = Told::new(&app);
    told.registered(Some(Uuid::from_u128(9))).await;
    app.publish(told.order_id.uuid(), 2, &amended(&told, 1)).await;
    told.assigned(1).await;
    told.replied(1, 0).await;
    app.settle().await;
    assert_eq!(
        app.published::<OrderClosedV1>().await.len(),
        1,
        "nobody is called"
    );
}

#[tokio::test]
async fn what_was_not_corrected_stays_as_the_dispatcher_has_it() {
    let app = start().await;
    publish(
        &app,
        "[[rules]]\nname = '路灯'\nmatters = ['M0203']\ncall = 'nobody'",
    )
    .await
    .expect(200);
    let told = Told::new(&app);
    told.registered(Some(Uuid::from_u128(9))).await;
    let mut assignment = told.assignment(1);
    assignment.matter = Some("M020301".into());
    app.publish(told.order_id.uuid(), 1, &assignment).await;
    app.settle().await;
    // The event holds the matter as intake knows it.
    let mut corrected = amended(&told, 2);
    corrected.matter = Some("M0999".into());
    app.publish(told.order_id.uuid(), 2, &corrected).await;
    // An older one that is heard late has no effect.
    let mut older = amended(&told, 1);
    older.changed = vec!["matter".to_owned()];
    older.matter = Some("M0998".into());
    app.publish(told.order_id.uuid(), 3, &older).await;
    told.replied(1, 0).await;
    app.settle().await;
    assert_eq!(
        app.published::<OrderClosedV1>().await.len(),
        1,
        "nobody is called about street lamps"
    );
}

#[tokio::test]
async fn what_was_scheduled_under_an_old_policy_goes_on_under_the_new_one() {
    let app = start().await;
    let told = Told::new(&app);
    let id = told.due().await;
    publish(
        &app,
        "[default]\nsteps = [{ way = 'phone', attempts = 1, gap_mins = 10 }]",
    )
    .await
    .expect(200);
    let last = told.answer(&id, json!({ "reached": false })).await.expect(201);
    assert_eq!(last.text("/outcome"), "unreachable");
    app.clock.advance(TimeDelta::hours(1));
    app.settle().await;
}

#[tokio::test]
async fn what_an_assignment_says_is_not_lost_when_it_is_heard_before_the_registration() {
    let app = start().await;
    let rules = "[[rules]]\nname = '路灯'\nmatters = ['M0203']\ncall = 'nobody'\n\
                 [[rules]]\nname = '特急件'\nurgencies = ['emergency']\ncall = 'nobody'";
    publish(&app, rules).await.expect(200);
    for (matter, urgency) in [(Some("M020301"), None), (None, Some(Urgency::Emergency))] {
        let told = Told::new(&app);
        let mut assignment = told.assignment(1);
        assignment.matter = matter.map(Into::into);
        assignment.terms.urgency = urgency;
        app.publish(told.order_id.uuid(), 1, &assignment).await;
        app.settle().await;
        told.registered(Some(Uuid::from_u128(9))).await;
        app.settle().await;
        told.replied(1, 0).await;
        app.settle().await;
    }
    let closed = app.published::<OrderClosedV1>().await;
    assert_eq!(closed.len(), 2, "nobody is called");
}
