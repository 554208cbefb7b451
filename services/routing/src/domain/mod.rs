//! The rules of routing: pure, deterministic, no I/O and no clock.
//!
//! ```text
//! Snapshot ──Directory::new──▶ Directory ─┐
//!                                         ├─ decide ─▶ Decision ──explain──▶ Explanation (data + sentences)
//! order ─────────────────────▶ Question ──┘
//! ```
pub mod assignment;
pub mod codes;
pub mod condition;
pub mod decide;
pub mod directory;
pub mod dispute;
pub mod draft;
pub mod explain;
pub mod lint;
pub mod manual;
pub mod order;
pub mod policies;
pub mod returns;
pub mod ruling;
pub mod snapshot;
pub mod text;
pub mod undecided;
pub mod validity;
pub mod words;
