//! Clients by webhook.
use crate::clients::{Client, Language, expect_wrong, start};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use unit_kit::book::Book;
use unit_kit::checks::{self, Kit, Verdict};
use unit_kit::platform;
use unit_kit::sandbox::{self, Acting, Script, Unit};
use unit_kit::way::Way;

const UNIT: &str = "QY-WATER";
const KEY: &str = "uk_a_key_of_tests";
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn kit(book: &Arc<Book>, port: &str) -> Kit {
    Kit {
        way: Way::webhook(&format!("http://127.0.0.1:{port}/orders"), SECRET).unwrap(),
        book: Arc::clone(book),
        acts: true,
        // A machine may build something else meanwhile.
        patience: Duration::from_secs(30),
        quiet: Duration::from_millis(1500),
        slow: Duration::from_secs(4),
    }
}

/// The platform that is played: its book, its address, and what serves it.
async fn platform() -> (Arc<Book>, String, JoinSet<anyhow::Result<()>>) {
    rustls::crypto::ring::default_provider().install_default().ok();
    let book = Arc::new(Book::new(UNIT, KEY));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let mut doors = JoinSet::new();
    doors.spawn(platform::serve(listener, Arc::clone(&book)));
    (book, address, doors)
}

async fn client(language: Language, platform: &str, change: Option<(&str, &str)>) -> Option<Client> {
    let name = match language {
        Language::Python => "python/webhook_unit.py",
        Language::Node => "node/webhook-unit.mjs",
    };
    let settings = [
        ("PLATFORM", platform),
        ("UNIT", UNIT),
        ("UNIT_KEY", KEY),
        ("WEBHOOK_SECRET", SECRET),
        ("PORT", "0"),
    ];
    start(language, name, change, &settings).await
}

/// Every check, or those of `only`, against a client that was changed.
async fn verdicts(
    language: Language,
    change: Option<(&str, &str)>,
    only: &[&str],
) -> Option<Vec<(&'static str, Verdict)>> {
    let (book, address, _doors) = platform().await;
    let client = client(language, &address, change).await?;
    let port = client.ready.strip_prefix("listening ").unwrap().to_owned();
    let only: Vec<String> = only.iter().map(|name| (*name).to_owned()).collect();
    Some(checks::run(&kit(&book, &port), &only, |_, _| {}).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_published_clients_pass_every_check() {
    for language in [Language::Python, Language::Node] {
        if let Some(verdicts) = verdicts(language, None, &[]).await {
            assert_eq!(verdicts.len(), checks::ALL.len());
            expect_wrong(&verdicts, &[]);
            assert!(
                verdicts.iter().all(|(_, verdict)| *verdict == Verdict::Right),
                "{verdicts:#?}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sandbox_passes_every_check() {
    let (book, address, mut parts) = platform().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let script =
        Script::read(r#"[{"verb":"sign"},{"verb":"respond"},{"verb":"reply","after_secs":0.1}]"#).unwrap();
    let unit = Unit::new(UNIT, KEY, script, Acting::rest(address).unwrap());
    parts.spawn(sandbox::webhook(listener, signing::read(SECRET).unwrap(), unit));
    let verdicts = checks::run(&kit(&book, &port), &[], |_, _| {}).await.unwrap();
    expect_wrong(&verdicts, &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_with_a_fault_is_told_which() {
    let unverified = "inbox.put(webhook.verify(body, dict(self.headers)))";
    for (right, wrong, only, found) in [
        // Believes everybody.
        (
            unverified,
            "inbox.put(json.loads(body))",
            &[
                "delivery",
                "wrong-signature",
                "changed-body",
                "unsigned",
                "old-timestamp",
            ][..],
            &["wrong-signature", "changed-body", "unsigned", "old-timestamp"][..],
        ),
        // Does the work before it answers.
        (
            unverified,
            "work(webhook.verify(body, dict(self.headers)))",
            &["slow-platform"],
            &["slow-platform"],
        ),
        // Remembers nothing.
        (
            "if document[\"id\"] in seen or not",
            "worked.clear(); newest.clear()\n    if not",
            &["duplicate", "out-of-order", "old-generation"],
            &["duplicate", "out-of-order", "old-generation"],
        ),
        // Does what it did before it knew that the order was gone.
        (
            "return  # what was",
            "order[\"notice\"] = \"assigned\"",
            &["delivery", "out-of-order"],
            &["out-of-order"],
        ),
        // Refuses what it does not know.
        (
            unverified,
            "d = webhook.verify(body, dict(self.headers)); inbox.put({\"hotline.order.assigned.v1\": d}[d[\"type\"]])",
            &["ping", "unknown-type"],
            &["ping", "unknown-type"],
        ),
        // Gives up at the first 503.
        (
            "refused.code != 429 and refused.code < 500",
            "True",
            &["delivery", "platform-away"],
            &["platform-away"],
        ),
        // Never gives up.
        (
            "refused.code != 429 and refused.code < 500",
            "False",
            &["refused"],
            &["refused"],
        ),
        // Signs what another unit leads.
        ("if not order[\"lead\"]:", "if False:", &["helping"], &["helping"]),
        // Forgets a word of the body.
        ("how=\"called\"", "who=\"me\"", &["delivery"], &["delivery"]),
    ] {
        if let Some(verdicts) = verdicts(Language::Python, Some((right, wrong)), only).await {
            assert_eq!(verdicts.len(), only.len(), "{right}");
            expect_wrong(&verdicts, found);
        }
    }
}
