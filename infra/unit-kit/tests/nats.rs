//! Clients on NATS, with a server of their own.
use crate::clients::{Client, Language, expect_wrong, start, workspace};
use runtime::embedded::{Binaries, Nats, NatsOptions, ThrowAway};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use unit_kit::book::Book;
use unit_kit::checks::{self, Kit, Verdict};
use unit_kit::platform;
use unit_kit::sandbox::{self, Acting, Script, Unit};
use unit_kit::way::Way;

const UNIT: &str = "SJ-MUNI";
const KEY: &str = "uk_a_key_of_tests";

struct Played {
    nats: Nats,
    _data: ThrowAway,
    _doors: JoinSet<anyhow::Result<()>>,
    kit: Kit,
}

/// A server that lets anybody in, and the platform that is played on it.
async fn platform() -> Played {
    let data = ThrowAway::new("unit-kit").unwrap();
    let options = NatsOptions {
        store_dir: data.path().to_owned(),
        port: None,
        config: String::new(),
        sync_always: false,
    };
    let binaries = Binaries::find(&workspace().join(".run")).unwrap();
    let nats = Nats::start(&binaries, options).await.unwrap();
    let client = async_nats::connect(nats.url()).await.unwrap();
    let book = Arc::new(Book::new(UNIT, KEY));
    let consumer = platform::provision(&client, &UNIT.into()).await.unwrap();
    let mut doors = JoinSet::new();
    doors.spawn(platform::answer(client.clone(), Arc::clone(&book)));
    let kit = Kit {
        way: Way::Nats {
            jetstream: async_nats::jetstream::new(client),
            consumer: Box::new(consumer),
        },
        book,
        acts: true,
        patience: Duration::from_secs(30),
        quiet: Duration::from_millis(1500),
        slow: Duration::from_secs(4),
    };
    Played {
        nats,
        _data: data,
        _doors: doors,
        kit,
    }
}

async fn client(language: Language, played: &Played, change: Option<(&str, &str)>) -> Option<Client> {
    let name = match language {
        Language::Python => "python/nats_unit.py",
        Language::Node => "node/nats-unit.mjs",
    };
    let settings = [("NATS", &*played.nats.url()), ("UNIT", UNIT), ("UNIT_KEY", KEY)];
    start(language, name, change, &settings).await
}

async fn verdicts(
    language: Language,
    change: Option<(&str, &str)>,
    only: &[&str],
) -> Option<Vec<(&'static str, Verdict)>> {
    let played = platform().await;
    let _client = client(language, &played, change).await?;
    let only: Vec<String> = only.iter().map(|name| (*name).to_owned()).collect();
    Some(checks::run(&played.kit, &only, |_, _| {}).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_published_clients_pass_every_check() {
    for language in [Language::Python, Language::Node] {
        if let Some(verdicts) = verdicts(language, None, &[]).await {
            expect_wrong(&verdicts, &[]);
            let right = verdicts
                .iter()
                .filter(|(_, verdict)| *verdict == Verdict::Right)
                .count();
            assert_eq!(right, 10, "{verdicts:#?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sandbox_passes_every_check() {
    let played = platform().await;
    let options = async_nats::ConnectOptions::new().custom_inbox_prefix(format!("_INBOX_{UNIT}"));
    let client = options.connect(played.nats.url()).await.unwrap();
    let script =
        Script::read(r#"[{"verb":"sign"},{"verb":"respond"},{"verb":"reply","after_secs":0.1}]"#).unwrap();
    let unit = Unit::new(UNIT, KEY, script, Acting::Nats(client.clone()));
    let mut parts = JoinSet::new();
    parts.spawn(async move { sandbox::nats(&client, unit).await });
    let verdicts = checks::run(&played.kit, &[], |_, _| {}).await.unwrap();
    expect_wrong(&verdicts, &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_with_a_fault_is_told_which() {
    for (right, wrong, only, found) in [
        // Never acknowledges.
        (
            "await message.ack()",
            "pass",
            &["unknown-type"][..],
            &["unknown-type"][..],
        ),
        // Listens for answers where others would hear them; the server of the platform would not let it.
        (
            ", inbox_prefix=f\"_INBOX_{UNIT}\"",
            "",
            &["delivery"],
            &["delivery"],
        ),
        // Acts with something else than its key.
        ("Bearer {KEY}", "Bearer mine", &["delivery"], &["delivery"]),
        // Does not come back after 503.
        (
            "if answer.get(\"ok\") is not True and (answer[\"status\"] == 429 or answer[\"status\"] >= 500):",
            "if False:",
            &["platform-away"],
            &["platform-away"],
        ),
    ] {
        if let Some(verdicts) = verdicts(Language::Python, Some((right, wrong)), only).await {
            expect_wrong(&verdicts, found);
        }
    }
}
