//! The rules of callback: no async, no SQL, no HTTP, no clock.
mod answer;
mod case;
mod judgement;
pub mod message;
mod order;
pub mod policy;
pub mod review;
pub mod survey;
mod task;

pub use answer::{Answer, MissingField, Said};
pub use case::Case;
pub use judgement::{Claims, Consequence, judge, not_solved};
#[cfg(test)]
pub(crate) use order::registration_for_tests;
pub use order::{
    Amendment, Asking, Assignment, Contradiction, Happening, Order, OrderState, Registration, Reply,
};
#[cfg(test)]
pub(crate) use policy::policies_for_tests;
pub use policy::{NotCalled, Policies, Policy};
pub use task::{AnswerRefused, Attempt, Recorded, Round, Task, TaskState};
