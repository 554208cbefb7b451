//! The vocabulary of `domain.md` §1 that more than one service speaks. Wire form is `snake_case`.
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A text that is none of the words of a vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownWord {
    /// The vocabulary, e.g. `channel`.
    pub vocabulary: &'static str,
    /// What was given.
    pub given: String,
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown {}: {}", self.vocabulary, self.given)
    }
}

impl std::error::Error for UnknownWord {}

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident, $word:literal { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $text)] $variant),+
        }

        impl $name {
            /// Every word of the vocabulary, in its natural order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The wire form.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        // By hand: a derive does not see names that a macro hands on.
        #[cfg(feature = "schema")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::Type::String)
                    .enum_values(Some(Self::ALL.iter().map(|word| word.as_str())))
                    .into()
            }
        }

        #[cfg(feature = "schema")]
        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    other => Err(UnknownWord { vocabulary: $word, given: other.to_owned() }),
                }
            }
        }
    };
}

vocabulary! {
    /// 诉求类型.
    Kind, "kind" {
        /// 咨询
        Consultation = "consultation",
        /// 求助
        Help = "help",
        /// 投诉
        Grievance = "grievance",
        /// 建议
        Suggestion = "suggestion",
        /// 批评
        Criticism = "criticism",
        /// 举报; confidential by default
        Report = "report",
        /// 表扬
        Praise = "praise",
        /// 其他
        Other = "other",
    }
}

vocabulary! {
    /// 紧急程度.
    Urgency, "urgency" {
        /// 一般
        Ordinary = "ordinary",
        /// 紧急
        Urgent = "urgent",
        /// 特急
        Emergency = "emergency",
    }
}

vocabulary! {
    /// 渠道.
    Channel, "channel" {
        /// 电话
        Phone = "phone",
        /// 短信
        Sms = "sms",
        /// 微信
        Wechat = "wechat",
        /// APP
        App = "app",
        /// 网站
        Web = "web",
        /// 市长信箱
        Mailbox = "mailbox",
        /// 领导留言板
        MessageBoard = "message_board",
        /// 省转件
        Province = "province",
        /// a transfer from another hotline
        Hotline = "hotline",
        /// 走访
        Visit = "visit",
    }
}

vocabulary! {
    /// What intake does with a complaint.
    Disposition, "disposition" {
        /// becomes one or more orders, or follows one
        Accepted = "accepted",
        /// 直接答复
        Answered = "answered",
        /// 不予受理
        Declined = "declined",
    }
}

vocabulary! {
    /// What the caller says of the result or of the attitude.
    Satisfaction, "satisfaction" {
        /// 满意
        Satisfied = "satisfied",
        /// 基本满意
        BasicallySatisfied = "basically_satisfied",
        /// 不满意
        NotSatisfied = "not_satisfied",
    }
}

vocabulary! {
    /// The four clocks of `domain.md` §4.
    ClockName, "clock" {
        /// the unit takes the order
        Sign = "sign",
        /// first contact with the caller or arrival on site
        Respond = "respond",
        /// the unit says it is done
        Finish = "finish",
        /// the city's clock from acceptance; never stops while an order bounces
        Total = "total",
    }
}

vocabulary! {
    /// Rungs of the ladder of supervision 督办, from the lowest.
    SupervisionLevel, "level" {
        /// 催办
        Urge = "urge",
        /// 书面督办
        Written = "written",
        /// 现场督办
        OnSite = "on_site",
        /// 提级督办 / 挂牌督办
        Raised = "raised",
        /// 通报
        PublicNotice = "public_notice",
        /// 约谈
        Interview = "interview",
        /// 移送纪检
        DisciplineReferral = "discipline_referral",
    }
}

vocabulary! {
    /// How an order reaches a unit.
    DeliveryWay, "delivery way" {
        /// durable consumer of the stream `UNITS`
        Nats = "nats",
        /// signed HTTP call to the unit's endpoint
        Webhook = "webhook",
        /// the unit pulls with a cursor
        Rest = "rest",
    }
}

vocabulary! {
    /// How an order ended.
    Outcome, "outcome" {
        /// the caller says it is solved
        Solved = "solved",
        /// closed although the caller says it is not solved (rework exhausted)
        Unsolved = "unsolved",
        /// the caller could not be reached within the attempts
        Unreachable = "unreachable",
        /// no callback is due (nobody to call)
        NotCalled = "not_called",
        /// the caller took it back 撤诉; no result, and what was not due before is part of no rate
        Withdrawn = "withdrawn",
        /// another hotline has accepted it 转办; no result, and what was not due before is part of no rate
        Transferred = "transferred",
    }
}

vocabulary! {
    /// Which way a transfer between hotlines goes, seen from here.
    TransferDirection, "transfer direction" {
        /// offered by us
        Outgoing = "outgoing",
        /// offered to us
        Incoming = "incoming",
    }
}

vocabulary! {
    /// Why an offer ended although nobody said no to it.
    TransferLapse, "transfer lapse" {
        /// nobody answered within the limit
        Unanswered = "unanswered",
        /// the sender took the offer back
        Withdrawn = "withdrawn",
        /// the two hotlines could not agree: the first receiver keeps it 首接负责
        Undecided = "undecided",
    }
}

vocabulary! {
    /// How a caller is asked.
    CallbackWay, "callback way" {
        /// a message with a link to the survey page
        Sms = "sms",
        /// the number of the complaint
        Phone = "phone",
        /// the other number of the complaint
        SecondPhone = "second_phone",
    }
}

vocabulary! {
    /// What two people of the hotline found about a demand that the caller says is not solved.
    Finding, "finding" {
        /// 诉求不合理
        Unreasonable = "unreasonable",
        /// 客观上无法解决
        Impossible = "impossible",
    }
}

vocabulary! {
    /// Who takes an order on when the ordinary way of rework has ended.
    RaisedTo, "raised to" {
        /// the supervision desk 督办
        Supervision = "supervision",
        /// the leaders' list 领导督办件
        Leaders = "leaders",
    }
}
