//! The structure of the tree, checked: what may import what, sizes, documentation, one owner per event.
mod imports;
mod ownership;
mod sizes;
mod source;
mod sql;
mod tree;
