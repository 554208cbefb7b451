//! What may be attached: the content itself says what it is, whatever the sender claims.

/// Longest file name.
pub const NAME_CHARS_MAX: usize = 200;

/// A kind of content and how it is recognised: these bytes at this place.
struct Known {
    media_type: &'static str,
    at: usize,
    bytes: &'static [u8],
}

/// Every kind that can be recognised; the setting `service.attachments.types` chooses among them.
const KNOWN: [Known; 7] = [
    Known {
        media_type: "image/jpeg",
        at: 0,
        bytes: b"\xff\xd8\xff",
    },
    Known {
        media_type: "image/png",
        at: 0,
        bytes: b"\x89PNG\r\n\x1a\n",
    },
    Known {
        media_type: "image/webp",
        at: 8,
        bytes: b"WEBP",
    },
    Known {
        media_type: "application/pdf",
        at: 0,
        bytes: b"%PDF-",
    },
    Known {
        media_type: "video/mp4",
        at: 4,
        bytes: b"ftyp",
    },
    Known {
        media_type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        at: 0,
        bytes: b"PK\x03\x04",
    },
    Known {
        media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        at: 0,
        bytes: b"PK\x03\x04",
    },
];

/// True for a kind that can be recognised.
#[must_use]
pub fn is_known(media_type: &str) -> bool {
    KNOWN.iter().any(|known| known.media_type == media_type)
}

/// True when the content begins as the media type says.
#[must_use]
pub fn is(content: &[u8], media_type: &str) -> bool {
    KNOWN
        .iter()
        .filter(|known| known.media_type == media_type)
        .any(|known| {
            content
                .get(known.at..)
                .is_some_and(|rest| rest.starts_with(known.bytes))
        })
}

/// A file name without anything that a path or a header could stumble over; `None` when nothing is left of it.
#[must_use]
pub fn clean_name(given: &str) -> Option<String> {
    let name: String = given
        .trim()
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '/' | '\\' | '"'))
        .collect();
    let fits = !name.is_empty() && name.chars().count() <= NAME_CHARS_MAX && !name.starts_with('.');
    fits.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_must_be_what_it_is_said_to_be() {
        assert!(is(b"\xff\xd8\xff\xe0..", "image/jpeg"));
        assert!(is(b"\0\0\0\x18ftypmp42", "video/mp4"));
        for (content, said) in [
            (&b"<script>"[..], "image/png"),
            (b"", "application/pdf"),
            (b"%PDF-1.7", "image/jpeg"),
            (b"%PDF-1.7", "text/html"),
        ] {
            assert!(!is(content, said), "{said}");
        }
    }

    #[test]
    fn names_lose_what_is_no_name() {
        assert_eq!(clean_name(" 照片 1.jpg ").as_deref(), Some("照片 1.jpg"));
        assert_eq!(clean_name("a/b\\c\"\r\n.pdf").as_deref(), Some("abc.pdf"));
        for bad in ["", "  ", "../", ".bashrc", &"x".repeat(201)] {
            assert_eq!(clean_name(bad), None, "{bad}");
        }
    }
}
