//! Which commands of a slice are new, which repeat another, and what a repeat is answered.
use super::{Joined, RegisterRefusal, Registered, Registration, Verdict, source};
use crate::domain::Channel;
use crate::domain::complaint::Treatment;
use crate::store::repeats::{self, Earlier};
use contracts::cause::Asked;
use db::{Conn, DbError};
use std::collections::{BTreeMap, HashSet};

/// What is done with each open command.
#[derive(Default)]
pub(super) struct Plan {
    /// To be inserted, if nobody was faster.
    pub insert: Vec<usize>,
    /// Repeats one before it in the slice.
    pub repeats: Vec<usize>,
    /// Against the rules, unless it repeats what was once right.
    pub refused: BTreeMap<usize, RegisterRefusal>,
}

pub(super) fn plan(commands: &[Asked<Registration>], open: &[usize], joined: &Joined) -> Plan {
    let mut plan = Plan::default();
    let mut keys = HashSet::new();
    let mut sources = HashSet::new();
    for position in open {
        let asked = &commands[*position];
        if let Some(refusal) = refusal(&asked.command, joined) {
            plan.refused.insert(*position, refusal);
            continue;
        }
        let (key, source) = (key(asked), source(&asked.command.complaint));
        if key.is_some_and(|key| keys.contains(&key))
            || source.is_some_and(|source| sources.contains(&source))
        {
            plan.repeats.push(*position);
            continue;
        }
        keys.extend(key);
        sources.extend(source);
        plan.insert.push(*position);
    }
    plan
}

fn refusal(registration: &Registration, joined: &Joined) -> Option<RegisterRefusal> {
    if let Some(invalid) = &registration.against {
        return Some(RegisterRefusal::Invalid(invalid.clone()));
    }
    let Treatment::Joins(order_id) = registration.complaint.treatment else {
        return None;
    };
    match joined.get(&order_id) {
        None => Some(RegisterRefusal::JoinsUnknown),
        Some((order, _)) if !order.state.is_open() => Some(RegisterRefusal::JoinsClosed),
        Some(_) => None,
    }
}

/// Who uses which key.
fn key(asked: &Asked<Registration>) -> Option<(&str, &str)> {
    asked
        .command
        .attempt
        .as_ref()
        .map(|attempt| (asked.cause.actor.as_str(), attempt.key.as_str()))
}

/// Earlier registrations that commands of the slice may repeat.
pub(super) struct Earliers<'a> {
    found: Vec<Earlier>,
    vault: &'a crate::vault::Vault,
}

pub(super) async fn find<'a>(
    conn: &mut Conn,
    vault: &'a crate::vault::Vault,
    commands: &[Asked<Registration>],
    positions: impl Iterator<Item = &usize>,
) -> Result<Earliers<'a>, DbError> {
    let mut keys: Vec<(&str, &str)> = Vec::new();
    let mut sources: Vec<(Channel, &str)> = Vec::new();
    for position in positions {
        keys.extend(key(&commands[*position]));
        sources.extend(source(&commands[*position].command.complaint));
    }
    let nothing = keys.is_empty() && sources.is_empty();
    let found = if nothing {
        Vec::new()
    } else {
        repeats::find(conn, &keys, &sources).await?
    };
    Ok(Earliers { found, vault })
}

impl Earliers<'_> {
    /// The answer to a repeat; `None` when it repeats nothing that is registered. The key is asked before the
    /// source number: it says that the client means the very same request.
    pub(super) fn verdict(&self, asked: &Asked<Registration>) -> Option<Verdict> {
        if let (Some((by, key)), Some(attempt)) = (key(asked), &asked.command.attempt) {
            let same_key = |earlier: &&Earlier| earlier.by == by && earlier.key.as_deref() == Some(key);
            if let Some(earlier) = self.found.iter().find(same_key) {
                let same_request = earlier.hash.as_deref() == Some(&self.vault.request_hash(&attempt.hash));
                return Some(if same_request {
                    Ok(Registered::Repeated(earlier.receipt.clone()))
                } else {
                    Err(RegisterRefusal::KeyReused)
                });
            }
        }
        let (channel, number) = source(&asked.command.complaint)?;
        let same_source = |earlier: &&Earlier| {
            earlier.channel == channel && earlier.source_number.as_deref() == Some(number)
        };
        self.found
            .iter()
            .find(same_source)
            .map(|earlier| Ok(Registered::Known(earlier.receipt.clone())))
    }
}
