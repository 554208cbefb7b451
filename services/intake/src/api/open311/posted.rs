//! The form of a posted request, as a draft of a complaint.
use super::door::Refused;
use super::services::KINDS;
use crate::domain::caller::Caller;
use crate::domain::draft::Draft;
use crate::domain::place::Place;
use crate::domain::{Channel, Disposition, Kind, Urgency};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Characters of the description that go into the title.
const TITLE_CHARS: usize = 40;
const URL_CHARS_MAX: usize = 500;

/// A posted request. What is not named here (email, device_id, account_id) is read over and kept nowhere.
#[derive(Clone, Default, ToSchema)]
pub(super) struct PostedForm {
    /// Key of the app; may come as `Authorization: Bearer` instead.
    pub(super) api_key: Option<String>,
    /// The city's own, or none.
    pub(super) jurisdiction_id: Option<String>,
    /// From the list of services.
    #[schema(required)]
    pub(super) service_code: Option<String>,
    /// WGS84 degrees north; with `long`.
    #[schema(value_type = Option<f64>)]
    lat: Option<String>,
    /// WGS84 degrees east.
    #[schema(value_type = Option<f64>)]
    long: Option<String>,
    /// Where, in words.
    address_string: Option<String>,
    /// A division code of the city.
    address_id: Option<String>,
    /// What is wanted, at most 4000 characters.
    description: Option<String>,
    /// Goes into the vault.
    first_name: Option<String>,
    /// Goes into the vault.
    last_name: Option<String>,
    /// Goes into the vault.
    phone: Option<String>,
    /// Address of a picture; told to the unit with the text.
    media_url: Option<String>,
    /// One of the kinds of the service's definition; help without it.
    #[schema(rename = "attribute[kind]")]
    kind: Option<String>,
    /// `yes`: listed nowhere, and the identity is shown to no unit.
    #[schema(rename = "attribute[confidential]")]
    confidential: Option<String>,
}

impl PostedForm {
    /// Reads a form; empty fields are absent.
    pub(super) fn read(pairs: &[(String, String)]) -> Result<Self, Refused> {
        let mut form = Self::default();
        for (name, value) in pairs {
            if name.contains('\0') || value.contains('\0') {
                let name = name.replace('\0', "");
                return Err(Refused::bad(
                    &name,
                    "must not contain the character NUL",
                    "不得包含空字符",
                ));
            }
            let field = match name.as_str() {
                "api_key" => &mut form.api_key,
                "jurisdiction_id" => &mut form.jurisdiction_id,
                "service_code" => &mut form.service_code,
                "lat" => &mut form.lat,
                "long" => &mut form.long,
                "address_string" => &mut form.address_string,
                "address_id" => &mut form.address_id,
                "description" => &mut form.description,
                "first_name" => &mut form.first_name,
                "last_name" => &mut form.last_name,
                "phone" => &mut form.phone,
                "media_url" => &mut form.media_url,
                "attribute[kind]" => &mut form.kind,
                "attribute[confidential]" => &mut form.confidential,
                other if other.starts_with("attribute[") => {
                    return Err(Refused::bad(other, "no such attribute", "没有该属性"));
                }
                _ => continue,
            };
            *field = Some(value.trim().to_owned()).filter(|value| !value.is_empty());
        }
        Ok(form)
    }

