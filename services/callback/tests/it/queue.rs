//! The queue of the phone: taken by one agent, oldest promise first, one call per person and matter.
use crate::harness::{Told, agent, claim, publish, said, start};
use chrono::TimeDelta;
use contracts::callback::{CallbackRecordedV1, OrderClosedV1};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::Client;

async fn answer(agent: &Client, id: &str, body: Value) -> testkit::Response {
    agent.post(&format!("/v1/callbacks/{id}/answers"), body).await
}

#[tokio::test]
async fn the_oldest_promise_comes_first_and_each_has_one_agent() {
    let app = start().await;
    let mut due = Vec::new();
    for caller in 1..=3 {
        due.push(Told::new(&app).due_of(caller, "M1").await);
        app.clock.advance(TimeDelta::minutes(5));
    }
    let (one, two) = (agent(&app, "one"), agent(&app, "two"));
    assert_eq!(claim(&one).await.join(" "), due[0]);
    assert_eq!(claim(&two).await.join(" "), due[1]);
    assert_eq!(
        claim(&one).await,
        [due[0].clone()],
        "a repeated request takes nothing more"
    );
    let shown = one.get(&format!("/v1/callbacks/{}", due[0])).await.expect(200);
    assert_eq!(shown.text("/claimed_by"), "agent:one");
    let refused = answer(&two, &due[0], said(true, "satisfied")).await.expect(409);
    assert_eq!(refused.text("/code"), "callback_claimed");
    let _ = answer(&one, &due[0], said(true, "satisfied")).await.expect(201);
    assert_eq!(claim(&one).await.join(" "), due[2]);
    app.settle().await;
}

#[tokio::test]
async fn many_agents_at_once_get_different_tasks() {
    let app = start().await;
    for caller in 1..=6 {
        Told::new(&app).due_of(caller, "M1").await;
    }
    let agents: Vec<Client> = (0..6).map(|n| agent(&app, &format!("agent-{n}"))).collect();
    let (a, b, c, d, e, f) = tokio::join!(
        claim(&agents[0]),
        claim(&agents[1]),
        claim(&agents[2]),
        claim(&agents[3]),
        claim(&agents[4]),
        claim(&agents[5])
    );
    let taken: BTreeSet<String> = [a, b, c, d, e, f].concat().into_iter().collect();
    assert_eq!(taken.len(), 6);
}

#[tokio::test]
async fn one_agent_who_claims_twice_at_once_gets_one_call() {
    let app = start().await;
    for caller in 1..=6 {
        Told::new(&app).due_of(caller, "M1").await;
    }
    let one = agent(&app, "one");
    let (a, b, c, d) = tokio::join!(claim(&one), claim(&one), claim(&one), claim(&one));
    let all: BTreeSet<Vec<String>> = [a, b, c, d].into_iter().collect();
    assert_eq!(all.len(), 1, "a double click takes nothing more: {all:?}");
    app.settle().await;
}

/// A replica of a release that locked tasks, and not their orders, runs beside this one while releases change.
#[tokio::test]
async fn what_a_replica_of_before_is_giving_to_somebody_is_passed_over() {
    let app = start().await;
    let first = Told::new(&app).due_of(1, "M1").await;
    app.clock.advance(TimeDelta::minutes(5));
    let second = Told::new(&app).due_of(2, "M1").await;
    let mut before = app.db().begin().await.unwrap();
    sqlx::query(
        "update callbacks set claimed_by = 'agent:before', claimed_until = due_at + interval '1 hour'
         where callback_id = $1::uuid",
    )
    .bind(&first)
    .execute(&mut *before)
    .await
    .unwrap();
    let (one, two) = (agent(&app, "one"), agent(&app, "two"));
    assert_eq!(claim(&one).await, [second]);
    before.commit().await.unwrap();
    assert!(claim(&two).await.is_empty());
    let shown = two.get(&format!("/v1/callbacks/{first}")).await.expect(200);
    assert_eq!(shown.text("/claimed_by"), "agent:before");
}

