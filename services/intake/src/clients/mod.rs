//! Systems we do not own: other hotlines.
pub mod peers;