    /// The same complaint as an agent would have registered.
    pub(super) fn draft(self, code: &str, service: &str) -> Result<Draft, Refused> {
        let kind = kind(self.kind.as_deref())?;
        let confidential = match self.confidential.as_deref() {
            None | Some("no") => false,
            Some("yes") => true,
            Some(_) => {
                return Err(Refused::bad(
                    "attribute[confidential]",
                    "must be yes or no",
                    "须为 yes 或 no",
                ));
            }
        };
        let description = self.description.unwrap_or_else(|| service.to_owned());
        let start: String = description.split_whitespace().collect::<Vec<_>>().join(" ");
        let start: String = start.chars().take(TITLE_CHARS).collect();
        Ok(Draft {
            channel: Channel::App,
            kind,
            // Danger goes by telephone: no app makes an emergency.
            urgency: Urgency::Ordinary,
            title: format!("{service}：{start}"),
            text: with_media(description, self.media_url.as_deref())?,
            place: Place {
                division: self.address_id,
                longitude: degrees("long", self.long.as_deref())?,
                latitude: degrees("lat", self.lat.as_deref())?,
                address: self.address_string,
            },
            matter: Some(code.to_owned()),
            caller: caller(self.first_name, self.last_name, self.phone),
            confidential,
            source_number: None,
            due_by: None,
            facts: BTreeMap::new(),
            demands: Vec::new(),
            disposition: Disposition::Accepted,
            answer: None,
            reason: None,
            advice: None,
            joins: None,
        })
    }
}

fn kind(given: Option<&str>) -> Result<Kind, Refused> {
    let Some(word) = given else {
        return Ok(Kind::Help);
    };
    let known = KINDS.iter().find(|(kind, _, _)| kind.as_str() == word);
    let wrong = || Refused::bad("attribute[kind]", "see the service definition", "请参见服务定义");
    known.map(|(kind, _, _)| *kind).ok_or_else(wrong)
}

fn degrees(field: &str, given: Option<&str>) -> Result<Option<f64>, Refused> {
    let read = given.map(str::parse::<f64>).transpose();
    read.map_err(|_| Refused::bad(field, "must be degrees, such as 34.75", "须为度数，如 34.75"))
}

fn with_media(text: String, url: Option<&str>) -> Result<String, Refused> {
    let Some(url) = url else { return Ok(text) };
    let web = url.starts_with("https://") || url.starts_with("http://");
    if !web || url.chars().count() > URL_CHARS_MAX || url.contains(char::is_whitespace) {
        return Err(Refused::bad(
            "media_url",
            "must be an address of at most 500 characters",
            "须为不超过 500 个字符的网址",
        ));
    }
    Ok(format!("{text}\n{url}"))
}

/// Chinese names are written without a space, family name first.
fn caller(first: Option<String>, last: Option<String>, phone: Option<String>) -> Option<Caller> {
    let name = match (first, last) {
        (Some(first), Some(last)) if last.is_ascii() => Some(format!("{first} {last}")),
        (Some(first), Some(last)) => Some(format!("{last}{first}")),
        (first, last) => first.or(last),
    };
    (name.is_some() || phone.is_some()).then_some(Caller {
        name,
        phone,
        ..Caller::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(pairs: &[(&str, &str)]) -> Result<Draft, Refused> {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        PostedForm::read(&pairs)?.draft("M1", "路灯")
    }

    #[test]
    fn a_form_becomes_the_draft_of_a_complaint() {
        let draft = draft(&[
            ("lat", "34.75"),
            ("long", "113.6"),
            ("description", "不亮\n三天了"),
            ("first_name", "朔"),
            ("last_name", "闻人"),
            ("phone", "19900007037"),
            ("media_url", "https://pictures.example/1.jpg"),
            ("attribute[kind]", "grievance"),
            ("email", "a@example.org"),
        ])
        .unwrap();
        assert_eq!(draft.title, "路灯：不亮 三天了");
        assert_eq!(draft.text, "不亮\n三天了\nhttps://pictures.example/1.jpg");
        assert_eq!((draft.kind, draft.place.latitude), (Kind::Grievance, Some(34.75)));
        assert_eq!(draft.caller.unwrap().secrets(), ["闻人朔", "19900007037"]);
    }

    #[test]
    fn wrong_fields_are_refused_by_name() {
        for (name, value) in [
            ("lat", "north"),
            ("media_url", "file:///etc/passwd"),
            ("attribute[kind]", "rant"),
            ("attribute[confidential]", "perhaps"),
            ("attribute[colour]", "red"),
            ("description", "a\0b"),
        ] {
            let refused = format!("{:?}", draft(&[(name, value)]).unwrap_err());
            assert!(refused.contains(name), "{refused}");
        }
    }
}
