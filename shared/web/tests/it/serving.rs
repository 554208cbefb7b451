//! A real listener: requests over a socket, draining, and the operators' port.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use futures::FutureExt as _;
use http::Request;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

async fn ask(address: std::net::SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn an_open_request_finishes_during_the_drain() {
    let (entered, leave) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (enter, wait) = (Arc::clone(&entered), Arc::clone(&leave));
    let handler = move || async move {
        enter.notify_one();
        wait.notified().await;
        "done"
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let router = Router::new().route("/", get(handler));
    let server = web::serve(listener, router, stop.clone(), Duration::from_secs(30));
    let client = async {
        let request = ask(address, "/");
        let stopper = async {
            entered.notified().await;
            stop.cancel();
            leave.notify_one();
        };
        tokio::join!(request, stopper).0
    };
    let (served, answer) = tokio::join!(server, client);
    served.unwrap();
    assert!(answer.unwrap().ends_with("done"));
    assert!(ask(address, "/").await.is_err(), "no longer listening");
}

#[tokio::test]
async fn the_drain_ends() {
    let entered = Arc::new(Notify::new());
    let enter = Arc::clone(&entered);
    let handler = move || async move {
        enter.notify_one();
        std::future::pending::<&'static str>().await
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let server = web::serve(
        listener,
        Router::new().route("/", get(handler)),
        stop.clone(),
        Duration::from_millis(50),
    );
    let client = async {
        entered.notified().await;
        stop.cancel();
    };
    tokio::select! {
        served = async { tokio::join!(server, client).0 } => served.unwrap(),
        answer = ask(address, "/") => panic!("an endless handler answered: {answer:?}"),
    }
}

#[tokio::test]
async fn the_operators_see_life_readiness_and_figures() {
    let (live, ready) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicBool::new(true)));
    let (l, r) = (Arc::clone(&live), Arc::clone(&ready));
    let check = move || {
        let ready = r.load(Ordering::Relaxed);
        async move {
            if ready {
                Ok(())
            } else {
                Err("database: no connection".to_owned())
            }
        }
        .boxed()
    };
    let metrics = telemetry::Metrics::new("notes");
    let router = web::ops::router(
        metrics,
        Arc::new(move || l.load(Ordering::Relaxed)),
        Arc::new(check),
    );
    let ask = async |path: &str| {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), usize::MAX)
            .await
            .unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    };
    assert_eq!((ask("/livez").await.0, ask("/readyz").await.0), (200, 200));
    live.store(false, Ordering::Relaxed);
    ready.store(false, Ordering::Relaxed);
    assert_eq!(ask("/livez").await.0, 503);
    assert_eq!(
        ask("/readyz").await,
        (503, "database: no connection\n".to_owned())
    );
    assert!(
        ask("/metrics")
            .await
            .1
            .contains(r#"outbox_unpublished{service="notes"} 0"#)
    );
}
