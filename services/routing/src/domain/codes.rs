//! Codes become small numbers once, when a directory is built, so that a decision compares integers.
//!
//! The hasher is fast and not resistant to chosen keys: only a published directory puts keys in, a caller
//! merely asks for them.
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map from codes or packed ids, for the hot path.
pub type FastMap<K, V> = HashMap<K, V, BuildHasherDefault<Mix>>;

/// Multiplies and rotates eight bytes at a time.
#[derive(Clone, Copy, Default, Debug)]
pub struct Mix(u64);

/// An odd number with well spread bits (the golden ratio).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

impl Mix {
    const fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(SPREAD);
    }
}

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0_u8; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.add(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.add(word);
    }

    fn write_u32(&mut self, word: u32) {
        self.add(u64::from(word));
    }

    fn write_u8(&mut self, word: u8) {
        self.add(u64::from(word));
    }

    // The high bits are the well mixed ones; tables look at the low ones.
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
}

macro_rules! small_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub u32);

        impl $name {
            /// Position in its table.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl From<u32> for $name {
            fn from(value: u32) -> Self {
                Self(value)
            }
        }
    )+};
}

small_id! {
    /// A division of one directory version.
    DivisionId,
    /// A duty; the order of the numbers is the order of the duties' codes.
    DutyId,
    /// A function 职能 that roles ask for.
    FunctionId,
    /// An entry of the matter catalogue.
    MatterId,
    /// An overlay item.
    OverlayId,
    /// A unit.
    UnitId,
}

/// From code to id; ids count up from 0 in the order of insertion.
#[derive(Clone, Debug)]
pub struct Codes<Id> {
    ids: FastMap<Box<str>, u32>,
    marker: std::marker::PhantomData<fn() -> Id>,
}

impl<Id: From<u32>> Codes<Id> {
    /// The codes in the order of their ids. A code given twice keeps its first id.
    #[must_use]
    pub fn new<'a>(codes: impl Iterator<Item = &'a str>) -> Self {
        let mut ids = FastMap::default();
        for (id, code) in (0_u32..).zip(codes) {
            ids.entry(Box::from(code)).or_insert(id);
        }
        Self {
            ids,
            marker: std::marker::PhantomData,
        }
    }

    /// The id of a code.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<Id> {
        self.ids.get(code).copied().map(Id::from)
    }
}