#[tokio::test]
async fn a_claim_ends_by_itself_or_is_given_back() {
    let app = start().await;
    let due = Told::new(&app).due_of(1, "M1").await;
    let (one, two) = (agent(&app, "one"), agent(&app, "two"));
    assert_eq!(claim(&one).await.join(" "), due);
    assert!(claim(&two).await.is_empty());
    let path = format!("/v1/callbacks/{due}/claim");
    let refused = two.delete(&path).await.expect(409);
    assert_eq!(refused.text("/code"), "callback_claimed");
    let _ = one.delete(&path).await.expect(204);
    assert_eq!(claim(&two).await.join(" "), due);
    app.clock.advance(TimeDelta::minutes(31));
    assert_eq!(claim(&one).await.join(" "), due, "the lease is over");
    let _ = answer(&two, &due, said(true, "satisfied")).await.expect(409);
    let _ = one
        .delete("/v1/callbacks/01890a5d-ac96-774b-bcce-b302099a8057/claim")
        .await
        .expect(404);
}

#[tokio::test]
async fn a_caller_may_ask_for_another_time_and_no_attempt_is_counted() {
    let app = start().await;
    let due = Told::new(&app).due_of(1, "M1").await;
    let one = agent(&app, "one");
    assert_eq!(claim(&one).await.join(" "), due);
    let path = format!("/v1/callbacks/{due}/call-again");
    for (at, status) in [
        ("2026-03-02T08:00:00+08:00", 422),
        ("2026-03-20T08:00:00+08:00", 422),
    ] {
        let refused = one.post(&path, json!({ "at": at })).await.expect(status);
        assert_eq!(refused.text("/field"), "at");
    }
    let _ = one
        .post(&path, json!({ "at": "2026-03-02T23:00:00+08:00" }))
        .await
        .expect(204);
    let shown = one.get(&format!("/v1/callbacks/{due}")).await.expect(200);
    assert_eq!(shown.text("/due_at"), "2026-03-03T08:00:00+08:00", "not at night");
    assert_eq!(shown.body["attempts"], 0);
    assert!(claim(&one).await.is_empty());
    app.clock.advance(TimeDelta::hours(23));
    assert_eq!(claim(&one).await.join(" "), due);
}

#[tokio::test]
async fn another_time_is_for_everything_that_the_call_was_about() {
    let app = start().await;
    let told = Told::new(&app);
    let same = [told.due_of(1, "M1").await, Told::new(&app).due_of(1, "M1").await];
    let (one, two) = (agent(&app, "one"), agent(&app, "two"));
    assert_eq!(claim(&one).await.len(), 2);
    let path = format!("/v1/callbacks/{}/call-again", same[0]);
    let evening = json!({ "at": "2026-03-02T18:00:00+08:00" });
    let _ = one.post(&path, evening).await.expect(204);
    for id in &same {
        let shown = one.get(&format!("/v1/callbacks/{id}")).await.expect(200);
        assert_eq!(shown.text("/due_at"), "2026-03-02T18:00:00+08:00");
        assert!(shown.body.get("claimed_by").is_none(), "{}", shown.body);
    }
    assert!(claim(&two).await.is_empty());
    // Another order of hers: she is called about that now, and about the others when she asked for it.
    app.clock.advance(TimeDelta::hours(5));
    let now = Told::new(&app).due_of(1, "M1").await;
    assert_eq!(
        claim(&two).await.join(" "),
        now,
        "not before the time she was promised"
    );
    let _ = answer(&two, &now, said(true, "satisfied")).await.expect(201);
    app.clock.advance(TimeDelta::hours(4));
    assert_eq!(claim(&two).await.len(), 2);
    app.settle().await;
}

