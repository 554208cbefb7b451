//! Where a lifecycle waits for something about its order that arrives elsewhere: a document, a callback task.
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use tokio::sync::oneshot;
use uuid::Uuid;

/// One slot per order. Whoever comes first, the letter or its reader, waits for the other; later copies of a
/// letter are counted and dropped.
pub(super) struct Mailbox<T> {
    slots: Mutex<HashMap<Uuid, Slot<T>>>,
}

enum Slot<T> {
    Waiting(oneshot::Sender<T>),
    Arrived(T),
    Taken,
}

impl<T> Default for Mailbox<T> {
    fn default() -> Self {
        Self {
            slots: Mutex::default(),
        }
    }
}

impl<T> Mailbox<T> {
    /// Delivers a letter; false when the order had one before.
    pub(super) fn put(&self, order: Uuid, letter: T) -> bool {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        match slots.insert(order, Slot::Taken) {
            None => {
                slots.insert(order, Slot::Arrived(letter));
                true
            }
            Some(Slot::Waiting(reader)) => {
                // A reader that gave up has counted its lifecycle as stuck already.
                drop(reader.send(letter));
                true
            }
            Some(before @ Slot::Arrived(_)) => {
                slots.insert(order, before);
                false
            }
            Some(Slot::Taken) => false,
        }
    }

    /// The letter of an order, as soon as it is there.
    pub(super) async fn take(&self, order: Uuid) -> Option<T> {
        let waiting = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            match slots.insert(order, Slot::Taken) {
                Some(Slot::Arrived(letter)) => return Some(letter),
                _ => {
                    let (give, waiting) = oneshot::channel();
                    slots.insert(order, Slot::Waiting(give));
                    waiting
                }
            }
        };
        waiting.await.ok()
    }
}
