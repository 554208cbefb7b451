//! Messages and the citizen's page: sent once, answered once, telling nothing beyond number and title.
use crate::harness::{Told, publish};
use axum::Router;
use axum::extract::{Json, Path, State};
use axum::routing::post;
use callback::app::Callback;
use chrono::TimeDelta;
use contracts::callback::{CallbackAttemptedV1, CallbackRecordedV1, OrderClosedV1};
use contracts::intake::{OrderFollowerAddedV1, OrderWithdrawnV1};
use contracts::words::{CallbackWay, Outcome};
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use std::sync::{Arc, Mutex};
use testkit::{Client, Response, Role, TestApp, World};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use uuid::Uuid;

pub const SMS_FIRST: &str =
    "[default]\nsteps = [{ way = 'sms', gap_mins = 600 }, { way = 'phone', attempts = 2, gap_mins = 120 }]";
pub const YES: &str = "contacted=yes&solved=yes&result=satisfied&attitude=basically_satisfied&remark=%E5%A4%9A%E8%B0%A2+13812345678";
pub const NO: &str = "contacted=no&solved=no&result=not_satisfied&attitude=satisfied&remark=";

#[derive(Default)]
struct Taken {
    calls: Vec<(String, String, String)>,
    status: Option<StatusCode>,
}

/// Intake's door for messages inside a test.
pub struct FakeIntake {
    taken: Arc<Mutex<Taken>>,
    url: String,
    _server: JoinSet<std::io::Result<()>>,
}

async fn take(
    State(taken): State<Arc<Mutex<Taken>>>,
    Path(complaint): Path<String>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> StatusCode {
    let mut taken = taken.lock().expect("no panic");
    let text = |field: &str| body[field].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        headers["authorization"],
        "Bearer ik_0123456789abcdef0123456789abcdef"
    );
    taken.calls.push((complaint, text("message_id"), text("text")));
    taken.status.unwrap_or(StatusCode::ACCEPTED)
}

impl FakeIntake {
    pub async fn open() -> Self {
        let taken = Arc::<Mutex<Taken>>::default();
        let router = Router::new()
            .route("/v1/complaints/{complaint}/messages", post(take))
            .with_state(Arc::clone(&taken));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, router).await });
        Self {
            taken,
            url,
            _server: server,
        }
    }

    fn answers(&self, status: Option<StatusCode>) {
        self.taken.lock().expect("no panic").status = status;
    }

    pub fn calls(&self) -> Vec<(String, String, String)> {
        self.taken.lock().expect("no panic").calls.clone()
    }

    /// The path of the link in the n-th message.
    pub fn link(&self, n: usize) -> String {
        let text = self.calls()[n].2.clone();
        let from = text.find("/v1/surveys/").expect("a link");
        text[from..].split(' ').next().expect("its end").to_owned()
    }
}

pub async fn start_with(intake: &FakeIntake, more: &[(&str, String)]) -> TestApp {
    let mut settings = vec![
        ("service.messages.intake_url", intake.url.clone()),
        (
            "service.messages.intake_key",
            "ik_0123456789abcdef0123456789abcdef".to_owned(),
        ),
        (
            "service.messages.link_key",
            "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=".to_owned(),
        ),
        ("service.messages.public_url", "https://12345.example".to_owned()),
    ];
    settings.extend_from_slice(more);
    let app = TestApp::start_with::<Callback>(&World::new(), &settings).await;
    let _ = publish(&app, SMS_FIRST).await.expect(200);
    app
}

pub fn citizen(app: &TestApp, lang: &str) -> Client {
    app.anonymous().header("accept-language", lang)
}

pub async fn submit(app: &TestApp, link: &str, form: &str) -> Response {
    let kind = "application/x-www-form-urlencoded";
    citizen(app, "zh-CN")
        .post_bytes(link, kind, form.as_bytes().to_vec())
        .await
}

pub fn html(response: &Response) -> String {
    response.body.as_str().expect("a page").to_owned()
}

