//! The configuration of the private nats-server: one account for the platform, one for its units, one for other hotlines.
//!
//! A unit's user may read its own consumer, acknowledge what it got and send its own commands; nothing else.
use crate::links::Links;
use contracts::ids::UnitCode;
use contracts::subjects::Namespace;
use std::fmt::Write as _;

/// A user of the account UNITS with a password of its own, for tests and measurements; others log in with their keys.
#[derive(Clone, Debug)]
pub struct UnitUser {
    /// The unit; also the user's name.
    pub unit: UnitCode,
    /// Its password.
    pub password: String,
}

/// Passwords of the platform's own users.
#[derive(Clone, Debug)]
pub struct PlatformPasswords {
    /// User `app` of account APP.
    pub app: String,
    /// User `gateway` of account UNITS.
    pub gateway: String,
    /// User `intake` of account PEERS.
    pub intake: String,
    /// User `sys` of account SYS.
    pub system: String,
}

/// The body of the server's configuration.
#[must_use]
pub fn configuration(passwords: &PlatformPasswords, units: &[UnitUser], links: &Links) -> String {
    let PlatformPasswords {
        app,
        gateway,
        intake,
        system,
    } = passwords;
    let (peers, leafnodes) = (links.accounts(intake), links.leafnodes());
    let users: String = units.iter().map(unit_user).collect();
    format!(
        "max_payload: 256KB\n\
         accounts {{\n\
         \x20 APP {{ jetstream: enabled, users: [ {{ user: app, password: \"{app}\" }} ] }}\n\
         \x20 UNITS {{\n\
         \x20   jetstream: enabled\n\
         \x20   users: [\n\
         \x20     {{ user: gateway, password: \"{gateway}\" }}\n\
         {users}\x20   ]\n\
         \x20 }}\n\
         {peers}\x20 SYS {{ users: [ {{ user: sys, password: \"{system}\" }} ] }}\n\
         }}\n\
         system_account: SYS\n{leafnodes}"
    )
}

fn unit_user(user: &UnitUser) -> String {
    let UnitUser { unit, password } = user;
    let rights = Namespace::default().unit_rights(unit);
    let mut text = String::new();
    let quoted = |subjects: &[String]| {
        let quoted: Vec<String> = subjects.iter().map(|subject| format!("\"{subject}\"")).collect();
        quoted.join(", ")
    };
    let _ = writeln!(
        text,
        "      {{ user: \"{unit}\", password: \"{password}\", permissions: {{ publish: {{ allow: [{}] }}, subscribe: {{ allow: [{}] }} }} }}",
        quoted(&rights.publish),
        quoted(&rights.subscribe)
    );
    text
}

/// What makes the server ask unit-gateway about everybody else: units then log in with their code and their key. `issuer`
/// is the public half of the key that signs the answers.
#[must_use]
pub fn callout(issuer: &str, units: &[UnitUser]) -> String {
    let known: String = units.iter().map(|user| format!(", \"{}\"", user.unit)).collect();
    format!(
        "authorization {{\n\
         \x20 timeout: 5\n\
         \x20 auth_callout {{ issuer: {issuer}, account: UNITS, auth_users: [ app, gateway, sys, intake{known} ] }}\n\
         }}\n"
    )
}
