//! The embedded servers, for real: started, used, killed, restarted with their data, and gone afterwards.
#![cfg(feature = "embedded")]
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    future::Future,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use runtime::embedded::{Binaries, EmbeddedError, Nats, NatsOptions, Postgres, PostgresOptions, ThrowAway};
use runtime::nats_sync::Synced;
use sqlx::{Connection, PgConnection};

/// Tells the re-executed test binary to hold servers until it is killed.
const HOLD: &str = "HOTLINE_TEST_HOLD_SERVERS";

fn binaries() -> Binaries {
    Binaries::find(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.run")).expect("run `make tools` first")
}

async fn postgres(data: &ThrowAway, port: Option<u16>) -> Result<Postgres, EmbeddedError> {
    let data_dir = data.path().join("postgres");
    let settings = vec![("work_mem".into(), "7MB".into())];
    Postgres::start(
        &binaries(),
        PostgresOptions {
            data_dir,
            port,
            durable: false,
            settings,
        },
    )
    .await
}

async fn nats(data: &ThrowAway, config: &str) -> Result<Nats, EmbeddedError> {
    let store_dir = data.path().join("nats");
    let config = config.into();
    Nats::start(
        &binaries(),
        NatsOptions {
            store_dir,
            port: None,
            config,
            sync_always: true,
        },
    )
    .await
}

/// `pid` and everything below it.
fn family(pid: u32) -> Vec<u32> {
    let children = std::fs::read_dir("/proc").unwrap().filter_map(|entry| {
        let child: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
        (parent(child)? == pid).then_some(child)
    });
    children.flat_map(family).chain([pid]).collect()
}

/// The parent and the state of a living process; none for a zombie.
fn parent(pid: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace();
    if fields.next()? == "Z" {
        None
    } else {
        fields.next()?.parse().ok()
    }
}

async fn within<T>(seconds: u64, what: &str, wait: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(seconds), wait)
        .await
        .unwrap_or_else(|_| panic!("not within {seconds} s: {what}"))
}

async fn all_gone(pids: &[u32]) {
    let mut tick = tokio::time::interval(Duration::from_millis(20));
    while pids.iter().any(|pid| parent(*pid).is_some()) {
        tick.tick().await;
    }
}

async fn count(postgres: &Postgres) -> i64 {
    let mut connection = PgConnection::connect(&postgres.url("kept")).await.unwrap();
    sqlx::query_scalar("select count(*) from facts")
        .fetch_one(&mut connection)
        .await
        .unwrap()
}

#[tokio::test]
async fn postgres_keeps_its_data_through_kill_and_restart_and_ends() {
    let data = ThrowAway::new("test").unwrap();
    let mut postgres = postgres(&data, None).await.unwrap();
    postgres.create_database("kept").await.unwrap();
    postgres.create_database("kept").await.unwrap();
    let refused = postgres.create_database("no\"quotes").await;
    assert!(
        matches!(refused, Err(EmbeddedError::DatabaseName(_))),
        "{refused:?}"
    );

    let url = postgres.url("kept");
    let mut connection = PgConnection::connect(&url).await.unwrap();
    sqlx::query("create table facts (id int)")
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::query("insert into facts values (1), (2)")
        .execute(&mut connection)
        .await
        .unwrap();
    let setting: String = sqlx::query_scalar("show work_mem")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(setting, "7MB");

    let killed = family(postgres.pid());
    assert!(killed.len() > 3, "a postmaster has helpers: {killed:?}");
    postgres.kill().await.unwrap();
    assert!(
        PgConnection::connect(&url).await.is_err(),
        "a killed server answers"
    );
    postgres.restart().await.unwrap();
    assert_eq!(postgres.url("kept"), url);
    assert_eq!(count(&postgres).await, 2);

    let stopped = family(postgres.pid());
    postgres.stop().await.unwrap();
    within(20, "every process ends", all_gone(&[killed, stopped].concat())).await;
    assert!(!postgres.data_dir().join("postmaster.pid").exists());
}

#[tokio::test]
async fn a_leftover_postmaster_is_stopped_and_its_data_are_used() {
    let data = ThrowAway::new("test").unwrap();
    let first = postgres(&data, None).await.unwrap();
    first.create_database("kept").await.unwrap();
    let mut connection = PgConnection::connect(&first.url("kept")).await.unwrap();
    sqlx::query("create table facts (id int)")
        .execute(&mut connection)
        .await
        .unwrap();
    drop(connection);

    let mut second = postgres(&data, None).await.unwrap();
    assert_ne!(first.pid(), second.pid());
    assert_eq!(count(&second).await, 0);
    let pids = [family(first.pid()), family(second.pid())].concat();
    second.stop().await.unwrap();
    drop(first);
    within(20, "both servers end", all_gone(&pids)).await;
}

#[tokio::test]
async fn a_failed_start_shows_the_log() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let data = ThrowAway::new("test").unwrap();
    let error = postgres(&data, Some(taken.local_addr().unwrap().port()))
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("Address already in use"), "{error}");
    let error = nats(&data, "max_payload: sideways")
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("nats.conf:5"), "{error}");
}

