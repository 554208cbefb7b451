//! From bytes to text. Cities send UTF-8, or what their spreadsheet program writes by default: GBK, which GB18030
//! contains.
use encoding_rs::GB18030;

/// The text, without a byte-order mark; `Err` has the first line that is neither UTF-8 nor GB18030, or holds a NUL, which no
/// database takes.
pub(super) fn decode(bytes: Vec<u8>) -> Result<String, u64> {
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        let before = bytes[..at].iter().filter(|byte| **byte == b'\n');
        return Err(before.count() as u64 + 1);
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_owned(),
            None => text,
        }),
        Err(error) => gb18030(error.as_bytes()),
    }
}

fn gb18030(bytes: &[u8]) -> Result<String, u64> {
    match GB18030.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok(text.into_owned()),
        None => Err(first_bad_line(bytes)),
    }
}

/// Lines end with the same byte in both encodings, which no multi-byte character contains.
fn first_bad_line(bytes: &[u8]) -> u64 {
    let bad = |line: &&[u8]| {
        std::str::from_utf8(line).is_err()
            && GB18030
                .decode_without_bom_handling_and_without_replacement(line)
                .is_none()
    };
    let lines = (1_u64..).zip(bytes.split(|byte| *byte == b'\n'));
    lines
        .filter(|(_, line)| bad(line))
        .map(|(number, _)| number)
        .next()
        .unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn both_encodings_give_the_same_text_and_others_are_refused_with_their_line() {
        let text = "编码,名称\n990102,映霞区㐀\n";
        let (gbk, _, lossy) = encoding_rs::GB18030.encode(text);
        assert!(!lossy);
        assert_eq!(decode(gbk.into_owned()).as_deref(), Ok(text));
        assert_eq!(
            decode(format!("\u{feff}{text}").into_bytes()).as_deref(),
            Ok(text)
        );
        assert_eq!(decode(b"a,b\n1,2\n\xff\xff,3\n".to_vec()), Err(3));
        assert_eq!(decode(b"a,b\n1,\0\n".to_vec()), Err(2));
    }
}
