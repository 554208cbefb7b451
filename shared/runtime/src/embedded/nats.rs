//! A nats-server of our own on 127.0.0.1 with JetStream: started, killed, wiped and started again.
//!
//! Its configuration is the caller's body plus what only we know; the folder of the store also holds the
//! configuration, the log and the pid file.

use std::{
    io::Write as _,
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpStream,
};
use uuid::Uuid;

use super::{
    Binaries, EmbeddedError, jetstream_block, port,
    process::{self, POLL, Server, Signal},
};

/// How long a server may take until it answers; a large store is read first.
const START_DEADLINE: Duration = Duration::from_secs(60);

/// How long the greeting may take on one connection.
const GREETING_DEADLINE: Duration = Duration::from_secs(2);

/// How often a start is repeated when a port was taken.
const STARTS_MAX: u32 = 3;

/// SIGTERM closes the store in order.
const STOP_STEPS: [(Signal, Duration); 1] = [(Signal::SIGTERM, Duration::from_secs(20))];

/// Streams reserve their upper bounds, made for production, when they are created. Against the default limit,
/// three quarters of the free disk, a laptop would refuse them.
const ROOM_BYTES: u64 = 1 << 50;

/// What kind of server is wanted.
#[derive(Debug, Clone)]
pub struct NatsOptions {
    /// The folder for the store, the configuration, the log and the pid file.
    pub store_dir: PathBuf,
    /// The port, or `None` for any free one.
    pub port: Option<u16>,
    /// Body of the configuration (accounts, limits; may be empty). The addresses, the server's name, the pid
    /// file and the store are added by [`Nats::start`] and must not be in it.
    pub config: String,
    /// `true`: a publish is on disk when it is acknowledged.
    pub sync_always: bool,
}

/// A server of ours. It ends with this process, or shortly after this value is dropped; [`Nats::stop`] ends
/// it in an orderly way.
#[derive(Debug)]
pub struct Nats {
    program: PathBuf,
    store_dir: PathBuf,
    options: NatsOptions,
    port: u16,
    monitor_port: u16,
    pid: u32,
    server: Option<Server>,
}

impl Nats {
    /// Writes the configuration, starts the server and waits until it greets.
    ///
    /// # Errors
    /// See [`EmbeddedError`]; a failed start shows the end of the log.
    pub async fn start(binaries: &Binaries, options: NatsOptions) -> Result<Self, EmbeddedError> {
        let store_dir = std::path::absolute(&options.store_dir);
        let store_dir = store_dir.map_err(EmbeddedError::io("resolve", &options.store_dir))?;
        std::fs::create_dir_all(&store_dir).map_err(EmbeddedError::io("create directory", &store_dir))?;
        let program = binaries.nats_server.clone();
        let mut nats = Self {
            program,
            store_dir,
            options,
            port: 0,
            monitor_port: 0,
            pid: 0,
            server: None,
        };
        nats.stop_leftover().await?;
        nats.launch(nats.options.port).await?;
        Ok(nats)
    }

