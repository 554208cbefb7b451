//! A PostgreSQL of our own on 127.0.0.1: started, asked, killed and started again.
//!
//! Authentication is `trust`, so anybody who can open a local socket gets in: for laptops and tests only.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, PgConnection,
    postgres::{PgConnectOptions, PgSslMode},
};

use super::{
    Binaries, EmbeddedError,
    cluster::Cluster,
    port,
    process::{self, POLL, Server, Signal},
};

/// How long a server may take until it answers, crash recovery included.
const START_DEADLINE: Duration = Duration::from_secs(60);

/// How long one attempt to connect may take.
const CONNECT_DEADLINE: Duration = Duration::from_secs(2);

/// How often a start is repeated when its port was taken, or the last server's memory is still in use.
const STARTS_MAX: u32 = 3;

/// Fast shutdown: ends sessions, writes a checkpoint. Then immediate: recovers at the next start.
const STOP_STEPS: [(Signal, Duration); 2] = [
    (Signal::SIGINT, Duration::from_secs(20)),
    (Signal::SIGQUIT, Duration::from_secs(10)),
];

/// `duplicate_database`: somebody else created it a moment before.
const DUPLICATE_DATABASE: &str = "42P04";

/// What kind of server is wanted.
#[derive(Debug, Clone)]
pub struct PostgresOptions {
    /// Where the data are; made when absent, kept when present.
    pub data_dir: PathBuf,
    /// The port, or `None` for any free one.
    pub port: Option<u16>,
    /// `true`: a commit is on disk when it returns. `false`: fast; survives a kill but not a power cut; for tests.
    pub durable: bool,
    /// Further settings as in postgresql.conf; they win over ours.
    pub settings: Vec<(String, String)>,
}

/// A server of ours. It ends with this process, or shortly after this value is dropped; [`Postgres::stop`]
/// ends it in an orderly way.
#[derive(Debug)]
pub struct Postgres {
    binaries: Binaries,
    options: PostgresOptions,
    cluster: Cluster,
    port: u16,
    pid: u32,
    server: Option<Server>,
}

impl Postgres {
    /// Makes the data directory when needed, starts the server and waits until it answers.
    ///
    /// # Errors
    /// See [`EmbeddedError`]; a failed start shows the end of the log.
    pub async fn start(binaries: &Binaries, options: PostgresOptions) -> Result<Self, EmbeddedError> {
        let cluster = Cluster::prepare(binaries, &options.data_dir, options.durable).await?;
        cluster.stop_leftover().await?;
        let binaries = binaries.clone();
        let mut postgres = Self {
            binaries,
            options,
            cluster,
            port: 0,
            pid: 0,
            server: None,
        };
        postgres.launch(postgres.options.port).await?;
        Ok(postgres)
    }

    /// Where `database` is reached. The user is `postgres`, without a password.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// The process id of the postmaster, or of the last one when it is stopped.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// How the server ended by itself; nothing while it runs or when it was stopped.
    pub fn ended(&mut self) -> Option<String> {
        self.server.as_mut()?.ended()
    }

