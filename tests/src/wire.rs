//! A way over TCP between two servers that can be cut and slowed, in both directions.
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How the way is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Whole.
    Whole,
    /// Nothing gets through: what is open breaks, nothing new opens.
    Cut,
    /// Everything takes this much longer.
    Slow(Duration),
}

/// The way; it ends when dropped.
pub struct Wire {
    /// Where to connect instead.
    pub port: u16,
    state: watch::Sender<State>,
    _carrying: JoinSet<()>,
}

impl Wire {
    /// A whole way to this address.
    ///
    /// # Panics
    /// When there is no port left.
    pub async fn to(address: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (state, watched) = watch::channel(State::Whole);
        let mut carrying = JoinSet::new();
        carrying.spawn(listen(listener, address, watched));
        Self {
            port,
            state,
            _carrying: carrying,
        }
    }

    /// From now on it is like this.
    pub fn becomes(&self, state: State) {
        self.state.send_replace(state);
    }
}

async fn listen(listener: TcpListener, address: SocketAddr, state: watch::Receiver<State>) {
    let mut connections = JoinSet::new();
    while let Ok((from, _)) = listener.accept().await {
        if *state.borrow() != State::Cut {
            connections.spawn(carry(from, address, state.clone()));
        }
    }
}

async fn carry(from: TcpStream, address: SocketAddr, state: watch::Receiver<State>) {
    let Ok(to) = TcpStream::connect(address).await else {
        return;
    };
    let ((from_read, from_write), (to_read, to_write)) = (from.into_split(), to.into_split());
    let mut watched = state.clone();
    tokio::select! {
        _ = watched.wait_for(|state| *state == State::Cut) => {}
        () = pump(from_read, to_write, state.clone()) => {}
        () = pump(to_read, from_write, state) => {}
    }
}

async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, state: watch::Receiver<State>) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let state = *state.borrow();
        if let State::Slow(longer) = state {
            let never = std::future::pending::<()>();
            tokio::time::timeout(longer, never).await.ok();
        }
        if to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}
