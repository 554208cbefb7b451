//! One type per id and per code, so that mixing two of them does not compile. Append-only, sorted.
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

macro_rules! typed_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        pub struct $name(pub Uuid);

        impl $name {
            /// The bare UUID, for SQL and for shard keys.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<Uuid> for $name {
            fn from(value: Uuid) -> Self {
                Self(value)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

typed_id! {
    /// One appeal 申诉 of a unit against an answer.
    AppealId,
    /// One callback task of callback.
    CallbackId,
    /// One complaint 诉求.
    ComplaintId,
    /// One consultation 会商.
    ConsultationId,
    /// One event; stable over republication, the key of every inbox.
    EventId,
    /// One request for more time 延期.
    ExtensionId,
    /// One reviewed judgement about a demand.
    JudgementId,
    /// One order 工单.
    OrderId,
    /// One coordination outcome 协调结果.
    OutcomeId,
    /// One discipline referral 移送纪检.
    ReferralId,
    /// One return request 退单 under review.
    ReturnId,
    /// One ruling 会商定规.
    RulingId,
    /// One supervision order 督办.
    SupervisionId,
    /// One suspension 挂起.
    SuspensionId,
    /// One transfer 转办 between two hotlines; the same on both sides.
    TransferId,
}

macro_rules! code {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        pub struct $name(pub String);

        impl $name {
            /// The code as the city writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                Self(value)
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                Self(value.to_owned())
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    )+};
}

code! {
    /// Code of a division 区划 of any level.
    DivisionCode,
    /// Code of one line of the directory: "this unit leads for this matter there".
    DutyCode,
    /// Code of an entry of the matter catalogue 事项.
    MatterCode,
    /// Code of a unit 承办单位; `[A-Za-z0-9_-]`, because it appears in NATS subjects.
    UnitCode,
}

impl UnitCode {
    /// True when the code may stand in a NATS subject and a URL as it is.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        !self.0.is_empty()
            && self.0.len() <= 64
            && self
                .0
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    }
}