    /// Where clients connect.
    #[must_use]
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Where the server tells about itself (`/varz`, `/jsz`). It may change with a restart.
    #[must_use]
    pub fn monitor_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.monitor_port)
    }

    /// The server's process id, or the last one when it is stopped.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// How the server ended by itself; nothing while it runs or when it was stopped.
    pub fn ended(&mut self) -> Option<String> {
        self.server.as_mut()?.ended()
    }

    /// The server's log.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.file("nats.log")
    }

    /// Closes the store in order and ends. Does nothing when it is stopped.
    ///
    /// # Errors
    /// When the process does not end.
    pub async fn stop(&mut self) -> Result<(), EmbeddedError> {
        match self.server.take() {
            Some(server) => server.stop(&STOP_STEPS).await,
            None => Ok(()),
        }
    }

    /// SIGKILL, as a crash would; the store stays. Followed by [`Nats::restart`].
    ///
    /// # Errors
    /// When the process does not end.
    pub async fn kill(&mut self) -> Result<(), EmbeddedError> {
        match self.server.take() {
            Some(server) => server.stop(&[]).await,
            None => Ok(()),
        }
    }

    /// Starts again (after a stop when it runs) with the same port and the same store.
    ///
    /// # Errors
    /// See [`Nats::start`].
    pub async fn restart(&mut self) -> Result<(), EmbeddedError> {
        self.stop().await?;
        self.launch(Some(self.port)).await
    }

    /// Forgets every stream, as a lost disk would: kills the server, deletes the store, and starts the server
    /// again if it was running.
    ///
    /// # Errors
    /// When the files cannot be deleted or the server does not start.
    pub async fn wipe_store(&mut self) -> Result<(), EmbeddedError> {
        let was_running = self.server.is_some();
        self.kill().await?;
        let store = self.file("jetstream");
        match std::fs::remove_dir_all(&store) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            other => other.map_err(EmbeddedError::io("remove", &store))?,
        }
        if was_running {
            self.launch(Some(self.port)).await
        } else {
            Ok(())
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.store_dir.join(name)
    }

    async fn stop_leftover(&self) -> Result<(), EmbeddedError> {
        let pid = std::fs::read_to_string(self.file("nats.pid")).ok();
        match pid.and_then(|text| text.trim().parse().ok()) {
            Some(pid) => process::stop_leftover("nats-server", pid, &self.file("nats.conf")).await,
            None => Ok(()),
        }
    }

    async fn launch(&mut self, wanted: Option<u16>) -> Result<(), EmbeddedError> {
        let mut attempt = 1;
        loop {
            let free = || port::free_port().map_err(EmbeddedError::io("find a port for", &self.store_dir));
            let port = wanted.map_or_else(free, Ok)?;
            self.monitor_port = free()?;
            match self.launch_once(port).await {
                Err(EmbeddedError::Start { tail, reason, .. })
                    if attempt < STARTS_MAX && tail.contains("address already in use") =>
                {
                    tracing::debug!(attempt, port, reason, "nats-server is started again");
                    attempt += 1;
                }
                other => return other,
            }
        }
    }

    async fn launch_once(&mut self, port: u16) -> Result<(), EmbeddedError> {
        let (config, log) = (self.file("nats.conf"), self.log());
        // Tells our server from a stranger on the same port.
        let name = Uuid::new_v4().to_string();
        write_private(&config, &self.config(port, &name)).map_err(EmbeddedError::io("write", &config))?;
        let from = process::log_length(&log);
        let mut command = Command::new(&self.program);
        command.arg("--config").arg(&config).current_dir(&self.store_dir);
        let mut server = Server::spawn("nats-server", command, &log, Signal::SIGTERM)?;
        self.port = port;
        self.pid = server.pid();
        let greeted = tokio::time::timeout(START_DEADLINE, greets(port, &name, &mut server)).await;
        let reason = match greeted {
            Ok(Ok(())) => {
                self.server = Some(server);
                return Ok(());
            }
            Ok(Err(ended)) => ended,
            Err(_) => format!("no greeting within {} s", START_DEADLINE.as_secs()),
        };
        server.stop(&STOP_STEPS).await?;
        Err(EmbeddedError::Start {
            server: "nats-server",
            reason,
            tail: process::log_tail(&log, from),
            log,
        })
    }

    fn config(&self, port: u16, name: &str) -> String {
        let mut store = format!("store_dir: {}", quoted(&self.store_dir));
        if self.options.sync_always {
            store += "\nsync_interval: always";
        }
        if !self.options.config.contains("max_file") {
            store += &format!("\nmax_file_store: {ROOM_BYTES}");
        }
        let ours = format!(
            "server_name: {}\nlisten: \"127.0.0.1:{port}\"\nhttp: \"127.0.0.1:{}\"\npid_file: {}\n",
            // Quoted, because an unquoted 7e12… would be read as a number.
            quoted(Path::new(name)),
            self.monitor_port,
            quoted(&self.file("nats.pid")),
        );
        ours + &jetstream_block::extend(&self.options.config, &store)
    }
}

/// The configuration holds passwords: for our own eyes only, also when an older file is there.
fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    let mut out = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(file)?;
    out.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    out.write_all(text.as_bytes())
}

/// Returns when the server greets with our name: another one may sit on the port while ours gives up.
async fn greets(port: u16, name: &str, server: &mut Server) -> Result<(), String> {
    let mut tick = tokio::time::interval(POLL);
    loop {
        tick.tick().await;
        if let Some(status) = server.ended() {
            return Err(format!("it ended ({status})"));
        }
        let greeting = tokio::time::timeout(GREETING_DEADLINE, greeting(port)).await;
        if matches!(greeting, Ok(Ok(line)) if line.contains(name)) {
            return Ok(());
        }
    }
}

/// The line that a server sends first. Reading it needs no credentials, whatever the accounts are.
async fn greeting(port: u16) -> std::io::Result<String> {
    let mut line = String::new();
    BufReader::new(TcpStream::connect(("127.0.0.1", port)).await?)
        .read_line(&mut line)
        .await?;
    Ok(line)
}

fn quoted(path: &Path) -> String {
    format!(
        "\"{}\"",
        path.to_string_lossy().replace('\\', "\\\\").replace('"', "\\\"")
    )
}
