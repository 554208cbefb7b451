//! Handlers made with `on`: decode, one use case for the slice, refusals as verdicts.
use crate::effects::{Counted, Effects};
use crate::rig::{Rig, settle};
use bus::handler::Handlers;
use bus::{BusError, Verdict, dead_letters, on};
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::envelope::Envelope;
use contracts::event::{Event, EventType};
use db::{Conn, DbError, Results, Work};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

#[derive(Debug, Serialize, Deserialize)]
struct Measured {
    value: i64,
}

impl Event for Measured {
    const TYPE: EventType = EventType {
        service: "test",
        noun: "order",
        past: "measured",
        version: 1,
    };
}

/// Another type that moves the same rows.
#[derive(Debug, Serialize, Deserialize)]
struct Corrected {
    to: i64,
}

impl Event for Corrected {
    const TYPE: EventType = EventType {
        service: "test",
        noun: "order",
        past: "corrected",
        version: 1,
    };
}

/// Refuses what is negative (not yet) or zero (never).
struct RecordValue;

#[derive(Clone)]
struct Value {
    key: Uuid,
    sequence: i64,
    value: i64,
}

#[derive(Debug, Error)]
enum Refused {
    #[error("value {0} is negative")]
    Negative(i64),
    #[error("value is zero")]
    Zero,
}

impl Work for RecordValue {
    const NAME: &'static str = "record_value";
    type Command = Value;
    type Output = ();
    type Refusal = Refused;