#[tokio::test]
async fn a_caller_answers_by_the_link_once() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let _ = Told::new(&app).due().await;
    let calls = intake.calls();
    assert_eq!(calls.len(), 1, "one message per attempt");
    assert_eq!(
        calls[0].0,
        Uuid::from_u128(7).to_string(),
        "by the complaint, no number"
    );
    assert!(calls[0].2.contains("https://12345.example/v1/surveys/") && calls[0].2.contains("路灯不亮"));
    assert!(
        app.http(Role::CallbackAgent)
            .post("/v1/callbacks/claims", Value::Null)
            .await
            .expect(200)
            .body["items"]
            .as_array()
            .expect("items")
            .is_empty(),
        "not in the queue of the phone"
    );

    let link = intake.link(0);
    let again = submit(&app, &link, "contacted=yes&solved=perhaps")
        .await
        .expect(422);
    assert!(html(&again).contains("请回答全部四个问题"));
    let thanks = submit(&app, &link, YES).await.expect(200);
    assert!(html(&thanks).contains("感谢"));
    app.settle().await;
    let recorded = app.published::<CallbackRecordedV1>().await;
    assert_eq!(recorded.len(), 1);
    assert_eq!(
        (recorded[0].actor.as_str(), recorded[0].data.way),
        ("citizen", Some(CallbackWay::Sms))
    );
    assert!(recorded[0].data.solved && recorded[0].data.contacted);
    assert_eq!(recorded[0].data.attitude.as_str(), "basically_satisfied");
    assert_eq!(app.published::<OrderClosedV1>().await.len(), 1);
    let remark: String = sqlx::query_scalar("select remark from answers")
        .fetch_one(app.db())
        .await
        .expect("one");
    assert_eq!(remark, "多谢 ***");

    // The form sent twice is thanked for twice; a minute later the link is of no use.
    let twice = html(&submit(&app, &link, NO).await.expect(200));
    assert!(twice.contains("感谢"), "{twice}");
    app.clock.advance(TimeDelta::minutes(2));
    let _ = submit(&app, &link, NO).await.expect(404);
    let _ = citizen(&app, "zh-CN").get(&link).await.expect(404);
    app.settle().await;
    assert_eq!(app.published::<CallbackRecordedV1>().await.len(), 1, "used once");
}

#[tokio::test]
async fn the_page_shows_number_and_title_in_both_languages_and_nothing_else() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let told = Told::new(&app);
    let id = told.due().await;
    let link = intake.link(0);
    let zh = citizen(&app, "zh-CN").get(&link).await.expect(200);
    assert_eq!(zh.headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(zh.headers["cache-control"], "no-store");
    assert!(
        zh.headers["content-security-policy"]
            .to_str()
            .expect("text")
            .contains("default-src 'none'")
    );
    let page = html(&zh);
    assert!(
        page.contains("26030200001-1") && page.contains("路灯不亮") && page.contains("是否解决"),
        "{page}"
    );
    assert!(
        !page.contains("<script") && !page.contains("http"),
        "no scripts, nothing from elsewhere"
    );
    for hidden in [
        "U-1",
        "路灯已修复",
        "中山路",
        &told.order_id.to_string(),
        &id,
        "城市管理局",
    ] {
        assert!(!page.contains(hidden), "{hidden} is shown: {page}");
    }
    assert!(html(&citizen(&app, "en").get(&link).await.expect(200)).contains("Is your matter solved?"));
}

#[tokio::test]
async fn a_link_that_is_of_no_use_tells_nothing_of_why() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let (used, superseded, expired) = (Told::new(&app), Told::new(&app), Told::new(&app));
    let _ = used.due_of(1, "M1").await;
    let _ = superseded.due_of(2, "M1").await;
    let _ = expired.due_of(3, "M1").await;
    let links: Vec<String> = (0..3).map(|n| intake.link(n)).collect();
    let _ = submit(&app, &links[0], YES).await.expect(200);
    superseded.assigned(2).await;
    app.settle().await;
    app.clock.advance(TimeDelta::minutes(2));
    let mut forged = links[2].clone();
    let last = forged.pop().expect("a character");
    forged.push(if last == 'A' { 'B' } else { 'A' });
    let guessed = "/v1/surveys/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned();
    let mut pages = Vec::new();
    for link in [
        &links[0],
        &links[1],
        &forged,
        &guessed,
        &"/v1/surveys/x".to_owned(),
    ] {
        pages.push(html(&citizen(&app, "zh-CN").get(link).await.expect(404)));
        pages.push(html(&submit(&app, link, YES).await.expect(404)));
    }
    app.clock.advance(TimeDelta::days(4));
    pages.push(html(&citizen(&app, "zh-CN").get(&links[2]).await.expect(404)));
    pages.push(html(&submit(&app, &links[2], YES).await.expect(404)));
    pages.dedup();
    assert_eq!(pages.len(), 1, "one page for all: {pages:?}");
    assert!(!pages[0].contains("2603"), "{}", pages[0]);
    app.settle().await;
    assert_eq!(app.published::<CallbackRecordedV1>().await.len(), 1);
}

#[tokio::test]
async fn two_answers_by_one_link_at_once_are_one() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let _ = Told::new(&app).due().await;
    let link = intake.link(0);
    let (yes, no) = tokio::join!(submit(&app, &link, YES), submit(&app, &link, NO));
    let mut statuses = [yes.status.as_u16(), no.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(
        statuses,
        [200, 200],
        "the citizen is thanked, whichever came first"
    );
    app.settle().await;
    assert_eq!(app.published::<CallbackRecordedV1>().await.len(), 1);
}

