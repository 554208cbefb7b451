//! The way to a hotline's door over HTTP, which can be cut, late, one-sided and doubling.
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, Uri};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use testkit::Client;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// What is wrong with the way to a hotline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Nothing.
    None,
    /// Nothing gets through.
    Cut,
    /// Calls time out, and arrive later, when the link is told to let them.
    Late,
    /// Calls get through, answers do not come back.
    OneSided,
    /// Every call arrives twice.
    Twice,
}

/// One call as it was sent.
#[derive(Clone, Debug)]
struct Call {
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

struct Way {
    router: Router,
    fault: Mutex<Fault>,
    held: Mutex<Vec<Call>>,
}

pub(super) fn open<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Way {
    async fn deliver(&self, call: &Call) -> Response {
        let mut client = Client::new(self.router.clone(), None);
        for name in [
            "authorization",
            "webhook-id",
            "webhook-timestamp",
            "webhook-signature",
        ] {
            if let Some(value) = call.headers.get(name).and_then(|value| value.to_str().ok()) {
                client = client.header(name, value);
            }
        }
        let answer = client
            .post_bytes(&call.path, "application/json", call.body.to_vec())
            .await;
        (answer.status, answer.body.to_string()).into_response()
    }
}

async fn carry(State(way): State<Arc<Way>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let call = Call {
        path: uri.path().to_owned(),
        headers,
        body,
    };
    let fault = *open(&way.fault);
    match fault {
        Fault::None => way.deliver(&call).await,
        Fault::Cut => StatusCode::BAD_GATEWAY.into_response(),
        Fault::Late => {
            open(&way.held).push(call);
            StatusCode::GATEWAY_TIMEOUT.into_response()
        }
        Fault::OneSided => {
            way.deliver(&call).await;
            StatusCode::GATEWAY_TIMEOUT.into_response()
        }
        Fault::Twice => {
            way.deliver(&call).await;
            way.deliver(&call).await
        }
    }
}

/// The way to a hotline's door, with its faults; it ends when dropped.
pub struct Link {
    /// Base address.
    pub url: String,
    way: Arc<Way>,
    _server: JoinSet<std::io::Result<()>>,
}

impl Link {
    pub(super) async fn to(router: Router) -> Self {
        let way = Arc::new(Way {
            router,
            fault: Mutex::new(Fault::None),
            held: Mutex::new(Vec::new()),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let served = Router::new().fallback(carry).with_state(Arc::clone(&way));
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, served).await });
        Self {
            url,
            way,
            _server: server,
        }
    }

    /// From now on this is wrong with it.
    pub fn breaks(&self, fault: Fault) {
        *open(&self.way.fault) = fault;
    }

    /// What was held arrives now, the newest first.
    pub async fn lets_go(&self) {
        let held = std::mem::take(&mut *open(&self.way.held));
        for call in held.iter().rev() {
            self.way.deliver(call).await;
        }
    }
}
