//! A link carries what is said between two hotlines in their own names, whatever a peer runs behind it: it reads nothing of
//! others, says nothing as another, and makes no streams or consumers.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]
use async_nats::jetstream;
use async_nats::{Client, ConnectOptions};
use futures::{FutureExt as _, StreamExt as _};
use serde_json::{Value, json};
use std::time::Duration;
use system_tests::hotlines::{Hotline, settle};
use system_tests::linked::{Installation, Rogue, Size, joined};
use system_tests::wait::until;
use testkit::World;

fn complaint() -> Value {
    json!({ "channel": "phone", "kind": "consultation", "urgency": "ordinary", "title": "扰民", "text": "扰民",
        "place": { "division": "990102002" }, "matter": "M020101", "caller": { "phone": "19900007037" } })
}

async fn as_user(url: &str, user: &str, password: &str) -> Result<Client, async_nats::ConnectError> {
    ConnectOptions::with_user_and_password(user.to_owned(), password.to_owned())
        .connect(url)
        .await
}

async fn offers(ours: &Hotline, peer: &str) -> Value {
    ours.offers(&ours.registers(complaint()).await, peer, json!({}))
        .await
}

/// Everything in the stream of a hotline, by subject; and its streams and consumers.
async fn holds(installation: &Installation) -> (Vec<String>, Vec<String>, Vec<String>) {
    let client = as_user(&installation.nats.url(), "intake", "intake")
        .await
        .unwrap();
    let jetstream = jetstream::new(client);
    let streams: Vec<String> = jetstream.stream_names().map(Result::unwrap).collect().await;
    let stream = jetstream.get_stream("PEERS").await.unwrap();
    let subjects: Vec<String> = stream
        .info_with_subjects("peer.>")
        .await
        .unwrap()
        .map(|found| found.unwrap().0)
        .collect()
        .await;
    let mut consumers: Vec<String> = stream.consumer_names().map(Result::unwrap).collect().await;
    consumers.sort();
    (subjects, streams, consumers)
}

/// 12345 with two peers: 110 is honest; in place of 12348 somebody sits who has its password and a server of his own.
async fn with_a_rogue() -> (Installation, Installation, Rogue) {
    let world = World::new();
    let ours = Installation::start(&world, Size::Intake, "12345", &["12348", "110"], None).await;
    let police = Installation::start(&world, Size::Intake, "110", &["12345"], Some(&ours)).await;
    ours.links("12348", &[]).await;
    ours.links("110", &[]).await;
    police.links("12345", &[]).await;
    joined(&ours, &police).await;
    let rogue = Rogue::start("12348", &ours).await;
    // Its own questions are answered: the link is there.
    until("the rogue's link", || async {
        let asked = json!({ "since": "2026-01-01T00:00:00Z" }).to_string();
        let question = rogue
            .client
            .request("peer.12348.12345.ask.standings", asked.into());
        question.await.ok().map(drop)
    })
    .await;
    (ours, police, rogue)
}

