//! Where the result of a complaint goes when a desk outside of the hotline brought it.
use super::Channel;
use super::invalid::{self, Invalid};
use super::progress::Progress;
use serde_json::{Value, json};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

const NAME_CHARS_MAX: usize = 60;
/// What a provider of messages takes.
const SMS_CHARS_MAX: usize = 500;

/// How results get there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReplyWay {
    /// To the desk's own system.
    Post,
    /// To the phone of whoever wrote.
    Sms,
}

impl ReplyWay {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Sms => "sms",
        }
    }
}

impl fmt::Display for ReplyWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ReplyWay {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        [Self::Post, Self::Sms]
            .into_iter()
            .find(|way| way.as_str() == word)
            .ok_or("is neither post nor sms")
    }
}

/// A desk outside of the hotline.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReplyAddress {
    /// As complaints name it.
    pub code: String,
    /// For people.
    pub name: String,
    /// By which its complaints come.
    pub channel: Channel,
    /// How results get there.
    pub way: ReplyWay,
    /// Its system.
    pub url: Option<String>,
    /// Its system may be in a private network of the city.
    pub private_target: bool,
    /// False = no new complaint may name it.
    pub active: bool,
}

impl ReplyAddress {
    /// The address with its fields checked and trimmed; whether the url can be called is asked elsewhere.
    ///
    /// # Errors
    /// Names the field.
    pub fn checked(self) -> Result<Self, Invalid> {
        if invalid::code_if_given("code", Some(&self.code))?.is_none() {
            let (rule, zh) = (
                "must be 1 to 32 letters, digits, - or _",
                "须为 1 至 32 位字母、数字、- 或 _",
            );
            return Err(Invalid::new("code", rule, zh));
        }
        if self.way == ReplyWay::Sms && self.url.is_some() {
            return Err(Invalid::new(
                "url",
                "goes with the way post only",
                "仅 post 方式可填写地址",
            ));
        }
        Ok(Self {
            name: invalid::text("name", &self.name, NAME_CHARS_MAX)?,
            ..self
        })
    }

    /// Whether a complaint of this channel may name it, and whether its caller left the number that a text message needs.
    ///
    /// # Errors
    /// Says why not.
    pub fn takes(&self, channel: Channel, has_phone: bool) -> Result<(), Invalid> {
        if !self.active {
            return Err(Invalid::new(
                "reply_address",
                "is no longer used",
                "该回复地址已停用",
            ));
        }
        if self.channel != channel {
            let rule = format!("belongs to the channel {}", self.channel);
            return Err(Invalid::new("reply_address", rule, "与渠道不符"));
        }
        if self.way == ReplyWay::Sms && !has_phone {
            let rule = "is missing, and the result would go there";
            return Err(Invalid::new("caller.phone", rule, "须填写，处理结果以短信告知"));
        }
        Ok(())
    }
}

/// What a desk's system is told.
#[must_use]
pub fn posted(result_id: Uuid, progress: &Progress) -> Value {
    let orders = progress.orders.iter().map(|order| {
        json!({
            "order_number": order.order_number,
            "title": order.title,
            "unit": order.state.handling().and_then(|handling| handling.unit_name.clone()),
            "reply": order.state.reply().map(|reply| reply.text.clone()),
            "outcome": order.state.end().map(|(outcome, _)| outcome.as_str()),
        })
    });
    json!({
        "result_id": result_id,
        "complaint_number": progress.complaint_number,
        "source_number": progress.source_number,
        "state": progress.stage().as_str(),
        "answer": progress.answer().map(|told| told.zh),
        "orders": orders.collect::<Vec<_>>(),
    })
}

/// What somebody reads on the phone.
#[must_use]
pub fn message(progress: &Progress) -> String {
    let answer = progress.answer().map(|told| told.zh).unwrap_or_default();
    let text = format!("【12345】您反映的事项（{}）：{answer}", progress.complaint_number);
    text.chars().take(SMS_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn board() -> ReplyAddress {
        ReplyAddress {
            code: "board".to_owned(),
            name: " 领导留言板 ".to_owned(),
            channel: Channel::MessageBoard,
            way: ReplyWay::Post,
            url: Some("https://board.example/replies".to_owned()),
            private_target: false,
            active: true,
        }
    }

    #[test]
    fn an_address_belongs_to_one_channel_and_only_a_system_has_a_url() {
        let checked = board().checked().unwrap();
        assert_eq!(checked.name, "领导留言板");
        assert_eq!(checked.takes(Channel::MessageBoard, false), Ok(()));
        assert_eq!(
            checked.takes(Channel::Sms, true).unwrap_err().field,
            "reply_address"
        );
        let sms = ReplyAddress {
            channel: Channel::Sms,
            way: ReplyWay::Sms,
            url: None,
            ..board()
        };
        assert_eq!(sms.takes(Channel::Sms, true), Ok(()));
        assert_eq!(sms.takes(Channel::Sms, false).unwrap_err().field, "caller.phone");
        let closed = ReplyAddress {
            active: false,
            ..board()
        };
        assert_eq!(
            closed.takes(Channel::MessageBoard, true).unwrap_err().field,
            "reply_address"
        );
        for (wrong, field) in [
            (
                ReplyAddress {
                    way: ReplyWay::Sms,
                    ..board()
                },
                "url",
            ),
            (
                ReplyAddress {
                    code: "a b".to_owned(),
                    ..board()
                },
                "code",
            ),
            (
                ReplyAddress {
                    code: String::new(),
                    ..board()
                },
                "code",
            ),
            (
                ReplyAddress {
                    name: " ".to_owned(),
                    ..board()
                },
                "name",
            ),
        ] {
            assert_eq!(wrong.checked().unwrap_err().field, field);
        }
    }
}
