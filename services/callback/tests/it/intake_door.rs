//! Intake's door for messages inside a test, and a citizen with a link.
use crate::harness::publish;
use axum::Router;
use axum::extract::{Json, Path, State};
use axum::routing::post;
use callback::app::Callback;
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use std::sync::{Arc, Mutex};
use testkit::{Client, Response, TestApp, World};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

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

    pub fn answers(&self, status: Option<StatusCode>) {
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