#[tokio::test]
async fn links_cannot_be_tried_at_any_rate() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[("http.rate_per_second_max", "3".to_owned())]).await;
    let mut refused = 0;
    for _ in 0..20 {
        let status = citizen(&app, "zh-CN").get("/v1/surveys/x").await.status;
        refused += usize::from(status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(refused > 5, "{refused} of 20");
}

#[tokio::test]
async fn an_unanswered_message_is_followed_by_a_call_and_the_link_stays_good_until_then() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let told = Told::new(&app);
    let _ = told.due().await;
    app.clock.advance(TimeDelta::hours(10));
    app.settle().await;
    let attempted = app.published::<CallbackAttemptedV1>().await;
    assert_eq!(
        (attempted.len(), attempted[0].data.way),
        (1, Some(CallbackWay::Sms))
    );
    let due = told.listed("due").await;
    assert_eq!(due.text("/items/0/way"), "phone");
    assert_eq!(due.text("/items/0/due_at"), "2026-03-02T19:00:00+08:00");
    assert_eq!(intake.calls().len(), 1);
    let _ = submit(&app, &intake.link(0), NO).await.expect(200);
    app.settle().await;
    assert_eq!(
        app.published::<CallbackRecordedV1>().await.len(),
        1,
        "late, and still an answer"
    );
}

#[tokio::test]
async fn intake_away_means_later_and_never_means_a_call() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    intake.answers(Some(StatusCode::SERVICE_UNAVAILABLE));
    let told = Told::new(&app);
    let _ = told.due_of(1, "M1").await;
    assert_eq!(intake.calls().len(), 1);
    app.settle().await;
    assert_eq!(intake.calls().len(), 1, "not before its time");
    intake.answers(None);
    app.clock.advance(TimeDelta::seconds(15));
    app.settle().await;
    app.clock.advance(TimeDelta::hours(1));
    app.settle().await;
    let calls = intake.calls();
    assert_eq!((calls.len(), &calls[0].1), (2, &calls[1].1), "the same message");

    intake.answers(Some(StatusCode::NOT_FOUND));
    let other = Told::new(&app);
    let _ = other.due_of(2, "M1").await;
    let listed = other.listed("due").await;
    let id = other.order_id.to_string();
    let items = listed.body["items"].as_array().expect("items").clone();
    let mine = items
        .into_iter()
        .find(|task| task["order_id"] == id.as_str())
        .expect("due");
    assert_eq!(
        (mine["way"].as_str(), mine["attempts"].as_i64()),
        (Some("phone"), Some(1))
    );
}

/// A complaint joins the order.
async fn join(told: &Told<'_>, complaint: u128, caller: Option<u128>) {
    let joined = OrderFollowerAddedV1 {
        order_id: told.order_id,
        complaint_id: Uuid::from_u128(complaint).into(),
        complaint_number: format!("260302000{complaint}"),
        caller: caller.map(Uuid::from_u128),
    };
    let version = i64::try_from(complaint).expect("small");
    told.app.publish(told.order_id.uuid(), version, &joined).await;
    told.app.settle().await;
}

#[tokio::test]
async fn whoever_joins_after_the_end_gets_the_result_once() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let told = Told::new(&app);
    let _ = told.due_with(|_| {}).await;
    let _ = submit(&app, &intake.link(0), YES).await.expect(200);
    app.settle().await;
    assert_eq!(intake.calls().len(), 1, "nobody has joined");
    join(&told, 21, Some(31)).await;
    join(&told, 22, Some(32)).await;
    let calls = intake.calls();
    let to: Vec<&str> = calls[1..].iter().map(|call| call.0.as_str()).collect();
    assert_eq!(to, [21, 22].map(|id| Uuid::from_u128(id).to_string()));
    assert!(calls[2].2.contains("已解决"), "{}", calls[2].2);
}

#[tokio::test]
async fn nobody_is_told_that_an_order_was_handled_which_was_taken_back() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let told = Told::new(&app);
    let _ = told.due_with(|_| {}).await;
    join(&told, 21, Some(31)).await;
    let withdrawn = OrderWithdrawnV1 {
        order_id: told.order_id,
        complaint_id: told.registration(None).complaint_id,
        outcome: Outcome::Withdrawn,
        transfer_id: None,
        reason: "问题已自行解决".into(),
        withdrawn_at: app.clock.now(),
    };
    app.publish(told.order_id.uuid(), 22, &withdrawn).await;
    app.settle().await;
    let text = &intake.calls()[1].2;
    assert!(
        text.contains("撤诉") && !text.contains("已办结") && !text.contains("已答复"),
        "{text}"
    );
}

#[tokio::test]
async fn a_confidential_order_has_no_title_and_whoever_joined_gets_the_result() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let told = Told::new(&app);
    let _ = told.due_with(|registered| registered.confidential = true).await;
    assert!(!intake.calls()[0].2.contains("路灯不亮"));
    let page = html(&citizen(&app, "zh-CN").get(&intake.link(0)).await.expect(200));
    assert!(
        !page.contains("路灯不亮") && page.contains("26030200001-1"),
        "{page}"
    );
    join(&told, 21, Some(31)).await;
    join(&told, 22, None).await;
    let _ = submit(&app, &intake.link(0), YES).await.expect(200);
    app.settle().await;
    let calls = intake.calls();
    assert_eq!(
        calls.len(),
        2,
        "nobody is written to who left no number: {calls:?}"
    );
    assert_eq!(calls[1].0, Uuid::from_u128(21).to_string());
    assert!(
        calls[1].2.contains("26030200021") && calls[1].2.contains("已解决"),
        "{}",
        calls[1].2
    );
}
