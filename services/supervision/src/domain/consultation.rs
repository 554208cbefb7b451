//! A consultation 会商: where it stands, and what may happen to it then.
//!
//! The table of (state × act) is the specification; a pair that is not in it is refused and changes nothing.
use std::fmt;
use thiserror::Error;

/// Where a consultation stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ConsultationState {
    /// The units are summoned.
    Opened,
    /// They met; the minutes are written.
    Held,
    /// It named who owns the order.
    Ruled,
    /// Routing could not make a duty of a ruling; a person rules again.
    Refused,
    /// It ended without a ruling.
    Ended,
    /// They never met.
    Cancelled,
}

/// What happens to a consultation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ConsultationAct {
    /// Minutes and attendance are written.
    Hold,
    /// A ruling is made about one of its orders.
    Rule,
    /// Routing refuses a ruling.
    Refuse,
    /// It ends without a ruling.
    End,
    /// It is called off.
    Cancel,
}

/// An act that is not possible now.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("a consultation that is {state} cannot be {act}")]
pub struct IllegalAct {
    /// Where it stands.
    pub state: ConsultationState,
    /// What was tried.
    pub act: ConsultationAct,
}

impl ConsultationState {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Opened,
        Self::Held,
        Self::Ruled,
        Self::Refused,
        Self::Ended,
        Self::Cancelled,
    ];

    /// The word in tables and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Held => "held",
            Self::Ruled => "ruled",
            Self::Refused => "refused",
            Self::Ended => "ended",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Words of the states in which an act is possible.
    #[must_use]
    pub fn before(act: ConsultationAct) -> Vec<String> {
        let possible = Self::ALL.iter().filter(|state| state.after(act).is_ok());
        possible.map(|state| state.word().to_owned()).collect()
    }

    /// The next state.
    ///
    /// # Errors
    /// When the act is not possible in this state.
    pub const fn after(self, act: ConsultationAct) -> Result<Self, IllegalAct> {
        use ConsultationAct as A;
        match (self, act) {
            (Self::Opened, A::Hold) => Ok(Self::Held),
            (Self::Opened, A::Cancel) => Ok(Self::Cancelled),
            // One that is about several orders may rule about each.
            (Self::Held | Self::Ruled | Self::Refused, A::Rule) => Ok(Self::Ruled),
            (Self::Ruled | Self::Refused, A::Refuse) => Ok(Self::Refused),
            (Self::Held | Self::Refused, A::End) => Ok(Self::Ended),
            _ => Err(IllegalAct { state: self, act }),
        }
    }
}

impl ConsultationAct {
    const fn word(self) -> &'static str {
        match self {
            Self::Hold => "held",
            Self::Rule => "ruled",
            Self::Refuse => "refused",
            Self::End => "ended",
            Self::Cancel => "cancelled",
        }
    }
}

impl fmt::Display for ConsultationState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl fmt::Display for ConsultationAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::{ConsultationAct, ConsultationState};
    use std::fmt::Write as _;

    const ACTS: [ConsultationAct; 5] = [
        ConsultationAct::Hold,
        ConsultationAct::Rule,
        ConsultationAct::Refuse,
        ConsultationAct::End,
        ConsultationAct::Cancel,
    ];
    /// `·` = refused.
    const TABLE: &str = "\
state      |held      ruled     refused   ended     cancelled
opened     |held      ·         ·         ·         cancelled
held       |·         ruled     ·         ended     ·
ruled      |·         ruled     refused   ·         ·
refused    |·         ruled     refused   ended     ·
ended      |·         ·         ·         ·         ·
cancelled  |·         ·         ·         ·         ·
";

    #[test]
    fn the_table_of_states_and_acts() {
        let mut table = String::from("state      |");
        let row = |cells: Vec<String>| {
            let padded = cells.iter().map(|cell| format!("{cell:<10}"));
            padded.collect::<String>().trim_end().to_owned()
        };
        let acts = ACTS.iter().map(ToString::to_string);
        writeln!(table, "{}", row(acts.collect())).expect("text");
        for state in ConsultationState::ALL {
            let next = ACTS.map(|act| state.after(act));
            let cells = next.map(|next| next.map_or("·".to_owned(), |state| state.to_string()));
            writeln!(table, "{:<11}|{}", state.word(), row(cells.to_vec())).expect("text");
        }
        println!("{table}");
        assert_eq!(table, TABLE);
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        for state in ConsultationState::ALL {
            assert_eq!(ConsultationState::parse(state.word()), Some(state));
        }
        assert_eq!(ConsultationState::parse("done"), None);
    }
}
