//! A citizens' app that uses the standard door.
use super::invalid::{self, Invalid};

const NAME_CHARS_MAX: usize = 60;
const CONTACT_CHARS_MAX: usize = 200;
/// More is no app but a load test.
const POSTS_PER_HOUR_MAX: i32 = 100_000;

/// Who it is and what it may.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct App {
    /// Its code.
    pub code: String,
    /// For people.
    pub name: String,
    /// Whom to ask when it misbehaves.
    pub contact: String,
    /// False = its key opens nothing.
    pub active: bool,
    /// Requests it may post in one hour.
    pub posts_per_hour_max: i32,
}

impl App {
    /// The app with its fields checked and trimmed.
    ///
    /// # Errors
    /// Names the field.
    pub fn checked(&self) -> Result<Self, Invalid> {
        invalid::code_if_given("code", Some(&self.code))?;
        if !(1..=POSTS_PER_HOUR_MAX).contains(&self.posts_per_hour_max) {
            return Err(Invalid::new(
                "posts_per_hour_max",
                format!("must be 1 to {POSTS_PER_HOUR_MAX}"),
                format!("须为 1 至 {POSTS_PER_HOUR_MAX}"),
            ));
        }
        Ok(Self {
            code: self.code.clone(),
            name: invalid::text("name", &self.name, NAME_CHARS_MAX)?,
            contact: invalid::text("contact", &self.contact, CONTACT_CHARS_MAX)?,
            ..*self
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_has_a_code_a_name_somebody_to_ask_and_a_limit() {
        let app = App {
            code: "city-app".into(),
            name: " 掌上城市 ".into(),
            contact: "ops@example.org".into(),
            active: true,
            posts_per_hour_max: 100,
        };
        assert_eq!(app.checked().unwrap().name, "掌上城市");
        let wrong = [
            (
                "code",
                App {
                    code: "a b".into(),
                    ..app.clone()
                },
            ),
            (
                "name",
                App {
                    name: " ".into(),
                    ..app.clone()
                },
            ),
            (
                "contact",
                App {
                    contact: String::new(),
                    ..app.clone()
                },
            ),
            (
                "posts_per_hour_max",
                App {
                    posts_per_hour_max: 0,
                    ..app.clone()
                },
            ),
            (
                "posts_per_hour_max",
                App {
                    posts_per_hour_max: 100_001,
                    ..app
                },
            ),
        ];
        for (field, app) in wrong {
            assert_eq!(app.checked().unwrap_err().field, field);
        }
    }
}
