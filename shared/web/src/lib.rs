//! The HTTP habits of every service, once.
//!
//! A service writes a [`Table`] of handlers with who may call each, and [`router`] puts around it
//! what all share: authentication, limits, problem documents, tracing, metrics, OpenAPI. Handlers
//! use [`Json`], [`Query`], [`Path`], [`auth::Principal`], [`IdempotencyKey`] and [`Lang`], and
//! return [`Problem`] when they refuse. Nothing here knows a complaint from an order.
pub mod auth;
mod bucket;
mod context;
#[cfg(feature = "dev-issuer")]
pub mod dev_issuer;
mod guard;
pub mod idempotency;
mod json;
mod lang;
mod limits;
mod openapi;
pub mod ops;
pub mod page;
mod path;
mod pipeline;
pub mod problem;
mod query;
mod router;
mod serve;
mod shape;
mod table;
pub mod target;
#[cfg(feature = "testing")]
pub mod testing;
mod unstorable;

pub use guard::Access;
pub use idempotency::IdempotencyKey;
pub use json::Json;
pub use lang::Lang;
pub use limits::HttpConfig;
pub use page::Page;
pub use path::Path;
pub use problem::{Problem, ProblemDocument, Text};
pub use query::Query;
pub use router::{Parts, router};
pub use serve::serve;
pub use shape::ProblemShape;
pub use table::Table;
pub use utoipa_axum::routes;
