//! Many requests at once, with repeats among them: in one batch, and in transactions that overlap.
use crate::harness::{complaint_with, start};
use contracts::cause::{Asked, Cause};
use contracts::intake::{ComplaintReceivedV1, OrderRegisteredV1};
use db::Db;
use futures::future::join_all;
use intake::domain::complaint::{Attempt, NewComplaint, Treatment};
use intake::domain::{Channel, Kind, Urgency, complaint::Demand, place::Place};
use intake::usecases::register_complaint::{RegisterComplaint, RegisterRefusal, Registered, Registration};
use intake::vault::{Vault, VaultKeys};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use testkit::{Role, TestApp};

const REQUESTS: usize = 200;
/// Every request is sent by this many clients at once.
const COPIES: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_requests_at_once_make_fifty_complaints() {
    let app = start().await;
    let agent = app.http(Role::Agent);
    let requests = (0..REQUESTS).map(|n| {
        let agent = agent.clone();
        let which = n % (REQUESTS / COPIES);
        async move {
            let body = complaint_with(json!({ "text": format!("第{which}件") }));
            match which % 2 {
                0 => agent
                    .post_with_key("/v1/complaints", body, &format!("key-{which}"))
                    .await
                    .expect(201),
                _ => {
                    let mut body = body;
                    body["source_number"] = json!(format!("S-{which}"));
                    agent.post("/v1/complaints", body).await
                }
            }
        }
    });
    let responses = join_all(requests).await;
    let mut answers: HashMap<usize, BTreeSet<String>> = HashMap::new();
    let mut created: HashMap<usize, usize> = HashMap::new();
    for (n, response) in responses.iter().enumerate() {
        let which = n % (REQUESTS / COPIES);
        answers
            .entry(which)
            .or_default()
            .insert(response.body.to_string());
        *created.entry(which).or_default() += usize::from(response.status == 201);
    }
    assert!(
        answers.values().all(|bodies| bodies.len() == 1),
        "every copy of a request has the same answer"
    );
    let as_expected =
        |(which, created): (&usize, &usize)| *created == if which % 2 == 0 { COPIES } else { 1 };
    assert!(created.iter().all(as_expected), "{created:?}");

    let numbers: BTreeSet<String> = responses
        .iter()
        .map(|response| response.text("/complaint_number"))
        .collect();
    assert_eq!(numbers.len(), REQUESTS / COPIES);
    assert_eq!(
        app.published::<ComplaintReceivedV1>().await.len(),
        REQUESTS / COPIES
    );
    assert_eq!(
        app.published::<OrderRegisteredV1>().await.len(),
        REQUESTS / COPIES
    );
    app.settle().await;
}

fn registration(key: Option<&str>, source: Option<&str>, text: &str) -> Registration {
    let complaint = NewComplaint {
        channel: Channel::Web,
        kind: Kind::Help,
        urgency: Urgency::Ordinary,
        title: "标题".into(),
        text: text.into(),
        place: Place {
            division: Some("990102".into()),
            ..Place::default()
        },
        matter: None,
        caller: None,
        confidential: false,
        source_number: source.map(str::to_owned),
        due_by: None,
        facts: BTreeMap::new(),
        treatment: Treatment::Orders(vec![Demand::default()]),
    };
    let hash = [u8::try_from(text.len() % 256).unwrap(); 32];
    Registration {
        number: None,
        kept_elsewhere: None,
        reply_address: None,
        against: None,
        app: None,
        complaint,
        attempt: key.map(|key| Attempt {
            key: key.into(),
            hash,
        }),
    }
}

fn asked(command: Registration) -> Asked<Registration> {
    Asked {
        cause: Cause::asked_by("agent:a", None),
        command,
    }
}

fn usecase() -> RegisterComplaint {
    let key = |text: &str| secrecy::SecretString::from(text.to_owned());
    let sealing = BTreeMap::from([("1".to_owned(), key(crate::harness::KEY_ONE))]);
    let keys = VaultKeys::read(&sealing, &key(crate::harness::KEY_TWO)).unwrap();
    let offset = chrono::FixedOffset::east_opt(28_800).unwrap();
    RegisterComplaint {
        vault: Arc::new(Vault::new(&keys)),
        offset,
    }
}

fn database(app: &TestApp) -> Db {
    Db::new(app.db().clone(), app.clock.clone())
}

/// What happened to a command, and to which complaint (by its place among those seen).
fn told(results: &[Result<Registered, RegisterRefusal>]) -> Vec<String> {
    let mut seen = Vec::new();
    let mut place = |id: String| {
        seen.iter().position(|known| *known == id).unwrap_or_else(|| {
            seen.push(id);
            seen.len() - 1
        })
    };
    let mut tell = |word: &str, receipt: &intake::domain::complaint::Receipt| {
        format!("{word} {}", place(receipt.complaint_id.to_string()))
    };
    results
        .iter()
        .map(|result| match result {
            Ok(Registered::New(receipt)) => tell("new", receipt),
            Ok(Registered::Repeated(receipt)) => tell("repeated", receipt),
            Ok(Registered::Known(receipt)) => tell("known", receipt),
            Err(refusal) => refusal.to_string(),
        })
        .collect()
}

#[tokio::test]
async fn repeats_inside_one_batch_are_told_apart() {
    let app = start().await;
    let db = database(&app);
    db.execute(&usecase(), asked(registration(None, Some("old"), "早先")))
        .await
        .unwrap();
    let batch = [
        registration(Some("k1"), Some("s1"), "一"),
        registration(Some("k1"), Some("s1"), "一"), // both: the key counts
        registration(None, Some("s1"), "别的"),     // the source number
        registration(Some("k1"), None, "另一个请求"), // the key of another request
        registration(Some("k2"), Some("old"), "二"), // known from before; its key is not kept
        registration(Some("k2"), None, "二二二二二二二"), // so this one is new
        registration(None, None, "三"),
        registration(None, None, "三"), // nothing says it is a repeat
    ]
    .map(asked);
    let results = db.execute_many(&usecase(), &batch).await.unwrap();
    assert_eq!(
        told(&results),
        [
            "new 0",
            "repeated 0",
            "known 0",
            "the idempotency key was used for a different request",
            "known 1",
            "new 2",
            "new 3",
            "new 4",
        ]
    );
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn overlapping_transactions_register_a_source_number_once() {
    let app = start().await;
    let db = database(&app);
    let attempts = (0..40).map(|n| {
        let db = db.clone();
        async move {
            // Two numbers per transaction, in both orders, so that transactions wait for each other.
            let (one, two) = if n % 2 == 0 { ("s1", "s2") } else { ("s2", "s1") };
            let batch = [
                asked(registration(None, Some(one), "一")),
                asked(registration(None, Some(two), "二")),
            ];
            db.execute_many(&usecase(), &batch).await.unwrap()
        }
    });
    let results: Vec<_> = join_all(attempts).await.into_iter().flatten().collect();
    let new = results
        .iter()
        .filter(|result| matches!(result, Ok(Registered::New(_))))
        .count();
    let known = results
        .iter()
        .filter(|result| matches!(result, Ok(Registered::Known(_))))
        .count();
    assert_eq!((new, known), (2, 78));
    assert_eq!(app.published::<OrderRegisteredV1>().await.len(), 2);
    app.settle().await;
}
