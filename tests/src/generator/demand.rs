//! What callers want: the sample city's complaints that a unit is to handle, each from a caller of its own.
use all_in_one::demo::{self, Sample};
use anyhow::Context;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use uuid::Uuid;

/// An endless supply of complaints.
#[derive(Clone, Debug)]
pub struct Demand {
    samples: Vec<(String, Value)>,
    run: Uuid,
}

/// One complaint to register.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Key under which it is registered, however often it is sent.
    pub key: String,
    /// The unit that the pack expects to lead.
    pub unit: String,
    /// The request body.
    pub body: Value,
}

/// Numbers of the range that the sample city uses for its callers.
const FIRST_PHONE: u64 = 19_900_000_000;
const PHONES: u64 = 100_000_000;

impl Demand {
    /// The complaints of a pack for which it names a lead.
    ///
    /// # Errors
    /// When the pack has none.
    pub fn of_city(pack: &Path) -> anyhow::Result<Self> {
        let samples: Vec<(String, Value)> = demo::complaints(pack)?
            .into_iter()
            .filter(|sample| !sample.expected.is_empty())
            .map(|Sample { expected, body, .. }| (expected, body))
            .collect();
        anyhow::ensure!(!samples.is_empty(), "{} has no complaints", pack.display());
        Ok(Self {
            samples,
            run: Uuid::new_v4(),
        })
    }

    /// The same, for some units only.
    ///
    /// # Errors
    /// When no complaint is left.
    pub fn only_for(mut self, units: &[&str]) -> anyhow::Result<Self> {
        self.samples.retain(|(unit, _)| units.contains(&unit.as_str()));
        self.samples.first().context("no complaint for these units")?;
        Ok(self)
    }

    /// Every unit that will lead an order.
    #[must_use]
    pub fn units(&self) -> BTreeSet<String> {
        self.samples.iter().map(|(unit, _)| unit.clone()).collect()
    }

    /// The complaint of that number: the samples in turn, with a caller, a key and a text of its own.
    #[must_use]
    pub fn complaint(&self, number: usize) -> Wanted {
        let (unit, body) = &self.samples[number % self.samples.len()];
        let (mut body, key) = (body.clone(), format!("{}-{number}", self.run));
        let phone = FIRST_PHONE + number as u64 % PHONES;
        body["caller"] = json!({ "name": "岑试样", "phone": phone.to_string() });
        Wanted {
            key,
            unit: unit.clone(),
            body,
        }
    }
}
