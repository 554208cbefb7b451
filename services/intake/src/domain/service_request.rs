//! A service request of the standard door: an order that a citizens' app brought, and what of it is shown to whom.
//!
//! Everybody sees: what service it is, where about, how it stands, who is responsible, by when. Nobody but the app that
//! posted it sees what was written: a text may name people, an address may be a home, a point may be a front door. So
//! the public gets the divisions instead of the address, and a point on a grid of 0.01 degrees (about 1 km).
use super::OrderId;
use super::directory::Directory;
use super::order::{OrderState, Promise};
use super::place::Place;
use super::progress::{OrderProgress, Told};
use chrono::{DateTime, Utc};

/// An order that an app brought.
#[derive(Clone, PartialEq, Debug)]
pub struct ServiceRequest {
    /// Its id.
    pub order_id: OrderId,
    /// Its number: the id in the standard.
    pub order_number: String,
    /// The app that posted it.
    pub app: String,
    /// One line, masked.
    pub title: String,
    /// What was written, masked.
    pub text: String,
    /// Entry of the catalogue.
    pub matter: Option<String>,
    /// Where, address masked.
    pub place: Place,
    /// When it was accepted.
    pub requested_at: DateTime<Utc>,
    /// When what is told of it changed last.
    pub updated_at: DateTime<Utc>,
    /// Where it stands.
    pub state: OrderState,
    /// The city's promise, once a unit was named.
    pub promise: Option<Promise>,
}

/// What is shown of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Shown {
    /// Its number.
    pub number: String,
    /// False = closed.
    pub open: bool,
    /// How it stands, in words.
    pub notes: Told,
    /// Name of the service.
    pub service: Option<String>,
    /// Its code.
    pub service_code: Option<String>,
    /// What was written; only for its app.
    pub description: Option<String>,
    /// The unit, once there is one.
    pub agency: Option<String>,
    /// When it was accepted.
    pub requested_at: DateTime<Utc>,
    /// When what is shown changed last.
    pub updated_at: DateTime<Utc>,
    /// When it is due.
    pub expected_at: Option<DateTime<Utc>>,
    /// Address for its app, divisions for everybody else.
    pub address: Option<String>,
    /// Division code.
    pub division: Option<String>,
    /// Degrees east and north; for everybody else to two decimals.
    pub position: Option<(f64, f64)>,
}

impl ServiceRequest {
    /// What the app `viewer` sees, or everybody (`None`).
    #[must_use]
    pub fn shown(self, viewer: Option<&str>, directory: Option<&Directory>) -> Shown {
        let own = viewer == Some(self.app.as_str());
        let Place {
            division,
            longitude,
            latitude,
            address,
        } = self.place;
        let divisions = || {
            let chain = directory?.chain(division.as_deref()?).concat();
            (!chain.is_empty()).then_some(chain)
        };
        let entry = |code: &String| directory.and_then(|directory| directory.matters.get(code));
        let mut notes = OrderProgress {
            order_id: self.order_id,
            order_number: self.order_number.clone(),
            title: self.title,
            followed: false,
            state: self.state.clone(),
            news: Vec::new(),
        }
        .told();
        // What a unit writes may name people, too.
        if let Some(reply) = self.state.reply().filter(|_| own) {
            notes.en = format!("{} {}", notes.en, reply.text);
            notes.zh = format!("{}{}", notes.zh, reply.text);
        }
        Shown {
            open: self.state.is_open(),
            notes,
            service: self
                .matter
                .as_ref()
                .and_then(entry)
                .map(|entry| entry.name.clone()),
            service_code: self.matter,
            description: own.then_some(self.text),
            agency: self
                .state
                .handling()
                .and_then(|handling| handling.unit_name.clone()),
            requested_at: self.requested_at,
            updated_at: self.updated_at,
            expected_at: self.promise.and_then(|promise| directory?.due(&promise)),
            address: if own { address } else { divisions() },
            position: longitude.zip(latitude).map(|(east, north)| {
                if own {
                    (east, north)
                } else {
                    (about(east), about(north))
                }
            }),
            division,
            number: self.order_number,
        }
    }
}

/// The corner of a grid of 0.01 degrees.
fn about(degrees: f64) -> f64 {
    (degrees * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::order::{Handling, Reply};
    use uuid::Uuid;

    fn request() -> ServiceRequest {
        let at = "2026-03-02T01:00:00Z".parse().unwrap();
        let handling = Handling {
            unit_code: "U".into(),
            unit_name: Some("市政处".into()),
            generation: 1,
            rework: 0,
            assigned_at: Some(at),
            signed_at: None,
            responded_at: None,
        };
        let reply = Reply {
            text: "已到王某家中修复".into(),
            solved: true,
            at,
        };
        ServiceRequest {
            order_id: OrderId(Uuid::nil()),
            order_number: "260302000001-1".into(),
            app: "city-app".into(),
            title: "路灯".into(),
            text: "我家（3单元402）门口".into(),
            matter: Some("M1".into()),
            place: Place {
                division: Some("D1".into()),
                longitude: Some(113.123_456),
                latitude: Some(34.987_654),
                address: Some("文渊街1号3单元402".into()),
            },
            requested_at: at,
            updated_at: at,
            state: OrderState::Replied(handling, reply),
            promise: None,
        }
    }

    #[test]
    fn only_its_app_sees_what_was_written_and_exactly_where() {
        for viewer in [None, Some("another-app")] {
            let shown = request().shown(viewer, None);
            let told = format!("{shown:?}");
            for hidden in ["402", "王某", "文渊街", "113.123", "34.987"] {
                assert!(!told.contains(hidden), "{hidden} in {told}");
            }
            assert_eq!(shown.position, Some((113.12, 34.99)));
            assert_eq!(shown.agency.as_deref(), Some("市政处"));
        }
        let own = request().shown(Some("city-app"), None);
        assert_eq!(own.address.as_deref(), Some("文渊街1号3单元402"));
        assert_eq!(own.position, Some((113.123_456, 34.987_654)));
        assert!(own.notes.zh.contains("已到王某家中修复"), "{:?}", own.notes);
        assert!(own.description.is_some());
    }
}