#[tokio::test]
async fn a_folder_with_other_files_is_left_alone() {
    let data = ThrowAway::new("test").unwrap();
    let note = data.path().join("postgres/note.txt");
    std::fs::create_dir(note.parent().unwrap()).unwrap();
    std::fs::write(&note, "mine").unwrap();
    let refused = postgres(&data, None).await;
    assert!(
        matches!(refused, Err(EmbeddedError::DataDir { .. })),
        "{refused:?}"
    );
    assert_eq!(std::fs::read_to_string(&note).unwrap(), "mine");
}

#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "this test is about the server, not about our events"
)]
async fn nats_keeps_its_streams_through_kill_and_restart_until_they_are_wiped() {
    let data = ThrowAway::new("test").unwrap();
    let config = r#"accounts { APP { jetstream: enabled, users: [ { user: app, password: "a{b" } ] } }
        jetstream { max_memory_store: 1G }"#;
    let mut nats = nats(&data, config).await.unwrap();
    let options = async_nats::ConnectOptions::with_user_and_password("app".into(), "a{b".into());
    let client = options.clone().connect(nats.url()).await.unwrap();
    let jetstream = async_nats::jetstream::new(client);
    let stream = async_nats::jetstream::stream::Config {
        name: "S".into(),
        // More than any disk here: a reservation, not a size.
        max_bytes: 64 << 40,
        ..Default::default()
    };
    jetstream.create_stream(stream).await.unwrap();
    jetstream.publish("S", "x".into()).await.unwrap().await.unwrap();
    let synced = runtime::nats_sync::ask(&nats.monitor_url()).await.unwrap();
    assert_eq!(synced, Synced::Always);

    let killed = nats.pid();
    nats.kill().await.unwrap();
    assert_eq!(parent(killed), None);
    nats.restart().await.unwrap();
    assert_eq!(streams(&nats, &options).await, ["S"]);
    nats.wipe_store().await.unwrap();
    assert!(streams(&nats, &options).await.is_empty());

    let last = nats.pid();
    nats.stop().await.unwrap();
    assert_eq!(parent(last), None);
}

async fn streams(nats: &Nats, options: &async_nats::ConnectOptions) -> Vec<String> {
    let client = options.clone().connect(nats.url()).await.unwrap();
    futures::TryStreamExt::try_collect(async_nats::jetstream::new(client).stream_names())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_server_that_answers_first_says_so_and_its_passwords_are_for_nobody_else() {
    let data = ThrowAway::new("test").unwrap();
    let options = NatsOptions {
        store_dir: data.path().join("nats"),
        port: None,
        config: "accounts { APP { jetstream: enabled, users: [ { user: app, password: secret } ] } }".into(),
        sync_always: false,
    };
    let mut nats = Nats::start(&binaries(), options).await.unwrap();
    let synced = runtime::nats_sync::ask(&nats.monitor_url()).await.unwrap();
    assert_eq!(synced, Synced::Every(120));
    assert_eq!(nats.ended(), None);
    let config = data.path().join("nats/nats.conf");
    let mode = |file: &Path| std::fs::metadata(file).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&config), 0o600);

    // Written by an earlier version.
    std::fs::set_permissions(&config, std::fs::Permissions::from_mode(0o644)).unwrap();
    nats.restart().await.unwrap();
    assert_eq!(mode(&config), 0o600);
    nats.stop().await.unwrap();
    assert!(runtime::nats_sync::ask(&nats.monitor_url()).await.is_err());
}

/// Plays both parts: started again by itself with [`HOLD`] set, it holds servers until it is killed.
#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "the second part is told by the environment"
)]
async fn servers_end_when_their_process_is_killed() {
    let data = ThrowAway::new("test").unwrap();
    if std::env::var_os(HOLD).is_some() {
        let (postgres, nats) = (
            postgres(&data, None).await.unwrap(),
            nats(&data, "").await.unwrap(),
        );
        println!(
            "{HOLD} {} {} {}",
            postgres.pid(),
            nats.pid(),
            data.path().display()
        );
        return std::future::pending().await;
    }
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "servers_end_when_their_process_is_killed",
            "--nocapture",
        ])
        .env(HOLD, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(holder.stdout.take().unwrap()).lines();
    let line = lines
        .map(Result::unwrap)
        .find(|line| line.contains(HOLD))
        .expect("the holder started its servers");
    let mut words = line.split_whitespace().skip_while(|word| *word != HOLD).skip(1);
    let mut pid = || words.next().unwrap().parse::<u32>().unwrap();
    let pids = [family(pid()), family(pid())].concat();
    let left = words.next().unwrap().to_owned();
    assert!(
        pids.iter().all(|pid| parent(*pid).is_some()),
        "all run before the kill: {pids:?}"
    );

    holder.kill().unwrap();
    holder.wait().unwrap();
    within(20, "the servers end", all_gone(&pids)).await;
    let removed = async {
        let mut tick = tokio::time::interval(Duration::from_millis(20));
        while Path::new(&left).exists() {
            tick.tick().await;
        }
    };
    within(20, "the data are removed", removed).await;
}
