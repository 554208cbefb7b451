//! Names of places are taken out of a text before it is compared: a school's name on a building site says where, not what.
use crate::domain::codes::FastMap;

/// The names, by their first character, longest first.
#[derive(Clone, Debug, Default)]
pub struct PlaceNames(FastMap<u32, Vec<Box<str>>>);

impl PlaceNames {
    /// Indexes the names.
    #[must_use]
    pub fn new(names: &[String]) -> Self {
        let mut index: FastMap<u32, Vec<Box<str>>> = FastMap::default();
        for name in names {
            if let Some(first) = name.chars().next() {
                index
                    .entry(u32::from(first))
                    .or_default()
                    .push(Box::from(name.as_str()));
            }
        }
        index
            .values_mut()
            .for_each(|list| list.sort_by_key(|name| std::cmp::Reverse(name.len())));
        Self(index)
    }

    /// The text with a comma in place of every name; where one begins, the longest counts.
    #[must_use]
    pub fn taken_out(&self, text: &str) -> String {
        let mut kept = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let names = self.0.get(&u32::from(first)).map_or(&[][..], Vec::as_slice);
            match names.iter().find(|name| rest.starts_with(&***name)) {
                Some(name) => {
                    kept.push('，');
                    rest = &rest[name.len()..];
                }
                None => {
                    kept.push(first);
                    rest = &rest[first.len_utf8()..];
                }
            }
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::PlaceNames;

    #[test]
    fn the_longest_name_is_taken_out() {
        let names = PlaceNames::new(&["和平".to_owned(), "和平路小学".to_owned()]);
        assert_eq!(
            names.taken_out("和平路小学旁边的工地，和平那里"),
            "，旁边的工地，，那里"
        );
        assert_eq!(names.taken_out(""), "");
    }
}