    async fn apply(
        &self,
        conn: &mut Conn,
        _now: DateTime<Utc>,
        commands: &[Asked<Value>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::new();
        for Asked { cause, command } in commands {
            results.push(match command.value {
                0 => Err(Refused::Zero),
                value if value < 0 => Err(Refused::Negative(value)),
                _ => {
                    sqlx::query("insert into effects (handler, order_key, sequence, event_id) values ($1, $2, $3, $4)")
                        .bind(&cause.actor)
                        .bind(command.key)
                        .bind(command.sequence)
                        .bind(cause.causation_id.unwrap().uuid())
                        .execute(&mut *conn)
                        .await?;
                    Ok(())
                }
            });
        }
        Ok(results)
    }
}

fn on_measured() -> Box<dyn bus::Handler> {
    on::<Measured, _, _, _>(
        "test",
        "on_measured",
        RecordValue,
        |envelope: Envelope<Measured>| Value {
            key: envelope.key,
            sequence: envelope.sequence,
            value: envelope.data.value,
        },
        |refused| match refused {
            Refused::Negative(_) => Verdict::Retry(refused.to_string()),
            Refused::Zero => Verdict::Dead(refused.to_string()),
        },
    )
}

/// Two event types for one use case, in one handler.
fn on_measured_and_corrected() -> Box<dyn bus::Handler> {
    let measured = |envelope: Envelope<Measured>| Value {
        key: envelope.key,
        sequence: envelope.sequence,
        value: envelope.data.value,
    };
    let corrected = |envelope: Envelope<Corrected>| Value {
        key: envelope.key,
        sequence: envelope.sequence,
        value: envelope.data.to,
    };
    let heard = vec![bus::heard(measured), bus::heard(corrected)];
    bus::on_several("test", "record_value", RecordValue, heard, |refused| {
        Verdict::Retry(refused.to_string())
    })
}

#[tokio::test]
async fn event_types_of_one_use_case_keep_their_order_and_wait_behind_what_cannot_be_read() {
    let rig = Rig::start().await;
    let host = rig.host_with("a", vec![on_measured_and_corrected()]);
    let (whole, broken) = (Uuid::now_v7(), Uuid::now_v7());
    rig.publish(&rig.envelope(whole, 1, &Measured { value: 1 })).await;
    rig.publish(&rig.envelope(whole, 2, &Corrected { to: 2 })).await;
    rig.publish(&rig.envelope(whole, 3, &Measured { value: 3 })).await;
    let mut unreadable = rig.envelope(broken, 1, &Measured { value: 1 });
    unreadable.data = serde_json::json!({"value": "many"});
    rig.publish(&unreadable).await;
    rig.publish(&rig.envelope(broken, 2, &Corrected { to: 2 })).await;
    settle(&host).await;

    let done: Vec<(Uuid, i64)> = sqlx::query_as("select order_key, sequence from effects order by position")
        .fetch_all(rig.pool())
        .await
        .unwrap();
    assert_eq!(done, [(whole, 1), (whole, 2), (whole, 3)]);
    let parked = dead_letters::list(rig.pool()).await.unwrap();
    assert_eq!(
        parked.iter().map(|letter| letter.key).collect::<Vec<_>>(),
        [Some(broken)]
    );
    let held: Vec<Uuid> = sqlx::query_scalar("select key from held_messages")
        .fetch_all(rig.pool())
        .await
        .unwrap();
    assert_eq!(held, [broken], "the correction did not overtake what it corrects");
}

#[tokio::test]
async fn refusals_newer_versions_and_broken_payloads_get_the_right_verdict() {
    let rig = Rig::start().await;
    let host = rig.host_with("a", vec![on_measured()]);
    let good = rig.envelope(Uuid::now_v7(), 1, &Measured { value: 7 });
    let negative = rig.envelope(Uuid::now_v7(), 1, &Measured { value: -1 });
    let zero = rig.envelope(Uuid::now_v7(), 1, &Measured { value: 0 });
    let mut newer = rig.envelope(Uuid::now_v7(), 1, &Measured { value: 1 });
    newer.event_type = "test.order.measured.v2".to_owned();
    let mut broken = rig.envelope(Uuid::now_v7(), 1, &Measured { value: 1 });
    broken.data = serde_json::json!({"value": "many"});
    for envelope in [&good, &negative, &zero, &newer, &broken] {
        rig.publish(envelope).await;
    }
    settle(&host).await;

    let done: Vec<(String, Uuid)> = sqlx::query_as("select handler, event_id from effects")
        .fetch_all(rig.pool())
        .await
        .unwrap();
    assert_eq!(
        done,
        [("service:test".to_owned(), good.id.uuid())],
        "caused by the event, done by the service"
    );
    let held: Vec<(Uuid, String)> = sqlx::query_as("select key, reason from held_messages order by position")
        .fetch_all(rig.pool())
        .await
        .unwrap();
    assert_eq!(held.len(), 2, "{held:?}");
    assert!(
        held.contains(&(negative.key, "value -1 is negative".to_owned())),
        "{held:?}"
    );
    assert!(
        held.iter()
            .any(|(key, reason)| *key == newer.key && reason.contains("not a version")),
        "{held:?}"
    );
    let mut parked: Vec<(Option<Uuid>, String)> = dead_letters::list(rig.pool())
        .await
        .unwrap()
        .into_iter()
        .map(|letter| (letter.key, letter.reason))
        .collect();
    parked.sort_by_key(|(_, reason)| reason.len());
    assert_eq!(parked[0], (Some(zero.key), "value is zero".to_owned()));
    assert!(
        parked[1].0 == Some(broken.key) && parked[1].1.contains("cannot be read"),
        "{parked:?}"
    );
}

#[tokio::test]
async fn each_event_type_has_one_handler_and_the_rest_goes_to_the_one_that_hears_everything() {
    let troubles = crate::effects::Troubles::default();
    let twice = Handlers::new("test", vec![on_measured(), on_measured()]);
    assert!(matches!(twice.err(), Some(BusError::NotFound(text)) if text.contains("test.order.measured")));
    let both = Handlers::new(
        "test",
        vec![Box::new(Effects::everything(&troubles)), on_measured()],
    )
    .unwrap();
    assert_eq!(both.position("test.order.measured.v9"), Some(1));
    assert_eq!(both.position("test.order.counted.v1"), Some(0));
    assert!(both.families().is_none(), "everything is subscribed to");
    let one = Handlers::new("test", vec![on_measured()]).unwrap();
    assert_eq!(one.position("test.order.counted.v1"), None);
    assert_eq!(one.families().unwrap(), [Measured::TYPE]);
    assert_ne!(Measured::TYPE, Counted::TYPE);
}
