//! Where the matter is, as far as the agent knows it. Resolving it is routing's work.
use super::invalid::{self, Invalid};
use serde::{Deserialize, Serialize};

/// A place by division code, coordinates, address, or several of them; possibly none.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Place {
    /// Division code.
    pub division: Option<String>,
    /// WGS84 degrees east; given together with `latitude`.
    pub longitude: Option<f64>,
    /// WGS84 degrees north.
    pub latitude: Option<f64>,
    /// Free text.
    pub address: Option<String>,
}

const ADDRESS_CHARS_MAX: usize = 200;

impl Place {
    /// True when nothing is known.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        *self == Self::default()
    }

    /// The place with its fields checked and trimmed.
    ///
    /// # Errors
    /// Names the field, inside `place`.
    pub fn checked(&self) -> Result<Self, Invalid> {
        self.check().map_err(|invalid| invalid.inside("place"))
    }

    /// [`Place::checked`] with its fields named by themselves.
    pub(super) fn check(&self) -> Result<Self, Invalid> {
        degrees("longitude", self.longitude, 180.0)?;
        degrees("latitude", self.latitude, 90.0)?;
        let missing = match (self.longitude, self.latitude) {
            (Some(_), None) => Some("latitude"),
            (None, Some(_)) => Some("longitude"),
            _ => None,
        };
        if let Some(field) = missing {
            return Err(Invalid::new(
                field,
                "longitude and latitude come together or not at all",
                "经纬度须同时提供或同时省略",
            ));
        }
        Ok(Self {
            division: invalid::code_if_given("division", self.division.as_deref())?,
            longitude: self.longitude,
            latitude: self.latitude,
            address: invalid::text_if_given("address", self.address.as_deref(), ADDRESS_CHARS_MAX)?,
        })
    }
}

fn degrees(field: &str, value: Option<f64>, max: f64) -> Result<(), Invalid> {
    match value {
        Some(degrees) if !(-max..=max).contains(&degrees) => Err(Invalid::new(
            field,
            format!("must be between -{max} and {max} degrees"),
            format!("须在 -{max} 至 {max} 度之间"),
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(longitude: Option<f64>, latitude: Option<f64>) -> Result<Place, String> {
        let place = Place {
            longitude,
            latitude,
            ..Place::default()
        };
        place.checked().map_err(|invalid| invalid.field)
    }

    #[test]
    fn coordinates_are_in_range_and_both_or_none() {
        assert!(at(Some(180.0), Some(-90.0)).is_ok());
        assert!(at(None, None).is_ok_and(|place| place.is_unknown()));
        assert_eq!(at(Some(180.1), Some(0.0)), Err("place.longitude".to_owned()));
        assert_eq!(at(Some(1.0), Some(90.5)), Err("place.latitude".to_owned()));
        assert_eq!(at(Some(f64::NAN), Some(0.0)), Err("place.longitude".to_owned()));
        assert_eq!(at(Some(1.0), None), Err("place.latitude".to_owned()));
        assert_eq!(at(None, Some(1.0)), Err("place.longitude".to_owned()));
    }
}
