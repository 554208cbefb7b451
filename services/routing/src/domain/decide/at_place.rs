//! Who a party is at a known place: what a look over the whole directory asks, without a case.
use super::{Chain, How, Located, NoUnit, roles};
use crate::domain::codes::{DivisionId, UnitId};
use crate::domain::directory::{Directory, Party};
use crate::domain::validity::Day;

/// The chain of a division on a day.
#[must_use]
pub fn chain_of(directory: &Directory, division: DivisionId, day: Day) -> Chain {
    Chain::of(directory, &Located::by(How::Division, division), day)
}

/// The unit that a party stands for in a chain.
///
/// # Errors
/// Says why it is nobody.
pub fn unit_of(directory: &Directory, chain: &Chain, party: &Party, day: Day) -> Result<UnitId, NoUnit> {
    roles::resolve(directory, chain, party, day)
}
