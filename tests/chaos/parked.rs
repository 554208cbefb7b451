//! What an operator does with an event that no retry helps: finds it, looks at it, gives it up, with the program of the
//! platform and its run folder.
use crate::MACHINE;
use contracts::shard::Shard;
use contracts::subjects::Namespace;
use std::time::Duration;
use system_tests::cluster::{Cluster, Options, until};

const DEADLINE: Duration = Duration::from_secs(60);

async fn dead_letters(cluster: &Cluster, arguments: &[&str]) -> anyhow::Result<String> {
    let run_dir = cluster.run_dir().display().to_string();
    let beginning = ["service", "--run-dir", &run_dir, "supervision", "dead-letters"];
    cluster.hotline(&[&beginning, arguments].concat()).await
}

#[expect(clippy::disallowed_methods, reason = "what no service would send")]
#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_message_is_listed_shown_and_skipped() {
    let _machine = MACHINE.lock().await;
    let mut options = Options::new("parked");
    options.services = vec!["supervision"];
    let cluster = Cluster::start(options).await.unwrap();
    assert!(
        dead_letters(&cluster, &["list"])
            .await
            .unwrap()
            .starts_with("0 parked")
    );

    let shard = Shard::all().next().unwrap();
    let subject = Namespace::new("").event(shard, "intake.order.registered.v1");
    let transport = cluster.transport().await.unwrap();
    let sent = transport
        .publish(subject.clone(), "no envelope".into())
        .await
        .unwrap();
    sent.await.unwrap();
    let listed = until("the message is parked", DEADLINE, || async {
        let listed = dead_letters(&cluster, &["list"]).await?;
        Ok(listed.starts_with("1 parked").then_some(listed))
    })
    .await
    .unwrap();
    let line = listed.lines().nth(1).unwrap();
    assert!(line.contains(&subject), "{line}");
    let id = line.split_whitespace().next().unwrap();
    let shown = dead_letters(&cluster, &["show", id]).await.unwrap();
    assert!(shown.contains("no envelope"), "{shown}");

    let refused = dead_letters(&cluster, &["skip", id]).await.unwrap_err();
    assert!(format!("{refused:#}").contains("--note"), "{refused:#}");
    dead_letters(&cluster, &["skip", id, "--note", "nobody sent it"])
        .await
        .unwrap();
    assert!(
        dead_letters(&cluster, &["list"])
            .await
            .unwrap()
            .starts_with("0 parked")
    );
    let skipped = dead_letters(&cluster, &["show", id]).await.unwrap();
    assert!(skipped.contains("nobody sent it"), "{skipped}");
    let again = dead_letters(&cluster, &["replay", id]).await.unwrap_err();
    assert!(format!("{again:#}").contains("not parked"), "{again:#}");
    cluster.stop().await.unwrap();
}
