//! Running a router on a listener until told to stop.
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Serves until `shutdown`, then takes no more connections and lets open requests finish for at
/// most `drain`.
///
/// # Errors
/// When accepting fails for good.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: CancellationToken,
    drain: Duration,
) -> std::io::Result<()> {
    // Small answers must not wait for the peer's delayed acknowledgement.
    let listener = listener.tap_io(|stream| {
        stream.set_nodelay(true).ok();
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(shutdown.clone().cancelled_owned());
    let overdue = async {
        shutdown.cancelled().await;
        tokio::time::sleep(drain).await;
    };
    tokio::select! {
        ended = async { server.await } => ended,
        () = overdue => {
            tracing::warn!(drain_secs = drain.as_secs(), "open requests were cut off at the end of the drain time");
            Ok(())
        }
    }
}
