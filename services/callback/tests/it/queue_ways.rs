//! Two queues: calls, and what the desk judges; and what a call takes with it and gives back.
use crate::harness::{Told, agent, claim, publish, said, start};
use crate::intake_door::{FakeIntake, start_with};
use chrono::TimeDelta;
use contracts::unit_gateway::OrderRepliedV1;
use contracts::words::Kind;
use serde_json::{Value, json};
use testkit::{Client, TestApp};
use uuid::Uuid;

/// A failure that the unit admits, and nobody to call: the desk judges.
async fn for_the_desk(app: &TestApp) -> String {
    let told = Told::new(app);
    told.registered(None).await;
    told.assigned(1).await;
    let admitted = OrderRepliedV1 {
        solved: false,
        claimed_result: None,
        ..told.reply(1, 0)
    };
    app.publish(told.order_id.uuid(), 10, &admitted).await;
    app.settle().await;
    told.mine().await.expect("due")
}

async fn from_desk(agent: &Client) -> Vec<String> {
    let taken = agent
        .post("/v1/callbacks/claims?way=desk", json!({}))
        .await
        .expect(200);
    let items = taken.body["items"].as_array().expect("items").clone();
    items
        .iter()
        .map(|task| task["callback_id"].as_str().expect("an id").to_owned())
        .collect()
}

async fn shown(app: &TestApp, id: &str) -> Value {
    agent(app, "reader")
        .get(&format!("/v1/callbacks/{id}"))
        .await
        .expect(200)
        .body
}

/// The ids and ways of the tasks that are due.
async fn listed(app: &TestApp, query: &str) -> Vec<(String, String)> {
    let page = agent(app, "reader")
        .get(&format!("/v1/callbacks{query}"))
        .await
        .expect(200);
    let items = page.body["items"].as_array().expect("items").clone();
    let text = |task: &Value, field: &str| task[field].as_str().unwrap_or_default().to_owned();
    items
        .iter()
        .map(|task| (text(task, "callback_id"), text(task, "way")))
        .collect()
}

#[tokio::test]
async fn who_calls_gets_no_task_of_the_desk_unless_asked_for() {
    let app = start().await;
    let desk = for_the_desk(&app).await;
    app.clock.advance(TimeDelta::minutes(5));
    let call = Told::new(&app).due_of(1, "M1").await;
    let (one, two) = (agent(&app, "one"), agent(&app, "two"));
    assert_eq!(
        claim(&one).await,
        std::slice::from_ref(&call),
        "the desk's is older"
    );
    assert!(claim(&two).await.is_empty());
    assert_eq!(from_desk(&two).await, std::slice::from_ref(&desk));
    assert!(from_desk(&one).await.is_empty(), "one agent has it");
    assert_eq!(
        from_desk(&two).await,
        std::slice::from_ref(&desk),
        "a repeated request takes nothing more"
    );
    assert_eq!(claim(&one).await, std::slice::from_ref(&call));
    let other = two
        .post("/v1/callbacks/claims?way=pigeon", json!({}))
        .await
        .expect(400);
    assert_eq!(other.text("/field"), "way");

    let refused = two
        .post(
            &format!("/v1/callbacks/{desk}/call-again"),
            json!({ "at": "2026-03-02T18:00:00+08:00" }),
        )
        .await;
    assert_eq!(refused.expect(409).text("/code"), "callback_not_by_phone");
    let verdict = json!({ "reached": false, "solved": true });
    two.post(&format!("/v1/callbacks/{desk}/answers"), verdict)
        .await
        .expect(201);
    assert!(from_desk(&two).await.is_empty());
    // The desk judges at night, too.
    app.clock.advance(TimeDelta::hours(14));
    let at_night = for_the_desk(&app).await;
    assert!(claim(&two).await.is_empty());
    assert_eq!(from_desk(&two).await, [at_night]);
}

#[tokio::test]
async fn many_at_the_desk_get_different_tasks() {
    let app = start().await;
    for _ in 0..4 {
        for_the_desk(&app).await;
    }
    let agents: Vec<Client> = (0..6).map(|n| agent(&app, &format!("agent-{n}"))).collect();
    let mut taken = futures::future::join_all(agents.iter().map(from_desk))
        .await
        .concat();
    let all = taken.len();
    taken.sort();
    taken.dedup();
    assert_eq!(taken.len(), all, "each has one agent");
    while taken.len() < 4 {
        let next = from_desk(&agent(&app, &format!("agent-{}", 6 + taken.len()))).await;
        assert_eq!(next.len(), 1, "nothing is lost: {taken:?}");
        taken.extend(next);
    }
}

