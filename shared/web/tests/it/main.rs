//! The whole pipeline around a tiny service, without a network (but for `serving`).
#![expect(clippy::unwrap_used, reason = "a test ends with its first surprise")]

mod app;
mod authentication;
mod document;
mod issuer;
mod limits;
mod observing;
mod problems;
mod serving;
