//! Shapes that several answers share.
use crate::domain::complaint::{OrderRef, StoredComplaint};
use crate::domain::place::Place;
use chrono::{DateTime, FixedOffset, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A time with the city's offset, to the millisecond.
pub(super) fn local(at: DateTime<Utc>, offset: FixedOffset) -> DateTime<FixedOffset> {
    at.trunc_subsecs(3).with_timezone(&offset)
}

/// Where the matter is.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaceBody {
    /// Division code, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "990102002")]
    pub division: Option<String>,
    /// WGS84 degrees east; together with `latitude`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
    /// WGS84 degrees north.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

impl From<PlaceBody> for Place {
    fn from(body: PlaceBody) -> Self {
        Self {
            division: body.division,
            longitude: body.longitude,
            latitude: body.latitude,
            address: body.address,
        }
    }
}

impl From<Place> for PlaceBody {
    fn from(place: Place) -> Self {
        Self {
            division: place.division,
            longitude: place.longitude,
            latitude: place.latitude,
            address: place.address,
        }
    }
}

/// An order by id and number.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct OrderRefBody {
    order_id: Uuid,
    /// Complaint number, dash, position.
    order_number: String,
}

impl From<OrderRef> for OrderRefBody {
    fn from(order: OrderRef) -> Self {
        Self {
            order_id: order.order_id.uuid(),
            order_number: order.order_number,
        }
    }
}

/// A complaint in a list.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct ComplaintSummary {
    complaint_id: Uuid,
    complaint_number: String,
    channel: &'static str,
    kind: &'static str,
    urgency: &'static str,
    disposition: &'static str,
    confidential: bool,
    /// Personal data masked.
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_number: Option<String>,
    /// Token of the caller: tells "same caller" and nothing else.
    #[serde(skip_serializing_if = "Option::is_none")]
    caller: Option<Uuid>,
    accepted_at: DateTime<FixedOffset>,
}

impl ComplaintSummary {
    pub(super) fn of(complaint: &StoredComplaint, offset: FixedOffset) -> Self {
        let content = &complaint.content;
        Self {
            complaint_id: complaint.complaint_id.uuid(),
            complaint_number: complaint.complaint_number.clone(),
            channel: content.channel.as_str(),
            kind: content.kind.as_str(),
            urgency: content.urgency.as_str(),
            disposition: content.treatment.disposition().as_str(),
            confidential: content.confidential,
            title: content.title.clone(),
            source_number: content.source_number.clone(),
            caller: complaint.caller,
            accepted_at: local(complaint.accepted_at, offset),
        }
    }
}