#[tokio::test]
async fn a_peer_hears_nothing_that_is_for_another() {
    let (ours, police, rogue) = with_a_rogue().await;
    let mut heard = rogue.client.subscribe(">").await.unwrap();
    rogue.client.flush().await.unwrap();
    let (here, there) = (&ours.hotline, &police.hotline);
    let theirs = offers(here, "110").await;
    settle(&[here, there]).await;
    there
        .decides(&theirs, "refusal", json!({ "reason": "非警务" }))
        .await;
    settle(&[here, there]).await;
    // What is for it does arrive, so it would have heard the rest.
    offers(here, "12348").await;
    let said = async { settle(&[here, there]).await };
    let hears = async {
        let mut subjects = vec![heard.next().await.unwrap().subject.to_string()];
        while subjects
            .last()
            .is_some_and(|subject| !subject.ends_with(".doc.message"))
        {
            subjects.push(heard.next().await.unwrap().subject.to_string());
        }
        subjects
    };
    let (mut subjects, ()) = futures::future::join(hears, said).await;
    while let Some(Some(more)) = heard.next().now_or_never() {
        subjects.push(more.subject.to_string());
    }
    let strange: Vec<&String> = subjects
        .iter()
        .filter(|subject| !subject.starts_with("peer.12345.12348."))
        .collect();
    assert!(strange.is_empty(), "{strange:?}");
    assert_eq!(there.sees(&theirs).await["state"], "refused");
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "this is the attacker")]
async fn a_peer_says_nothing_as_another_and_nothing_to_another() {
    let (ours, police, rogue) = with_a_rogue().await;
    let (here, there) = (&ours.hotline, &police.hotline);
    let theirs = offers(here, "110").await;
    settle(&[here, there]).await;
    let (before, ..) = holds(&ours).await;
    let (police_before, ..) = holds(&police).await;
    let yes =
        json!({ "type": "acceptance", "transfer_id": theirs["transfer_id"], "number": "JQ-1" }).to_string();
    let mut headers = async_nats::HeaderMap::new();
    headers.insert("Nats-Msg-Id", uuid::Uuid::now_v7().to_string().as_str());
    for subject in [
        "peer.110.12345.doc.message",
        "peer.110.12345.doc.reply",
        "peer.12345.110.doc.message",
        "peer.12348.110.doc.message",
        "evt.s01.intake.transfer.accepted.v1",
        "unit.U-1.cmd.sign",
    ] {
        rogue
            .client
            .publish_with_headers(subject, headers.clone(), yes.clone().into())
            .await
            .unwrap();
    }
    // It says the same in its own name. That arrives, and is not its to say.
    rogue
        .client
        .publish_with_headers("peer.12348.12345.doc.message", headers.clone(), yes.into())
        .await
        .unwrap();
    rogue.client.flush().await.unwrap();
    until("what it says in its own name", || async {
        holds(&ours)
            .await
            .0
            .contains(&"peer.12348.12345.doc.message".to_owned())
            .then_some(())
    })
    .await;
    settle(&[here, there]).await;
    let (mut after, ..) = holds(&ours).await;
    after.retain(|subject| subject != "peer.12348.12345.doc.message");
    assert_eq!((after, holds(&police).await.0), (before, police_before));
    assert_eq!(
        here.sees(&theirs).await["state"],
        "offered",
        "110 has not said yes"
    );
    for asked_as_another in ["peer.110.12345.ask.standings", "peer.12345.110.ask.standings"] {
        let question = rogue.client.request(asked_as_another, "{}".into());
        let answer = tokio::time::timeout(Duration::from_millis(500), question).await;
        assert!(!matches!(answer, Ok(Ok(_))), "{asked_as_another}");
    }
}

#[tokio::test]
async fn a_peer_reads_no_stream_and_makes_none() {
    let (ours, _police, rogue) = with_a_rogue().await;
    offers(&ours.hotline, "110").await;
    settle(&[&ours.hotline]).await;
    let before = holds(&ours).await;
    let consumer =
        json!({ "stream_name": "PEERS", "config": { "durable_name": "mine", "ack_policy": "none" } });
    for (subject, body) in [
        ("STREAM.LIST", json!({})),
        ("STREAM.INFO.PEERS", json!({})),
        (
            "STREAM.CREATE.MINE",
            json!({ "name": "MINE", "subjects": ["peer.>"] }),
        ),
        ("STREAM.DELETE.PEERS", json!({})),
        ("STREAM.PURGE.PEERS", json!({})),
        ("STREAM.MSG.GET.PEERS", json!({ "seq": 1 })),
        ("CONSUMER.CREATE.PEERS.mine", consumer.clone()),
        ("CONSUMER.DURABLE.CREATE.PEERS.mine", consumer),
        ("CONSUMER.DELETE.PEERS.peer--110", json!({})),
        ("CONSUMER.MSG.NEXT.PEERS.peer--110", json!({ "batch": 1 })),
    ] {
        let question = rogue
            .client
            .request(format!("$JS.API.{subject}"), body.to_string().into());
        let answer = tokio::time::timeout(Duration::from_millis(500), question).await;
        // The rogue's own server may say that it has no JetStream; nobody tells it of ours.
        if let Ok(Ok(answer)) = answer {
            let answer: Value = serde_json::from_slice(&answer.payload).unwrap();
            assert!(answer["error"].is_object(), "{subject}: {answer}");
        }
    }
    assert_eq!(holds(&ours).await, before);
    // Its password opens the port for servers only, and with it no other account.
    for user in ["12348", "intake", "app"] {
        let refused = as_user(&ours.nats.url(), user, &rogue.password).await;
        assert!(refused.is_err(), "{user}");
    }
}
