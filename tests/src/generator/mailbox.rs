//! Where a lifecycle waits for something about its order that arrives elsewhere: a document, a callback task.
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use tokio::sync::oneshot;

/// One slot per address, as in (address, round). Whoever comes first, the letter or its reader, waits for the other; later copies of a
/// letter are counted and dropped.
pub(super) struct Mailbox<A, T> {
    slots: Mutex<HashMap<A, Slot<T>>>,
}

enum Slot<T> {
    Waiting(oneshot::Sender<T>),
    Arrived(T),
    Taken,
}

impl<A, T> Default for Mailbox<A, T> {
    fn default() -> Self {
        Self {
            slots: Mutex::default(),
        }
    }
}

impl<A: Copy + Eq + Hash, T> Mailbox<A, T> {
    /// Delivers a letter; false when the address had one before.
    pub(super) fn put(&self, address: A, letter: T) -> bool {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        match slots.insert(address, Slot::Taken) {
            None => {
                slots.insert(address, Slot::Arrived(letter));
                true
            }
            Some(Slot::Waiting(reader)) => {
                // A reader that gave up has counted its lifecycle as stuck already.
                drop(reader.send(letter));
                true
            }
            Some(before @ Slot::Arrived(_)) => {
                slots.insert(address, before);
                false
            }
            Some(Slot::Taken) => false,
        }
    }

    /// The letter for an address, as soon as it is there.
    pub(super) async fn take(&self, address: A) -> Option<T> {
        let waiting = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            match slots.insert(address, Slot::Taken) {
                Some(Slot::Arrived(letter)) => return Some(letter),
                _ => {
                    let (give, waiting) = oneshot::channel();
                    slots.insert(address, Slot::Waiting(give));
                    waiting
                }
            }
        };
        waiting.await.ok()
    }
}
