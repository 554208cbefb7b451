//! One PostgreSQL and one nats-server per test binary, started on first use, ended with the process.
use runtime::embedded::{Binaries, Nats, NatsOptions, Postgres, PostgresOptions, ThrowAway};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Accounts as in production: the platform and its units never share one.
pub const NATS_CONFIG: &str = r#"
max_payload: 1MB
accounts {
  APP { jetstream: enabled, users: [ { user: app, password: app } ] }
  UNITS { jetstream: enabled, users: [ { user: units, password: units } ] }
  SYS { users: [ { user: sys, password: sys } ] }
}
system_account: SYS
"#;

/// The servers of this test binary.
pub struct Servers {
    /// PostgreSQL, without fsync: a test's data need not survive a power cut.
    pub postgres: Postgres,
    /// NATS with the accounts APP, UNITS and SYS.
    pub nats: Nats,
    data: ThrowAway,
}

impl Servers {
    /// A folder that disappears with the test binary.
    #[must_use]
    pub fn data(&self) -> &Path {
        self.data.path()
    }
}

/// The workspace's folder.
#[must_use]
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
        .to_owned()
}

/// The servers, started on first use. They live in a thread of their own, because each test has its own runtime.
///
/// # Panics
/// When they cannot be found or started; the message says what to do.
pub fn servers() -> &'static Servers {
    static SERVERS: OnceLock<Servers> = OnceLock::new();
    SERVERS.get_or_init(|| {
        let (give, take) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                give.send(start().await).unwrap();
                // The runtime stays, because the servers' handles belong to it.
                std::future::pending::<()>().await;
            });
        });
        take.recv()
            .unwrap()
            .unwrap_or_else(|error| panic!("test servers: {error:#}"))
    })
}

async fn start() -> anyhow::Result<Servers> {
    // One TLS provider for everything; a second installation is no harm.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let binaries = Binaries::find(&workspace().join(".run"))?;
    let data = ThrowAway::new("test")?;
    let settings = [
        ("max_connections", "400"),
        ("shared_buffers", "64MB"),
        ("synchronous_commit", "off"),
    ];
    let postgres = PostgresOptions {
        data_dir: data.path().join("postgres"),
        port: None,
        durable: false,
        settings: settings.map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec(),
    };
    let nats = NatsOptions {
        store_dir: data.path().join("nats"),
        port: None,
        config: NATS_CONFIG.to_owned(),
        sync_always: false,
    };
    let (postgres, nats) =
        tokio::try_join!(Postgres::start(&binaries, postgres), Nats::start(&binaries, nats))?;
    Ok(Servers { postgres, nats, data })
}
