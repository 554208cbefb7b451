//! The structure of the tree, checked: what may import what, sizes, documentation, one owner per event; and that what
//! stands beside the code (READMEs, `infra/`) is true.
mod documents;
mod imports;
mod infra;
mod links;
mod locking;
mod ownership;
mod sizes;
mod source;
mod sql;
mod tree;
