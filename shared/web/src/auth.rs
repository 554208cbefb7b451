//! Who is calling: people with access tokens of the identity provider, machines with keys.
//!
//! [`Verifier`] checks tokens against the provider's published keys, [`KeyAuth`] lets a service
//! look up the keys it issued itself, [`Authenticator`] chooses by the form of the bearer value.
//! What comes out is a [`Principal`]; whether it may do something is decided by the route table.
mod authenticator;
mod config;
mod jwks;
mod principal;
mod remembered;
mod role;
mod source;
mod verifier;

pub use authenticator::{Authenticator, KeyAuth, KeyLookup, bearer};
pub use config::{AuthConfig, AuthError};
pub use principal::Principal;
pub use role::{Role, Roles};
pub use verifier::Verifier;
