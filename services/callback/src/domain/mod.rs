//! The rules of callback: no async, no SQL, no HTTP, no clock.
mod answer;
mod case;
mod judgement;
mod order;
mod policy;
mod task;

pub use answer::{Answer, MissingField, Said};
pub use case::Case;
pub use judgement::{Claims, Consequence, judge};
pub use order::{Assignment, Happening, Order, OrderState, Registration, Reply};
pub use policy::Policy;
#[cfg(test)]
pub(crate) use policy::policy_for_tests;
pub use task::{AnswerRefused, Attempt, Recorded, Round, Task, TaskState};
