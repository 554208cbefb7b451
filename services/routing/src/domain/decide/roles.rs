//! Roles: which unit "the environment branch of the district" is at this place, on this day.
use super::Chain;
use crate::domain::codes::{FunctionId, UnitId};
use crate::domain::directory::{Directory, Party};
use crate::domain::validity::Day;
use crate::domain::words::{DivisionLevel, RoleLevel, UnitLevel};

/// Why a party is no unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoUnit {
    /// The unit is not valid on the day.
    NotValid(UnitId),
    /// The role is of a finer level than the place that is known.
    TooCoarse,
    /// No valid unit has the role, and no government stands in.
    Nobody,
}

/// The unit a party stands for.
pub(super) fn resolve(
    directory: &Directory,
    chain: &Chain,
    party: &Party,
    day: Day,
) -> Result<UnitId, NoUnit> {
    match *party {
        Party::Unit(unit) if directory.units.is_valid(unit, day) => Ok(unit),
        Party::Unit(unit) => Err(NoUnit::NotValid(unit)),
        Party::Role(function, RoleLevel::City) => {
            let city = chain
                .at_level(directory, DivisionLevel::City)
                .ok_or(NoUnit::Nobody)?;
            directory
                .units
                .in_role(UnitLevel::City, function, city, day)
                .ok_or(NoUnit::Nobody)
        }
        Party::Role(function, RoleLevel::District) => {
            let area = chain.area(directory, function).ok_or(NoUnit::TooCoarse)?;
            let branch = directory.units.in_role(UnitLevel::District, function, area, day);
            branch.map_or_else(|| government(directory, chain, day), Ok)
        }
        Party::Role(function, RoleLevel::Street) => {
            let street = chain.at_level(directory, DivisionLevel::Street);
            let office =
                street.and_then(|street| directory.units.in_role(UnitLevel::Street, function, street, day));
            office.map_or_else(|| government(directory, chain, day), Ok)
        }
    }
}

/// The government or management committee of the division that exercises that function at the place.
fn government(directory: &Directory, chain: &Chain, day: Day) -> Result<UnitId, NoUnit> {
    let function: FunctionId = directory.units.government().ok_or(NoUnit::Nobody)?;
    let area = chain.area(directory, function).ok_or(NoUnit::TooCoarse)?;
    directory
        .units
        .in_role(UnitLevel::District, function, area, day)
        .ok_or(NoUnit::Nobody)
}
