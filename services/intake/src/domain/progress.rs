//! What a caller may be told about each order, in words for citizens, and the one combined answer when all are
//! closed.
use super::news::News;
use super::order::OrderState;
use super::{Disposition, OrderId, Outcome};
use chrono::{DateTime, Utc};

/// A sentence in both languages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// English.
    pub en: String,
    /// 中文.
    pub zh: String,
}

/// A complaint as its caller may see it.
#[derive(Clone, PartialEq, Debug)]
pub struct Progress {
    /// Number told to the caller.
    pub complaint_number: String,
    /// Number of the sending system.
    pub source_number: Option<String>,
    /// What intake did with it.
    pub disposition: Disposition,
    /// What the caller was told at once, for an answered or declined complaint.
    pub told_at_once: Option<String>,
    /// When it was accepted.
    pub accepted_at: DateTime<Utc>,
    /// Its orders, or the one it follows.
    pub orders: Vec<OrderProgress>,
}

/// One order as its caller may see it.
#[derive(Clone, PartialEq, Debug)]
pub struct OrderProgress {
    /// Its id.
    pub order_id: OrderId,
    /// Its number.
    pub order_number: String,
    /// One line.
    pub title: String,
    /// True when the complaint only follows it.
    pub followed: bool,
    /// Where it stands.
    pub state: OrderState,
    /// What its caller is told beside that, the oldest first.
    pub news: Vec<News>,
}

/// `open` or the end, in one word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// At least one order is open.
    Open,
    /// All orders are closed.
    Closed,
    /// 直接答复.
    Answered,
    /// 不予受理.
    Declined,
}

impl Stage {
    /// The word in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Answered => "answered",
            Self::Declined => "declined",
        }
    }
}

impl Progress {
    /// Where the complaint as a whole stands.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match self.disposition {
            Disposition::Answered => Stage::Answered,
            Disposition::Declined => Stage::Declined,
            Disposition::Accepted if self.orders.iter().all(OrderProgress::is_done) => Stage::Closed,
            Disposition::Accepted => Stage::Open,
        }
    }

    /// The one answer to the whole complaint; `None` while an order is open.
    #[must_use]
    pub fn answer(&self) -> Option<Told> {
        if self.disposition != Disposition::Accepted {
            return self.told_at_once.clone().map(|text| Told {
                en: text.clone(),
                zh: text,
            });
        }
        if self.stage() == Stage::Open {
            return None;
        }
        let lines: Vec<Told> = self.orders.iter().map(OrderProgress::line).collect();
        let joined = |pick: fn(&Told) -> &str| lines.iter().map(pick).collect::<Vec<_>>().join("\n");
        Some(Told {
            en: joined(|told| &told.en),
            zh: joined(|told| &told.zh),
        })
    }
}

