//! The all-in-one's configuration of nats-server: a unit's user reads its own consumer and sends its own commands;
//! everything else is refused by the server itself.
use all_in_one::links::Links;
use all_in_one::nats::{PlatformPasswords, UnitUser, configuration};
use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use async_nats::jetstream::{self, stream};
use async_nats::{Client, ConnectOptions};
use bytes::Bytes;
use contracts::ids::UnitCode;
use contracts::streams;
use contracts::subjects::Namespace;
use futures::StreamExt as _;
use runtime::embedded::{Binaries, Nats, NatsOptions, ThrowAway};
use std::time::Duration;
use testkit::servers::workspace;

const OWN: &str = "SJ-MUNI";
const OTHER: &str = "QX-990102-URBAN";
/// A refused request is never answered; this long is enough to be sure.
const PATIENCE: Duration = Duration::from_secs(2);

struct Server {
    nats: Nats,
    _data: ThrowAway,
}

async fn server() -> Server {
    let passwords = PlatformPasswords {
        app: "a".into(),
        gateway: "g".into(),
        intake: "i".into(),
        system: "s".into(),
    };
    let users = [OWN, OTHER].map(|unit| UnitUser {
        unit: unit.into(),
        password: format!("of-{unit}"),
    });
    let data = ThrowAway::new("permissions").expect("a folder");
    let binaries = Binaries::find(&workspace().join(".run")).expect("nats-server");
    let options = NatsOptions {
        store_dir: data.path().to_owned(),
        port: None,
        config: configuration(&passwords, &users, &Links::default()),
        sync_always: false,
    };
    Server {
        nats: Nats::start(&binaries, options).await.expect("it starts"),
        _data: data,
    }
}

async fn connect(server: &Server, user: &str, password: &str) -> Client {
    ConnectOptions::with_user_and_password(user.to_owned(), password.to_owned())
        .custom_inbox_prefix(format!("_INBOX_{user}"))
        .connect(server.nats.url())
        .await
        .unwrap_or_else(|error| panic!("{user}: {error}"))
}

/// What unit-gateway makes: the stream, and a consumer for each of the two units with one document in it.
async fn provision(server: &Server) {
    let gateway = connect(server, "gateway", "g").await;
    let jetstream = jetstream::new(gateway);
    let namespace = Namespace::default();
    let spec = streams::units(&namespace);
    let config = stream::Config {
        name: spec.name,
        subjects: spec.subjects,
        allow_direct: true,
        ..stream::Config::default()
    };
    let stream = jetstream.create_stream(config).await.expect("the stream");
    for unit in [OWN, OTHER].map(UnitCode::from) {
        let consumer = pull::Config {
            durable_name: Some(Namespace::unit_durable(&unit)),
            filter_subject: namespace.unit_orders(&unit),
            ack_policy: AckPolicy::Explicit,
            ..pull::Config::default()
        };
        stream.create_consumer(consumer).await.expect("the consumer");
        publish(
            &jetstream,
            namespace.unit_order(&unit, "assigned"),
            format!("for {unit}").into(),
        )
        .await;
    }
}

#[expect(clippy::disallowed_methods, reason = "a test plays unit-gateway")]
async fn publish(jetstream: &jetstream::Context, subject: String, body: Bytes) {
    jetstream
        .publish(subject, body)
        .await
        .expect("published")
        .await
        .expect("stored");
}