#[tokio::test]
async fn a_time_that_was_promised_waits_for_an_answer_that_is_being_recorded() {
    let app = start().await;
    let told = Told::new(&app);
    let due = told.due_of(1, "M1").await;
    let one = agent(&app, "one");
    // As `record_answer` does: the order is locked, its task is read, and written whole later.
    let mut recording = app.db().begin().await.expect("begins");
    sqlx::query("select from orders where order_id = $1 for update")
        .bind(told.order_id.uuid())
        .execute(&mut *recording)
        .await
        .expect("locked");
    let path = format!("/v1/callbacks/{due}/call-again");
    let promise = one.post(&path, json!({ "at": "2026-03-02T18:00:00+08:00" }));
    tokio::pin!(promise);
    let blocked = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    loop {
        let waiting = async {
            let count: i64 = sqlx::query_scalar(blocked)
                .fetch_one(app.db())
                .await
                .expect("a count");
            count
        };
        tokio::select! {
            biased;
            _ = &mut promise => panic!("the time was written under the answer's hands"),
            count = waiting => if count > 0 { break },
        }
    }
    sqlx::query(
        "update callbacks set due_at = due_at + interval '2 hours', attempts = 1 where order_id = $1",
    )
    .bind(told.order_id.uuid())
    .execute(&mut *recording)
    .await
    .expect("written");
    recording.commit().await.expect("commits");
    let _ = promise.await.expect(204);
    let shown = one.get(&format!("/v1/callbacks/{due}")).await.expect(200);
    assert_eq!(shown.text("/due_at"), "2026-03-02T18:00:00+08:00");
    assert_eq!(shown.body["attempts"], 1);
    app.settle().await;
}

#[tokio::test]
async fn one_person_is_called_once_about_one_matter() {
    let app = start().await;
    let same = [
        Told::new(&app).due_of(1, "M1").await,
        Told::new(&app).due_of(1, "M1").await,
    ];
    app.clock.advance(TimeDelta::minutes(5));
    let other = Told::new(&app).due_of(1, "M2").await;
    let one = agent(&app, "one");
    let taken = claim(&one).await;
    assert_eq!(taken.iter().collect::<BTreeSet<_>>(), same.iter().collect());
    let mut body = said(true, "satisfied");
    body["also"] = json!([taken[1]]);
    let answered = answer(&one, &taken[0], body.clone()).await.expect(201);
    assert_eq!(answered.text("/order_state"), "closed");
    assert_eq!(answered.text("/also/0/order_state"), "closed");
    let again = answer(&one, &taken[0], body).await.expect(201);
    assert_eq!(again.body, answered.body, "sent twice, one answer each");
    app.settle().await;
    assert_eq!(app.published::<OrderClosedV1>().await.len(), 2);
    let recorded = app.published::<CallbackRecordedV1>().await;
    let with: Vec<_> = recorded
        .iter()
        .filter_map(|event| event.data.asked_with)
        .map(|id| id.to_string())
        .collect();
    assert_eq!(with, [taken[0].clone()]);
    assert_eq!(claim(&one).await, [other], "another matter is another call");
}

#[tokio::test]
async fn an_answer_for_others_does_not_take_a_call_from_whoever_makes_it() {
    let app = start().await;
    let (one, two) = (agent(&app, "one"), agent(&app, "two"));
    let theirs = Told::new(&app).due_of(1, "M1").await;
    assert_eq!(claim(&one).await, std::slice::from_ref(&theirs));
    app.clock.advance(TimeDelta::minutes(5));
    let mine = Told::new(&app).due_of(1, "M1").await;
    let mut body = said(true, "satisfied");
    body["also"] = json!([theirs]);
    answer(&two, &mine, body).await.expect(409);
    answer(&one, &theirs, said(true, "satisfied")).await.expect(201);
    answer(&two, &mine, said(true, "satisfied")).await.expect(201);
    app.settle().await;
}

#[tokio::test]
async fn nobody_is_called_by_two_agents_about_one_matter() {
    let app = start().await;
    let (one, two) = (agent(&app, "one"), agent(&app, "two"));
    let first = Told::new(&app).due_of(1, "M1").await;
    assert_eq!(claim(&one).await, std::slice::from_ref(&first));
    app.clock.advance(TimeDelta::minutes(5));
    let later = Told::new(&app).due_of(1, "M1").await;
    assert!(claim(&two).await.is_empty(), "the same person is on the line");
    let other = Told::new(&app).due_of(1, "M2").await;
    assert_eq!(
        claim(&two).await.join(" "),
        other,
        "another matter is another call"
    );
    let _ = answer(&one, &first, said(true, "satisfied")).await.expect(201);
    assert_eq!(claim(&one).await.join(" "), later);

    publish(&app, "[calling]\ntogether = false").await.expect(200);
    let apart = Told::new(&app).due_of(1, "M1").await;
    assert_eq!(
        claim(&agent(&app, "three")).await.join(" "),
        apart,
        "each order by itself"
    );
    app.settle().await;
}