impl OrderProgress {
    /// True when nothing more will be told: an order that another hotline has taken is done when that hotline has said how
    /// it ended, for its caller and for everybody who joined it.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        match self.state.end() {
            Some((Outcome::Transferred, _)) => self.state.reply().is_some(),
            Some(_) => true,
            None => false,
        }
    }

    /// One line of the combined answer.
    fn line(&self) -> Told {
        let Told { en, zh } = self.told();
        let reply = self.state.handling().zip(self.state.reply());
        let said = reply.map_or_else(String::new, |(handling, reply)| {
            format!(
                "{}：{} ",
                handling.unit_name.as_deref().unwrap_or("承办单位"),
                reply.text
            )
        });
        Told {
            en: format!("{} {}: {said}{en}", self.order_number, self.title),
            zh: format!("{} {}：{said}{zh}", self.order_number, self.title),
        }
    }

    /// The state in the caller's words.
    #[must_use]
    pub fn told(&self) -> Told {
        let unit = self
            .state
            .handling()
            .and_then(|handling| handling.unit_name.as_deref());
        let told = |en: &str, zh: &str| Told {
            en: en.replace("{}", unit.unwrap_or("The unit")),
            zh: zh.replace("{}", unit.unwrap_or("承办单位")),
        };
        match &self.state {
            OrderState::Registered => told("Registered; a unit is being named.", "已登记，正在派单。"),
            OrderState::Undecided { .. } => told(
                "It is being decided which unit is responsible.",
                "正在研究确定承办单位。",
            ),
            OrderState::Assigned(handling) if handling.rework > 0 => {
                told("{} was asked to handle it again.", "已退回{}重新办理。")
            }
            OrderState::Assigned(_) => told("Given to {}.", "已派至{}。"),
            OrderState::Signed(_) => told("{} has taken it and is handling it.", "{}已签收，正在办理。"),
            OrderState::Responded(_) => told(
                "{} has made first contact and is handling it.",
                "{}已初次响应，正在办理。",
            ),
            OrderState::Replied(..) => told(
                "{} says it is done; we will call you and ask.",
                "{}已反馈办理结果，我们将回访您。",
            ),
            OrderState::Closed { outcome, .. } => match outcome {
                Outcome::Solved => told("Closed: you told us it is solved.", "已办结：您反馈问题已解决。"),
                Outcome::Unsolved => told(
                    "Closed, although not solved in your view.",
                    "已办结：您反馈问题未解决。",
                ),
                Outcome::Unreachable => told("Closed: we could not reach you.", "已办结：回访未能联系到您。"),
                Outcome::NotCalled => told("Closed.", "已办结。"),
                Outcome::Withdrawn => told("You took it back.", "您已撤回该诉求。"),
                Outcome::Transferred => told("Handed to {}.", "已转由{}办理。"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::order::{Handling, Reply};

    fn order(number: u32, state: OrderState) -> OrderProgress {
        OrderProgress {
            order_id: OrderId(uuid::Uuid::from_u128(u128::from(number))),
            order_number: format!("260302000001-{number}"),
            title: format!("事项{number}"),
            followed: false,
            state,
            news: Vec::new(),
        }
    }

    fn closed(unit: &str, outcome: Outcome) -> OrderState {
        let at = "2026-03-02T01:00:00Z".parse().unwrap();
        let handling = Handling {
            unit_code: "U".into(),
            unit_name: Some(unit.into()),
            generation: 1,
            rework: 0,
            assigned_at: Some(at),
            signed_at: Some(at),
            responded_at: None,
        };
        let reply = Reply {
            text: "已清理".into(),
            solved: true,
            at,
        };
        OrderState::Closed {
            handling: Some(handling),
            reply: Some(reply),
            outcome,
            at,
        }
    }

    #[test]
    fn what_another_hotline_has_taken_is_done_when_it_has_said_how_it_ended() {
        let OrderState::Closed {
            handling, reply, at, ..
        } = closed("12348热线", Outcome::Transferred)
        else {
            unreachable!()
        };
        let gone = |reply| {
            order(
                1,
                OrderState::Closed {
                    handling: handling.clone(),
                    reply,
                    outcome: Outcome::Transferred,
                    at,
                },
            )
        };
        assert!(!gone(None).is_done());
        assert!(gone(reply).is_done());
    }

    #[test]
    fn one_combined_answer_once_all_are_closed() {
        let mut progress = Progress {
            complaint_number: "260302000001".into(),
            source_number: None,
            disposition: Disposition::Accepted,
            told_at_once: None,
            accepted_at: "2026-03-02T01:00:00Z".parse().unwrap(),
            orders: vec![
                order(1, closed("城管局", Outcome::Solved)),
                order(2, OrderState::Registered),
            ],
        };
        assert_eq!((progress.stage(), progress.answer()), (Stage::Open, None));
        progress.orders[1].state = closed("环卫站", Outcome::Unreachable);
        assert_eq!(progress.stage(), Stage::Closed);
        assert_eq!(
            progress.answer().unwrap().zh,
            "260302000001-1 事项1：城管局：已清理 已办结：您反馈问题已解决。\n\
             260302000001-2 事项2：环卫站：已清理 已办结：回访未能联系到您。"
        );
    }
}