#[tokio::test]
async fn the_list_shows_the_way_and_filters_by_it() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let two_ways = "[[rules]]\nname = 'questions'\nkinds = ['consultation']\nsteps = [{ way = 'sms', gap_mins = 60 }]\n\
                    [[rules]]\nname = 'other'\nkinds = ['praise']\nsteps = [{ way = 'second_phone', gap_mins = 60 }]";
    publish(&app, two_ways).await.expect(200);
    let desk = for_the_desk(&app).await;
    let phone = Told::new(&app).due_of(1, "M1").await;
    let sms = Told::new(&app).due_with(|r| r.kind = Kind::Consultation).await;
    let second = Told::new(&app)
        .due_with(|r| {
            r.kind = Kind::Praise;
            r.other_number = true;
        })
        .await;
    let of = |id: &str, way: &str| vec![(id.to_owned(), way.to_owned())];
    assert_eq!(listed(&app, "?way=desk").await, of(&desk, "desk"));
    assert_eq!(listed(&app, "?state=due&way=phone").await, of(&phone, "phone"));
    assert_eq!(listed(&app, "?way=sms").await, of(&sms, "sms"));
    assert_eq!(
        listed(&app, "?way=second_phone").await,
        of(&second, "second_phone")
    );
    assert_eq!(listed(&app, "").await.len(), 4);
    let reader = agent(&app, "reader");
    let refused = reader
        .get("/v1/callbacks?state=recorded&way=phone")
        .await
        .expect(400);
    assert_eq!(refused.text("/field"), "way");
    let one = agent(&app, "one");
    one.post(&format!("/v1/callbacks/{phone}/answers"), said(true, "satisfied"))
        .await
        .expect(201);
    assert_eq!(
        listed(&app, "?state=recorded").await,
        of(&phone, ""),
        "what is done has no next way"
    );
    app.settle().await;
}

#[tokio::test]
async fn another_time_frees_all_of_the_call_and_moves_only_what_is_called() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let by_kind = "[[rules]]\nname = 'questions'\nkinds = ['consultation']\nsteps = [{ way = 'sms', gap_mins = 600 }, { way = 'phone', gap_mins = 60 }]";
    publish(&app, by_kind).await.expect(200);
    let of = |kind: Kind| {
        move |registered: &mut contracts::intake::OrderRegisteredV1| {
            registered.caller = Some(Uuid::from_u128(1));
            registered.matter = Some("M1".into());
            registered.kind = kind;
        }
    };
    let call = Told::new(&app).due_with(of(Kind::Help)).await;
    let message = Told::new(&app).due_with(of(Kind::Consultation)).await;
    let one = agent(&app, "one");
    for named in [&call, &message] {
        assert_eq!(
            claim(&one).await,
            [call.clone(), message.clone()],
            "one call about both"
        );
        let path = format!("/v1/callbacks/{named}/call-again");
        one.post(&path, json!({ "at": "2026-03-02T18:00:00+08:00" }))
            .await
            .expect(204);
        let (call, message) = (shown(&app, &call).await, shown(&app, &message).await);
        for task in [&call, &message] {
            assert!(task.get("claimed_by").is_none(), "nobody has it: {task}");
        }
        assert_eq!(call["due_at"], "2026-03-02T18:00:00+08:00");
        assert_eq!(
            message["due_at"], "2026-03-02T19:00:00+08:00",
            "its answer is waited for as long as before"
        );
        assert!(claim(&agent(&app, "two")).await.is_empty());
        sqlx::query("update callbacks set due_at = '2026-03-02T09:00:00+08:00' where way = 'phone'")
            .execute(app.db())
            .await
            .expect("as before");
    }
    // Nobody was on the phone about a message alone.
    let path = format!("/v1/callbacks/{message}/call-again");
    let refused = one
        .post(&path, json!({ "at": "2026-03-02T18:00:00+08:00" }))
        .await
        .expect(409);
    assert_eq!(refused.text("/code"), "callback_not_by_phone");
    app.settle().await;
}

#[tokio::test]
async fn no_message_lapses_while_an_agent_is_calling_about_it() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let by_kind =
        "[[rules]]\nname = 'questions'\nkinds = ['consultation']\nsteps = [{ way = 'sms', gap_mins = 60 }]";
    publish(&app, by_kind).await.expect(200);
    let of = |kind: Kind| {
        move |registered: &mut contracts::intake::OrderRegisteredV1| {
            registered.caller = Some(Uuid::from_u128(1));
            registered.matter = Some("M1".into());
            registered.kind = kind;
        }
    };
    let message = Told::new(&app).due_with(of(Kind::Consultation)).await;
    app.clock.advance(TimeDelta::minutes(50));
    let call = Told::new(&app).due_with(of(Kind::Help)).await;
    let one = agent(&app, "one");
    assert_eq!(claim(&one).await, [call.clone(), message.clone()]);
    // The answer was waited for until now, and nobody would be asked any more.
    app.clock.advance(TimeDelta::minutes(20));
    app.settle().await;
    assert_eq!(
        shown(&app, &message).await["state"],
        "due",
        "the agent is on the phone"
    );
    let mut answer = said(true, "satisfied");
    answer["also"] = json!([message]);
    one.post(&format!("/v1/callbacks/{call}/answers"), answer)
        .await
        .expect(201);
    assert_eq!(shown(&app, &message).await["state"], "recorded");
    // Whose agent has gone home lapses like any other.
    let second = Told::new(&app).due_with(of(Kind::Consultation)).await;
    app.clock.advance(TimeDelta::minutes(50));
    let _ = Told::new(&app).due_with(of(Kind::Help)).await;
    assert_eq!(claim(&one).await.len(), 2);
    app.clock.advance(TimeDelta::minutes(31));
    app.settle().await;
    assert_eq!(shown(&app, &second).await["state"], "unreachable");
}
