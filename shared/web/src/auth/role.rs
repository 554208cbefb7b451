//! The roles of the platform, and small sets of them.
use serde::{Deserialize, Serialize};

/// What somebody does here. The names are those in the token's `roles` claim.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers the phone and registers complaints.
    Agent,
    /// Decides by hand where an undecided order goes.
    Dispatcher,
    /// Maintains the directory.
    DirectoryEditor,
    /// Handles orders for one unit, person or machine.
    UnitOperator,
    /// Calls callers back.
    CallbackAgent,
    /// Watches clocks and urges.
    Supervisor,
    /// Reads figures.
    Leader,
    /// Reads everything that is logged, changes nothing.
    Auditor,
    /// Runs the platform.
    Admin,
    /// Another hotline's system, by its key; no person has it.
    Peer,
    /// Another service of the platform, by its key; no person has it.
    Service,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 11] = [
        Self::Agent,
        Self::Dispatcher,
        Self::DirectoryEditor,
        Self::UnitOperator,
        Self::CallbackAgent,
        Self::Supervisor,
        Self::Leader,
        Self::Auditor,
        Self::Admin,
        Self::Peer,
        Self::Service,
    ];

    /// The name in tokens and documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Dispatcher => "dispatcher",
            Self::DirectoryEditor => "directory_editor",
            Self::UnitOperator => "unit_operator",
            Self::CallbackAgent => "callback_agent",
            Self::Supervisor => "supervisor",
            Self::Leader => "leader",
            Self::Auditor => "auditor",
            Self::Admin => "admin",
            Self::Peer => "peer",
            Self::Service => "service",
        }
    }

    /// Whether people may have it: machines of other hotlines and of the platform come with keys of their own, and no
    /// identity provider, however it names its roles, makes somebody one of them.
    #[must_use]
    pub const fn is_for_people(self) -> bool {
        !matches!(self, Self::Peer | Self::Service)
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Role {
    type Err = UnknownRole;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == name)
            .ok_or(UnknownRole)
    }
}

/// The name is not one of [`Role::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown role; known are agent, dispatcher, directory_editor, unit_operator, callback_agent, supervisor, leader, auditor, admin, peer, service"
)]
pub struct UnknownRole;

/// A set of roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Roles(u16);

impl Roles {
    /// Whether `role` is in the set.
    #[must_use]
    pub const fn contains(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// Whether any of `roles` is in the set.
    #[must_use]
    pub fn contains_any(self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.contains(*role))
    }

    /// The roles in the order of [`Role::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.contains(*role))
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(roles.into_iter().fold(0, |set, role| set | role.bit()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_agree_everywhere_and_sets_hold_what_was_put_in() {
        for role in Role::ALL {
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        assert_eq!("root".parse::<Role>(), Err(UnknownRole));
        let set: Roles = [Role::Leader, Role::Agent].into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), [Role::Agent, Role::Leader]);
        assert!(set.contains_any(&[Role::Admin, Role::Leader]) && !set.contains(Role::Admin));
        assert_eq!(Role::ALL.into_iter().collect::<Roles>().iter().count(), 11);
    }
}
