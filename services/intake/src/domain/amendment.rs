//! What an order is about, and how the hotline corrects it: matter, place, facts, urgency.
use super::draft::{FACTS_MAX, facts};
use super::invalid::{self, Invalid};
use super::place::Place;
use super::{OrderId, Urgency};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What decisions about an order are made of.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Subject {
    /// Entry of the catalogue.
    pub matter: Option<String>,
    /// Where.
    pub place: Place,
    /// Facts that conditions of duties ask for.
    pub facts: BTreeMap<String, String>,
    /// 紧急程度.
    pub urgency: Urgency,
}

/// A correction as it was sent: what is `None` stays.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct DraftAmendment {
    /// Another entry of the catalogue.
    pub matter: Option<String>,
    /// Another place, whole.
    pub place: Option<Place>,
    /// Facts to set; `None` as a value takes the fact away.
    pub facts: BTreeMap<String, Option<String>>,
    /// Another urgency.
    pub urgency: Option<Urgency>,
    /// Why.
    pub reason: String,
}

/// A correction that keeps every rule.
#[derive(Clone, PartialEq, Debug)]
pub struct Amendment {
    matter: Option<String>,
    place: Option<Place>,
    set: BTreeMap<String, String>,
    removed: Vec<String>,
    urgency: Option<Urgency>,
    /// Why.
    pub reason: String,
}

/// An amendment that was made.
#[derive(Clone, PartialEq, Debug)]
pub struct RecordedAmendment {
    /// The order.
    pub order_id: OrderId,
    /// 1, 2, 3, …
    pub amendment: i32,
    /// `matter`, `place`, `facts`, `urgency`.
    pub changed: Vec<String>,
    /// As it was.
    pub before: Subject,
    /// As it is since.
    pub after: Subject,
    /// Why, masked.
    pub reason: String,
    /// `agent:<subject>`.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Key of the request, and its hash.
    pub attempt: Option<(String, Vec<u8>)>,
}

const REASON_CHARS_MAX: usize = 200;

impl DraftAmendment {
    /// The correction, when every rule holds.
    ///
    /// # Errors
    /// The first field that breaks a rule.
    pub fn checked(&self) -> Result<Amendment, Invalid> {
        let place = self.place.as_ref().map(Place::checked).transpose()?;
        if place.as_ref().is_some_and(Place::is_unknown) {
            return Err(Invalid::new(
                "place",
                "an order needs a division, coordinates or an address",
                "派单须有区划编码、坐标或地址之一",
            ));
        }
        let (set, removed): (Vec<_>, Vec<_>) = self.facts.iter().partition(|(_, value)| value.is_some());
        let set = set
            .into_iter()
            .filter_map(|(name, value)| Some((name.clone(), value.clone()?)))
            .collect();
        Ok(Amendment {
            matter: invalid::code_if_given("matter", self.matter.as_deref())?,
            place,
            set: facts(&set)?,
            removed: removed
                .into_iter()
                .map(|(name, _)| name.trim().to_owned())
                .collect(),
            urgency: self.urgency,
            reason: invalid::text("reason", &self.reason, REASON_CHARS_MAX)?,
        })
    }
}

impl Amendment {
    /// Another entry of the catalogue, when that is corrected.
    #[must_use]
    pub const fn matter(&self) -> Option<&String> {
        self.matter.as_ref()
    }

    /// Another place, when that is corrected.
    #[must_use]
    pub const fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// The same with every free text passed through `mask`.
    #[must_use]
    pub fn masked(&self, mask: impl Fn(&str) -> String) -> Self {
        let place = self.place.as_ref().map(|place| Place {
            address: place.address.as_deref().map(&mask),
            ..place.clone()
        });
        let set = self.set.iter().map(|(name, value)| (mask(name), mask(value)));
        Self {
            place,
            set: set.collect(),
            reason: mask(&self.reason),
            ..self.clone()
        }
    }

