//! Systems outside this service.
pub mod intake; // has messages sent; it alone knows the numbers
