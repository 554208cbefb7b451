//! What other hotlines have sent over NATS: messages about transfers, heard as over HTTPS, and replies to ours. The reply to a
//! message is queued in the transaction in which it was heard, so that the document may be forgotten afterwards.
use super::hear_peer::{HearPeer, HearRefusal, Heard};
use super::tell_peers::{Attempt, RecordTold, Told};
use crate::domain::peer::Message;
use crate::domain::peer::refusal::why;
use crate::domain::peer_way::{Reply, Said};
use crate::store::peer_messages;
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use contracts::ids::TransferId;
use db::{Conn, DbError, Results, Work};
use std::convert::Infallible;
use uuid::Uuid;

const UNREADABLE: &str = "message_unreadable";

/// The use case.
#[derive(Clone, Debug)]
pub struct HearDocuments {
    /// Hears messages.
    pub hear: HearPeer,
    /// Records what came of ours.
    pub record: RecordTold,
}

/// One document.
#[derive(Clone, PartialEq, Debug)]
pub struct Document {
    /// Who sent it.
    pub peer: String,
    /// Its id, the same whenever it is sent again.
    pub id: Uuid,
    /// What it says.
    pub said: Content,
}

/// What a document says.
#[derive(Clone, PartialEq, Debug)]
pub enum Content {
    /// This.
    Said(Said),
    /// A message that nobody here understands: its sender is told what is wrong with it.
    Unreadable {
        /// What it is about.
        transfer_id: TransferId,
        /// The field and the rule that it breaks.
        fault: String,
    },
}

impl Work for HearDocuments {
    const NAME: &'static str = "hear_documents";
    type Command = Document;
    type Output = ();
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Document>],
    ) -> Result<Results<Self>, DbError> {
        for Asked { cause, command } in commands {
            match &command.said {
                Content::Said(Said::Message(message)) => {
                    self.heard(conn, now, command, message, cause).await?;
                }
                Content::Said(Said::Reply(reply)) => {
                    self.replied(conn, now, &command.peer, reply, cause).await?;
                }
                Content::Unreadable { transfer_id, fault } => {
                    let reply = Reply::Refused {
                        answers: command.id,
                        transfer_id: *transfer_id,
                        code: UNREADABLE.to_owned(),
                        fault: Some(fault.clone()),
                    };
                    peer_messages::queue_reply(conn, &command.peer, &reply, now).await?;
                }
            }
        }
        Ok(commands.iter().map(|_| Ok(())).collect())
    }
}

impl HearDocuments {
    async fn heard(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        document: &Document,
        message: &Message,
        cause: &Cause,
    ) -> Result<(), DbError> {
        let asked = Asked {
            cause: cause.clone(),
            command: Heard {
                peer: document.peer.clone(),
                message: message.clone(),
            },
        };
        let answers = document.id;
        for result in self.hear.apply(conn, now, &[asked]).await? {
            let reply = match result {
                Ok(answer) => Reply::Answered { answers, answer },
                Err(refusal) => Reply::Refused {
                    answers,
                    transfer_id: message.transfer_id(),
                    code: code(&refusal).to_owned(),
                    fault: match &refusal {
                        HearRefusal::Unreadable(invalid) => Some(invalid.to_string()),
                        _ => None,
                    },
                },
            };
            peer_messages::queue_reply(conn, &document.peer, &reply, now).await?;
        }
        Ok(())
    }

    /// A reply to what was told meanwhile, or to what is not ours, says nothing new.
    async fn replied(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        peer: &str,
        reply: &Reply,
        cause: &Cause,
    ) -> Result<(), DbError> {
        let (Reply::Answered { answers, .. } | Reply::Refused { answers, .. }) = reply;
        let message_id = *answers;
        let Some(message) = peer_messages::untold(conn, peer, message_id).await? else {
            return Ok(());
        };
        let told = match reply {
            Reply::Answered { answer, .. } => Told::Answered(answer.clone()),
            Reply::Refused { code, fault, .. } if message.is_ended_by(code) => {
                Told::Refused(why(code, fault.as_deref()))
            }
            // It is said again when its time has come.
            Reply::Refused { code, .. } => {
                tracing::warn!(peer, message.id = %message_id, code, "a hotline has not taken what it must take in the end");
                return Ok(());
            }
        };
        let command = Attempt {
            message_id,
            said: Said::Message(message),
            told,
        };
        let asked = Asked {
            cause: cause.clone(),
            command,
        };
        self.record.apply(conn, now, &[asked]).await?;
        Ok(())
    }
}

/// The code of the problem over HTTPS.
const fn code(refusal: &HearRefusal) -> &'static str {
    match refusal {
        HearRefusal::Unknown => "transfer_unknown",
        HearRefusal::HopLimit => "hop_limit",
        HearRefusal::VoiceFirst => "voice_first",
        HearRefusal::NotYours => "other_side_decides",
        HearRefusal::Unreadable(_) => UNREADABLE,
        HearRefusal::Closed => "order_closed",
        HearRefusal::Followed => "order_followed",
        // Not its last word: it is said again.
        HearRefusal::Unregistered => "case_unregistered",
    }
}
