//! The rules of supervision: no async, no SQL, no HTTP, no clock.
mod calendars;
mod change;
mod clock;
mod consultation;
mod due_times;
pub mod emerging;
mod explain;
mod facts;
pub mod figures;
#[cfg(test)]
mod fixtures;
mod grants;
pub mod meeting;
mod order;
mod order_state;
pub mod outcome;
mod plan;
pub mod policies;
mod policy;
mod pushes;
mod reconcile;
pub mod referral;
pub mod reports;
mod request;
pub mod search_words;
pub mod supervision;

pub use calendars::Calendars;
#[cfg(test)]
pub(crate) use calendars::calendars_for_tests;
pub use change::{Amended, Assigned, Change, Meta, Registered};
pub use clock::{Basis, Clock, ClockEffect, ClockState, StartBasis};
pub use consultation::{ConsultationAct, ConsultationState, IllegalAct};
pub use explain::sentences;
pub use facts::{Acted, Assignment, Handling, Registration, Replied, Rework};
pub use grants::{
    Ask, CutShort, Denied, Granted, Grants, NotSuspended, Pause, Waiting, Wanted, cut_short, may_extend,
    may_suspend, running,
};
pub use order::Order;
pub use order_state::OrderState;
pub use policy::Policy;
pub use pushes::{Heard, Pushes, Raised};
pub use reconcile::reconcile;
pub use request::{NoReview, RequestState, Says, may_review};
