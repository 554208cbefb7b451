//! Who may look at which identity, and for what. The answer is data, because a refused look is logged too.
use super::ComplaintId;
use chrono::{DateTime, Utc};
use std::fmt;
use std::str::FromStr;

/// A sealed field.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Field {
    /// The caller's name.
    Name,
    /// The caller's phone number.
    Phone,
    /// The caller's other number.
    SecondPhone,
    /// The caller's own words, before masking.
    Words,
}

/// What the looker needs it for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Purpose {
    /// 回访
    Callback,
    /// 响应: a unit's call through the relay
    Contact,
    /// danger to life or property
    Emergency,
    /// 转办 to a peer hotline
    Transfer,
    /// 督办
    Supervision,
    /// the record is wrong
    Correction,
}

/// What came of a look.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum LookOutcome {
    /// The value went out.
    Shown,
    /// Not this person, or not for this.
    Refused,
    /// There is no such value.
    Absent,
    /// The value cannot be opened with the keys at hand.
    Unreadable,
}

/// A word that none of the vocabularies above knows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnknownWord;

macro_rules! words {
    ($type:ty { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $type {
            /// The word in tables and on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl FromStr for $type {
            type Err = UnknownWord;
            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                match word { $($word => Ok(Self::$variant),)+ _ => Err(UnknownWord) }
            }
        }
    };
}
words!(Field {
    Name = "name",
    Phone = "phone",
    SecondPhone = "second_phone",
    Words = "words",
});
words!(Purpose {
    Callback = "callback",
    Contact = "contact",
    Emergency = "emergency",
    Transfer = "transfer",
    Supervision = "supervision",
    Correction = "correction",
});
words!(LookOutcome { Shown = "shown", Refused = "refused", Absent = "absent", Unreadable = "unreadable" });

/// What a role counts for here; other roles may never look.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Looker {
    /// Takes calls: corrects what was written down, calls back.
    Agent,
    /// Calls callers back: everything but supervision.
    CallbackAgent,
    /// Answers for the desk: everything.
    Supervisor,
    /// The relay on behalf of a unit: to connect a call, and nobody sees the number. Not for confidential ones.
    Relay,
}

/// Whether any of the lookers may see an identity for this purpose.
#[must_use]
pub fn may_look(lookers: &[Looker], purpose: Purpose, confidential: bool) -> bool {
    lookers.iter().any(|looker| match looker {
        Looker::Supervisor => purpose != Purpose::Contact,
        Looker::Relay => purpose == Purpose::Contact && !confidential,
        _ if purpose == Purpose::Contact => false,
        Looker::CallbackAgent if confidential => purpose == Purpose::Callback,
        Looker::CallbackAgent => purpose != Purpose::Supervision,
        Looker::Agent => !confidential && matches!(purpose, Purpose::Callback | Purpose::Correction),
    })
}

/// One line of the access log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Access {
    /// Position in the log.
    pub access_id: i64,
    /// Whose identity.
    pub complaint_id: ComplaintId,
    /// Subject of the token.
    pub looked_by: String,
    /// Roles of the token.
    pub roles: Vec<String>,
    /// Which field.
    pub field: Field,
    /// Stated purpose.
    pub purpose: Purpose,
    /// Stated reason.
    pub reason: String,
    /// What came of it.
    pub outcome: LookOutcome,
    /// When.
    pub looked_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    #[test]
    fn table_of_who_may_look() {
        let purposes = [
            Purpose::Callback,
            Purpose::Contact,
            Purpose::Emergency,
            Purpose::Transfer,
            Purpose::Supervision,
            Purpose::Correction,
        ];
        let mut table = String::new();
        for looker in [
            Looker::Agent,
            Looker::CallbackAgent,
            Looker::Supervisor,
            Looker::Relay,
        ] {
            for confidential in [false, true] {
                let allowed: Vec<&str> = purposes
                    .iter()
                    .filter(|purpose| may_look(&[looker], **purpose, confidential))
                    .map(|purpose| purpose.as_str())
                    .collect();
                let which = if confidential { "confidential" } else { "ordinary" };
                writeln!(table, "{looker:?} {which}: {}", allowed.join(" ")).unwrap();
            }
        }
        insta::assert_snapshot!(table, @r"
        Agent ordinary: callback correction
        Agent confidential: 
        CallbackAgent ordinary: callback emergency transfer correction
        CallbackAgent confidential: callback
        Supervisor ordinary: callback emergency transfer supervision correction
        Supervisor confidential: callback emergency transfer supervision correction
        Relay ordinary: contact
        Relay confidential: 
        ");
        assert!(!may_look(&[], Purpose::Emergency, false));
    }
}
