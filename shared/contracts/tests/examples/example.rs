//! An example as text, with a check that a text still decodes to it. The payload type is hidden in the
//! check, so that examples of all types stand in one list.
use super::fixed;
use contracts::envelope::Envelope;
use contracts::event::Event;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;
use uuid::Uuid;

type Decode = dyn Fn(&str) -> Result<(), String>;

/// One frozen thing.
pub struct Example {
    /// Its name, which is also the name of its snapshot file.
    pub name: String,
    /// Its JSON as it is written today.
    pub text: String,
    decode: Box<Decode>,
}

impl Example {
    /// Any value that has its own place on the wire.
    pub fn of<T>(name: impl Into<String>, value: T) -> Self
    where
        T: Serialize + DeserializeOwned + PartialEq + Debug + 'static,
    {
        let text = serde_json::to_string_pretty(&value).unwrap() + "\n";
        let decode = move |text: &str| match serde_json::from_str::<T>(text) {
            Ok(read) if read == value => Ok(()),
            Ok(read) => Err(format!(
                "decodes to something else\n read: {read:?}\n want: {value:?}"
            )),
            Err(error) => Err(format!("does not decode: {error}")),
        };
        Self {
            name: name.into(),
            text,
            decode: Box::new(decode),
        }
    }

    /// Whether the text decodes to exactly this example.
    pub fn decodes_from(&self, text: &str) -> Result<(), String> {
        (self.decode)(text)
    }
}

/// An event in its envelope, standing in the line of `key`.
pub fn example<E: Event + PartialEq>(key: Uuid, data: E) -> Example {
    let envelope = Envelope {
        id: fixed::id(0xe0).into(),
        event_type: E::TYPE.to_string(),
        occurred_at: fixed::time("2025-09-28T02:00:00.123456Z"),
        key,
        sequence: 7,
        correlation_id: fixed::id(0xc0),
        causation_id: Some(fixed::id(0xca).into()),
        actor: format!("service:{}", E::TYPE.service),
        traceparent: Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned()),
        data,
    };
    Example::of(E::TYPE.to_string(), envelope)
}