    /// The subject after the correction, and what of it is new; nothing when nothing is.
    ///
    /// # Errors
    /// When it would have too many facts.
    pub fn applied(&self, before: &Subject) -> Result<(Subject, Vec<&'static str>), Invalid> {
        let mut after = before.clone();
        if self.matter.is_some() {
            after.matter.clone_from(&self.matter);
        }
        if let Some(place) = &self.place {
            after.place = place.clone();
        }
        for name in &self.removed {
            after.facts.remove(name);
        }
        after.facts.extend(self.set.clone());
        if after.facts.len() > FACTS_MAX {
            return Err(Invalid::new(
                "facts",
                format!("at most {FACTS_MAX}"),
                format!("至多 {FACTS_MAX} 项"),
            ));
        }
        after.urgency = self.urgency.unwrap_or(after.urgency);
        let changed = [
            ("matter", before.matter != after.matter),
            ("place", before.place != after.place),
            ("facts", before.facts != after.facts),
            ("urgency", before.urgency != after.urgency),
        ];
        let changed = changed.into_iter().filter(|(_, differs)| *differs);
        Ok((after, changed.map(|(what, _)| what).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject() -> Subject {
        Subject {
            matter: Some("M1".to_owned()),
            place: Place {
                division: Some("990102".to_owned()),
                ..Place::default()
            },
            facts: [("权属".to_owned(), "小区".to_owned())].into(),
            urgency: Urgency::Ordinary,
        }
    }

    fn draft() -> DraftAmendment {
        DraftAmendment {
            reason: "来电人更正".to_owned(),
            ..DraftAmendment::default()
        }
    }

    fn applied(draft: &DraftAmendment) -> (Subject, Vec<&'static str>) {
        draft.checked().unwrap().applied(&subject()).unwrap()
    }

    #[test]
    fn what_is_not_said_stays_and_what_is_said_again_is_no_change() {
        assert_eq!(applied(&draft()), (subject(), vec![]));
        let same = DraftAmendment {
            matter: Some("M1".to_owned()),
            urgency: Some(Urgency::Ordinary),
            facts: [("权属".to_owned(), Some(" 小区 ".to_owned()))].into(),
            ..draft()
        };
        assert_eq!(applied(&same).1, Vec::<&str>::new());
        let other = DraftAmendment {
            matter: Some("M2".to_owned()),
            urgency: Some(Urgency::Urgent),
            facts: [
                ("权属".to_owned(), None),
                ("成因".to_owned(), Some("被盗".to_owned())),
            ]
            .into(),
            ..draft()
        };
        let (after, changed) = applied(&other);
        assert_eq!(changed, ["matter", "facts", "urgency"]);
        assert_eq!(after.facts, [("成因".to_owned(), "被盗".to_owned())].into());
    }

    #[test]
    fn a_bad_field_is_named() {
        let field = |draft: DraftAmendment| draft.checked().unwrap_err().field;
        assert_eq!(field(DraftAmendment::default()), "reason");
        let nowhere = DraftAmendment {
            place: Some(Place::default()),
            ..draft()
        };
        assert_eq!(field(nowhere), "place");
        let nothing = DraftAmendment {
            matter: Some("路灯".to_owned()),
            ..draft()
        };
        assert_eq!(field(nothing), "matter");
        let many = (0..=FACTS_MAX).map(|n| (format!("f{n}"), Some("x".to_owned())));
        let many = DraftAmendment {
            facts: many.collect(),
            ..draft()
        };
        assert_eq!(field(many), "facts");
    }

    #[test]
    fn texts_are_masked() {
        let draft = DraftAmendment {
            place: Some(Place {
                address: Some("柳巷 SECRET".to_owned()),
                ..Place::default()
            }),
            facts: [("地名".to_owned(), Some("SECRET".to_owned()))].into(),
            reason: "SECRET".to_owned(),
            ..draft()
        };
        let masked = draft
            .checked()
            .unwrap()
            .masked(|text| text.replace("SECRET", "*"));
        assert!(!format!("{masked:?}").contains("SECRET"), "{masked:?}");
    }
}