    /// Where the data really are: under `/var/tmp` when PostgreSQL's user cannot enter the wanted place.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.cluster.data_dir
    }

    /// The server's log.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.cluster.data_dir.join("postgres.log")
    }

    /// Creates a database unless it exists.
    ///
    /// # Errors
    /// When the name is not plain, or the server refuses.
    pub async fn create_database(&self, name: &str) -> Result<(), EmbeddedError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if name.is_empty() || name.len() > 63 || !name.chars().all(plain) {
            return Err(EmbeddedError::DatabaseName(name.into()));
        }
        let mut connection = self.connect("postgres").await?;
        let exists = sqlx::query("select 1 from pg_database where datname = $1").bind(name);
        if exists.fetch_optional(&mut connection).await?.is_none() {
            // A name cannot be a bind parameter; the check above leaves nothing to escape.
            let create = sqlx::query(AssertSqlSafe(format!("create database \"{name}\"")));
            match create.execute(&mut connection).await {
                Err(error) if !is_duplicate(&error) => return Err(error.into()),
                _ => {}
            }
        }
        connection.close().await?;
        Ok(())
    }

    /// Ends sessions, writes everything, stops. Does nothing when it is stopped.
    ///
    /// # Errors
    /// When the process does not end.
    pub async fn stop(&mut self) -> Result<(), EmbeddedError> {
        match self.server.take() {
            Some(server) => server.stop(&STOP_STEPS).await,
            None => Ok(()),
        }
    }

    /// SIGKILL, as a crash would; the data stay. Followed by [`Postgres::restart`].
    ///
    /// # Errors
    /// When the process does not end.
    pub async fn kill(&mut self) -> Result<(), EmbeddedError> {
        match self.server.take() {
            Some(server) => server.stop(&[]).await,
            None => Ok(()),
        }
    }

    /// Starts again (after a stop when it runs) with the same port and the same data.
    ///
    /// # Errors
    /// See [`Postgres::start`].
    pub async fn restart(&mut self) -> Result<(), EmbeddedError> {
        self.stop().await?;
        self.launch(Some(self.port)).await
    }

    async fn launch(&mut self, wanted: Option<u16>) -> Result<(), EmbeddedError> {
        let mut attempt = 1;
        loop {
            let port = match wanted {
                Some(port) => port,
                None => port::free_port().map_err(EmbeddedError::io("find a port for", self.data_dir()))?,
            };
            match self.launch_once(port).await {
                Err(EmbeddedError::Start { tail, reason, .. }) if attempt < STARTS_MAX && passes(&tail) => {
                    tracing::debug!(attempt, port, reason, "PostgreSQL is started again");
                    attempt += 1;
                }
                other => return other,
            }
        }
    }

    async fn launch_once(&mut self, port: u16) -> Result<(), EmbeddedError> {
        let log = self.log();
        let from = process::log_length(&log);
        let mut server = Server::spawn("PostgreSQL", self.command(port), &log, Signal::SIGQUIT)?;
        self.port = port;
        self.pid = server.pid();
        let answered = tokio::time::timeout(START_DEADLINE, self.answers(&mut server)).await;
        let reason = match answered {
            Ok(Ok(())) => {
                self.server = Some(server);
                return Ok(());
            }
            Ok(Err(ended)) => ended,
            Err(_) => format!("no answer within {} s", START_DEADLINE.as_secs()),
        };
        server.stop(&STOP_STEPS[1..]).await?;
        Err(EmbeddedError::Start {
            server: "PostgreSQL",
            reason,
            tail: process::log_tail(&log, from),
            log,
        })
    }

    fn command(&self, port: u16) -> std::process::Command {
        let on = if self.options.durable { "on" } else { "off" };
        let mut command = self.cluster.command(&self.binaries, "postgres");
        command.arg("-D").arg(&self.cluster.data_dir);
        let ours = [
            ("listen_addresses", "127.0.0.1"),
            ("port", &port.to_string()),
            // Its path may be longer than a socket's name can be, and nobody needs it.
            ("unix_socket_directories", ""),
            // Several services with a pool each, and tests in parallel.
            ("max_connections", "300"),
            ("fsync", on),
            // Always: without it a killed server forgets commits, and with fsync off it costs next to nothing.
            ("synchronous_commit", "on"),
            ("full_page_writes", on),
            ("timezone", "UTC"),
            ("log_timezone", "UTC"),
        ];
        for (name, value) in ours {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        for (name, value) in &self.options.settings {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        command
    }

    /// Returns when the server answers and is ours: another one may sit on the port while ours gives up.
    async fn answers(&self, server: &mut Server) -> Result<(), String> {
        let mut tick = tokio::time::interval(POLL);
        loop {
            tick.tick().await;
            if let Some(status) = server.ended() {
                return Err(format!("it ended ({status})"));
            }
            if matches!(
                tokio::time::timeout(CONNECT_DEADLINE, self.is_ours()).await,
                Ok(Ok(true))
            ) {
                return Ok(());
            }
        }
    }

    async fn is_ours(&self) -> Result<bool, sqlx::Error> {
        let mut connection = self.connect("postgres").await?;
        let theirs: String = sqlx::query_scalar("select current_setting('data_directory')")
            .fetch_one(&mut connection)
            .await?;
        connection.close().await?;
        Ok(Path::new(&theirs) == self.cluster.data_dir)
    }

    async fn connect(&self, database: &str) -> Result<PgConnection, sqlx::Error> {
        PgConnectOptions::new_without_pgpass()
            .host("127.0.0.1")
            .port(self.port)
            .username("postgres")
            .database(database)
            .ssl_mode(PgSslMode::Disable)
            .disable_statement_logging()
            .connect()
            .await
    }
}

/// Did somebody else create the database between our look and our statement?
fn is_duplicate(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .is_some_and(|error| error.code().as_deref() == Some(DUPLICATE_DATABASE))
}

/// Is this a failure that goes away by trying again (with another port where we are free to choose)?
fn passes(tail: &str) -> bool {
    // The second: sessions of a killed postmaster need a moment to notice and go.
    tail.contains("Address already in use") || tail.contains("is still in use")
}