#[tokio::test]
async fn two_agents_who_claim_at_once_do_not_call_one_person() {
    let app = start().await;
    for _ in 0..2 {
        for caller in 1..=3 {
            Told::new(&app).due_of(caller, "M1").await;
        }
    }
    let agents: Vec<Client> = (0..6).map(|n| agent(&app, &format!("agent-{n}"))).collect();
    for round in 0..40 {
        let taken = futures::future::join_all(agents.iter().map(claim)).await;
        let calls: Vec<&Vec<String>> = taken.iter().filter(|call| !call.is_empty()).collect();
        assert_eq!(calls.len(), 3, "round {round}: {taken:?}");
        let mut people = BTreeSet::new();
        for call in calls {
            assert_eq!(
                call.len(),
                2,
                "round {round}: all of a person's in one call: {taken:?}"
            );
            let ids: Vec<uuid::Uuid> = call.iter().map(|id| id.parse().expect("an id")).collect();
            let callers: Vec<uuid::Uuid> = sqlx::query_scalar(
                "select distinct o.caller from callbacks c join orders o using (order_id) where callback_id = any($1)",
            )
            .bind(ids)
            .fetch_all(app.db())
            .await
            .expect("callers");
            assert!(
                callers.len() == 1 && people.insert(callers[0]),
                "called by two: {taken:?}"
            );
        }
        sqlx::query("update callbacks set claimed_by = null, claimed_until = null")
            .execute(app.db())
            .await
            .expect("all are given back");
    }
    app.settle().await;
}

#[tokio::test]
async fn a_call_whose_orders_are_being_written_is_given_to_nobody_in_parts() {
    let app = start().await;
    let written = Told::new(&app);
    let same = [
        written.due_of(1, "M1").await,
        Told::new(&app).due_of(1, "M1").await,
    ];
    app.clock.advance(TimeDelta::minutes(5));
    let other = Told::new(&app).due_of(2, "M1").await;
    // As whoever records an answer does.
    let mut recording = app.db().begin().await.expect("begins");
    sqlx::query("select from orders where order_id = $1 for update")
        .bind(written.order_id.uuid())
        .execute(&mut *recording)
        .await
        .expect("locked");
    let (one, two) = (agent(&app, "one"), agent(&app, "two"));
    assert_eq!(claim(&one).await, [other], "the next person, without any waiting");
    assert!(claim(&two).await.is_empty());
    recording.commit().await.expect("commits");
    let taken: BTreeSet<String> = claim(&two).await.into_iter().collect();
    assert_eq!(taken, same.into_iter().collect());
}

#[tokio::test]
async fn an_answer_for_others_is_refused_as_a_whole() {
    let app = start().await;
    let mine = Told::new(&app).due_of(1, "M1").await;
    let strangers = Told::new(&app).due_of(2, "M1").await;
    let one = agent(&app, "one");
    let mut body = said(true, "satisfied");
    body["also"] = json!([strangers]);
    let refused = answer(&one, &mine, body).await.expect(409);
    assert_eq!(
        (refused.text("/code"), refused.text("/field")),
        ("another_person".into(), "also".into())
    );
    app.settle().await;
    assert!(app.published::<CallbackRecordedV1>().await.is_empty());
    let many: Vec<String> = (0..21).map(|_| uuid::Uuid::now_v7().to_string()).collect();
    let mut body = said(true, "satisfied");
    body["also"] = json!(many);
    assert_eq!(answer(&one, &mine, body).await.expect(422).text("/field"), "also");
}
