//! Whether a unit may speak with the caller now, through the hotline's relay.
use super::action::Action;
use super::handling::{ActRefusal, Handling, State};
use contracts::ids::UnitCode;

impl Handling {
    /// The lead may, once it has taken the round and until it says that it is done: from then on the hotline asks the
    /// caller (domain.md §3), and the unit does not come between. A rework round needs no second signature.
    /// `knows` = some document of the order was for the unit.
    ///
    /// # Errors
    /// Says why not.
    pub fn admit_contact(&self, unit: &UnitCode, generation: i32, knows: bool) -> Result<(), ActRefusal> {
        // Only a lead signs, so the rule about who may is the same.
        self.admit(unit, generation, &Action::Sign, knows)?;
        match self.state {
            State::Assigned if self.rework == 0 => Err(ActRefusal::NotSigned),
            State::Assigned | State::Signed { .. } | State::Responded { .. } => Ok(()),
            State::Replied { .. } => Err(ActRefusal::AlreadyReplied),
            State::Closed { .. } => Err(ActRefusal::Closed),
            State::Revoked { .. } => Err(ActRefusal::StaleGeneration),
        }
    }
}
