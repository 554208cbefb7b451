//! How another hotline is reached, and what came of a document that was sent to it.
use super::peer::Answer;
use contracts::ids::TransferId;
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use uuid::Uuid;

/// A way to another hotline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// Calls of its door, signed.
    Https,
    /// A link between its NATS servers and ours.
    Nats,
}

impl Way {
    /// The word in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Nats => "nats",
        }
    }
}

/// A word that is no way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnknownWay;

impl FromStr for Way {
    type Err = UnknownWay;

    fn from_str(word: &str) -> Result<Self, UnknownWay> {
        match word {
            "https" => Ok(Self::Https),
            "nats" => Ok(Self::Nats),
            _ => Err(UnknownWay),
        }
    }
}

/// What is sent to another hotline.
#[derive(Clone, PartialEq, Debug)]
pub enum Said {
    /// Something about a transfer.
    Message(super::peer::Message),
    /// What came of something that it sent over NATS; over HTTPS the answer is the response.
    Reply(Reply),
}

impl Said {
    /// Which transfer it is about.
    #[must_use]
    pub fn transfer_id(&self) -> TransferId {
        match self {
            Self::Message(message) => message.transfer_id(),
            Self::Reply(Reply::Answered { answer, .. }) => answer.transfer_id,
            Self::Reply(Reply::Refused { transfer_id, .. }) => *transfer_id,
        }
    }

    /// The document that it replies to.
    #[must_use]
    pub const fn answers(&self) -> Option<Uuid> {
        match self {
            Self::Message(_) => None,
            Self::Reply(Reply::Answered { answers, .. } | Reply::Refused { answers, .. }) => Some(*answers),
        }
    }
}

/// What came of a document. Goes over the wire as JSON, and may come twice.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Reply {
    /// It was heard.
    Answered {
        /// Id of the document.
        answers: Uuid,
        /// Where the transfer stands.
        answer: Answer,
    },
    /// It will never be taken.
    Refused {
        /// Id of the document.
        answers: Uuid,
        /// The transfer that it was about.
        transfer_id: TransferId,
        /// As the code of a problem over HTTPS.
        code: String,
        /// What is wrong with it, for people.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fault: Option<String>,
    },
}

/// The way of this try: the first, and after each failure the next. `None` = there is none.
#[must_use]
pub fn way_of(ways: &[Way], failures: i32) -> Option<Way> {
    let failures = usize::try_from(failures).unwrap_or(0);
    ways.get(failures.checked_rem(ways.len())?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_failure_the_other_way_is_tried() {
        let both = [Way::Nats, Way::Https];
        let tried: Vec<_> = (0..4).map(|failures| way_of(&both, failures)).collect();
        assert_eq!(
            tried,
            [
                Some(Way::Nats),
                Some(Way::Https),
                Some(Way::Nats),
                Some(Way::Https)
            ]
        );
        assert_eq!(way_of(&[Way::Https], 7), Some(Way::Https));
        assert_eq!(way_of(&[], 1), None);
    }

    #[test]
    fn words_are_read_back() {
        for way in [Way::Https, Way::Nats] {
            assert_eq!(way.as_str().parse(), Ok(way));
        }
        assert_eq!("fax".parse::<Way>(), Err(UnknownWay));
    }
}