/// Asks the server as this client; `None` when it does not let the question through. By a subscription of its own:
/// what a pull delivers bears the subject of the document, and a client's `request` would pass over it.
async fn ask(client: &Client, subject: String, body: &str) -> Option<String> {
    let inbox = client.new_inbox();
    let mut answers = client.subscribe(inbox.clone()).await.expect("its own inbox");
    client
        .publish_with_reply(subject, inbox, body.to_owned().into())
        .await
        .expect("connected");
    let answer = tokio::time::timeout(PATIENCE, answers.next())
        .await
        .ok()
        .flatten()?;
    let unheard = answer.status == Some(async_nats::StatusCode::NO_RESPONDERS);
    (!unheard).then(|| String::from_utf8_lossy(&answer.payload).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_reads_and_acknowledges_its_own_consumer_and_no_other() {
    let server = server().await;
    provision(&server).await;
    let unit = connect(&server, OWN, "of-SJ-MUNI").await;
    let stream = streams::units(&Namespace::default()).name;
    let jetstream = jetstream::new(unit.clone());
    let durable = Namespace::unit_durable(&UnitCode::from(OWN));
    let own: PullConsumer = jetstream
        .get_consumer_from_stream(durable, &stream)
        .await
        .expect("its own consumer");
    let mut batch = own
        .batch()
        .max_messages(1)
        .expires(Duration::from_secs(10))
        .messages()
        .await
        .expect("a pull");
    let message = batch.next().await.expect("its document").expect("readable");
    assert_eq!(&message.payload[..], b"for SJ-MUNI");
    message
        .double_ack()
        .await
        .expect("the server takes and confirms its acknowledgement");

    // Each question is a good one: the gateway, who may ask it, is answered.
    let gateway = connect(&server, "gateway", "g").await;
    let forbidden = forbidden(&stream);
    let refused = futures::future::join_all(
        forbidden
            .iter()
            .map(|(_, subject, body)| ask(&unit, subject.clone(), body)),
    );
    for ((what, ..), answer) in forbidden.iter().zip(refused.await) {
        assert_eq!(answer, None, "a unit must not {what}");
    }
    for (what, subject, body) in forbidden {
        assert!(
            ask(&gateway, subject, body).await.is_some(),
            "the gateway may {what}"
        );
    }
}

/// What a unit must not do, as requests; those that destroy come last.
fn forbidden(stream: &str) -> Vec<(&'static str, String, &'static str)> {
    let other = Namespace::unit_durable(&UnitCode::from(OTHER));
    vec![
        (
            "pull another's orders",
            format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.{other}"),
            r#"{"batch":1,"no_wait":true}"#,
        ),
        (
            "look at another's consumer",
            format!("$JS.API.CONSUMER.INFO.{stream}.{other}"),
            "",
        ),
        (
            "read the stream past its consumer",
            format!("$JS.API.STREAM.MSG.GET.{stream}"),
            r#"{"seq":2}"#,
        ),
        (
            "read directly",
            format!("$JS.API.DIRECT.GET.{stream}"),
            r#"{"seq":2}"#,
        ),
        ("list the streams", "$JS.API.STREAM.NAMES".to_owned(), ""),
        (
            "make a consumer",
            format!("$JS.API.CONSUMER.CREATE.{stream}.mine"),
            r#"{"stream_name":"UNITS","config":{}}"#,
        ),
        (
            "delete a consumer",
            format!("$JS.API.CONSUMER.DELETE.{stream}.{other}"),
            "",
        ),
        ("empty the stream", format!("$JS.API.STREAM.PURGE.{stream}"), ""),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_commands_in_its_own_name_only_and_hears_nobody_else() {
    let server = server().await;
    provision(&server).await;
    let gateway = connect(&server, "gateway", "g").await;
    let mut commands = gateway
        .subscribe(Namespace::default().all_unit_commands())
        .await
        .expect("the responder");
    gateway.flush().await.expect("the server knows of it");
    let responder = async {
        while let Some(command) = commands.next().await {
            let subject = command.subject.to_string();
            answer(&gateway, command, subject).await;
        }
    };
    let unit = connect(&server, OWN, "of-SJ-MUNI").await;
    let namespace = Namespace::default();
    let asking = async {
        let own = namespace.unit_command(&UnitCode::from(OWN), "sign");
        assert_eq!(ask(&unit, own.clone(), "{}").await, Some(own));
        let others = namespace.unit_command(&UnitCode::from(OTHER), "sign");
        assert_eq!(ask(&unit, others, "{}").await, None, "not in another's name");
        let forged = namespace.unit_order(&UnitCode::from(OWN), "assigned");
        assert_eq!(
            ask(&unit, forged, "{}").await,
            None,
            "documents come from the platform alone"
        );
    };
    tokio::select! {
        () = responder => panic!("the responder ended"),
        () = asking => {}
    }
    // A subscription to other inboxes or to commands is refused: nothing arrives on it.
    let mut overheard = unit.subscribe("unit.>").await.expect("the client sends it");
    let mut inboxes = unit.subscribe("_INBOX.>").await.expect("the client sends it");
    let heard = tokio::time::timeout(PATIENCE, async {
        gateway.flush().await.expect("connected");
        let _ = ask(
            &gateway,
            namespace.unit_command(&UnitCode::from(OTHER), "sign"),
            "{}",
        )
        .await;
        tokio::select! { message = overheard.next() => message, message = inboxes.next() => message }
    });
    assert!(
        heard.await.ok().flatten().is_none(),
        "a unit must not listen to others"
    );
}

#[expect(clippy::disallowed_methods, reason = "a test plays unit-gateway")]
async fn answer(gateway: &Client, command: async_nats::Message, text: String) {
    let reply = command.reply.expect("commands are requests");
    gateway.publish(reply, text.into()).await.expect("answered");
}
