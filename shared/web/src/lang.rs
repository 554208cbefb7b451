//! The language of texts for people: Chinese or English, by `Accept-Language`.
use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, header};

/// The caller's language; English when nothing understood was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// 中文
    Zh,
}

impl Lang {
    /// Reads `Accept-Language` with its weights.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let accepted = headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok());
        let mut best = (0.0, Self::default());
        for item in accepted.unwrap_or_default().split(',') {
            let (tag, weight) = match item.split_once(";") {
                Some((tag, q)) => (tag, q.trim().strip_prefix("q=").and_then(|q| q.parse().ok())),
                None => (item, Some(1.0_f32)),
            };
            let lang = match tag.trim().to_ascii_lowercase().split('-').next() {
                Some("zh") => Self::Zh,
                Some("en" | "*") => Self::En,
                _ => continue,
            };
            let weight = weight.unwrap_or(0.0);
            if weight > best.0 {
                best = (weight, lang);
            }
        }
        best.1
    }

    /// The one of two texts that is in this language.
    #[must_use]
    pub fn pick<T>(self, en: T, zh: T) -> T {
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }

    /// The value of `Content-Language`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        self.pick("en", "zh")
    }
}

impl<S: Sync> FromRequestParts<S> for Lang {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::from_headers(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_known_language_wins() {
        for (accept, lang) in [
            ("", Lang::En),
            ("zh-CN,zh;q=0.9,en;q=0.8", Lang::Zh),
            ("en;q=0.5, zh-Hant;q=0.7", Lang::Zh),
            ("fr, en;q=0.2", Lang::En),
            ("zh;q=0", Lang::En),
            ("*", Lang::En),
            ("zh;q=x", Lang::En),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, accept.parse().unwrap());
            assert_eq!(Lang::from_headers(&headers), lang, "{accept}");
        }
    }
}
