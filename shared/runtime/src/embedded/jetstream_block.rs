//! Adds our lines to the `jetstream { … }` block of a nats-server configuration, or appends such a block.
//!
//! The server takes the last of two blocks and forgets the first, so appending a second one is not possible,
//! and `sync_interval` has no command-line flag.

/// `config` with `lines` as the first entries of its top-level jetstream block.
#[must_use]
pub fn extend(config: &str, lines: &str) -> String {
    match block_start(config) {
        Some(position) => {
            let (before, after) = config.split_at(position);
            format!("{before}\n{lines}\n{after}")
        }
        None => format!("{config}\njetstream {{\n{lines}\n}}\n"),
    }
}

/// The position after the `{` of the block that begins at depth 0 with the word `jetstream`. An account's
/// own `jetstream` entry lies deeper and does not count.
fn block_start(config: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut line_start = 0;
    for line in config.split_inclusive('\n') {
        let code = code_of(line);
        if depth == 0
            && code.trim_start().starts_with("jetstream")
            && let Some(brace) = code.find('{')
        {
            return Some(line_start + brace + 1);
        }
        depth = (depth + code.matches('{').count()).saturating_sub(code.matches('}').count());
        line_start += line.len();
    }
    None
}

/// `line` without its comment and with quoted text blanked, at the same positions. A comment begins with `#`
/// or `//` at the start of a word: subjects and addresses contain both.
fn code_of(line: &str) -> String {
    let mut code = String::with_capacity(line.len());
    let mut quote = None;
    for (at, c) in line.char_indices() {
        let word_begins = code.is_empty() || code.ends_with(char::is_whitespace);
        let comment_begins = line[at..].starts_with('#') || line[at..].starts_with("//");
        match quote {
            None if word_begins && comment_begins => break,
            None if c == '"' || c == '\'' => quote = Some(c),
            None => {
                code.push(c);
                continue;
            }
            Some(end) if c == end => quote = None,
            Some(_) => {}
        }
        code.extend(std::iter::repeat_n('_', c.len_utf8()));
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_block_is_appended() {
        assert_eq!(
            extend("max_payload: 1MB", "x: 1"),
            "max_payload: 1MB\njetstream {\nx: 1\n}\n"
        );
    }

    #[test]
    fn an_existing_block_is_extended() {
        let config = "# jetstream { not here }\njetstream: { max_file: 1G }\n";
        assert_eq!(
            extend(config, "x: 1"),
            "# jetstream { not here }\njetstream: {\nx: 1\n max_file: 1G }\n"
        );
    }

    #[test]
    fn braces_in_quotes_do_not_count() {
        let config = "authorization: { password: \"a{ü\", url: nats://x } // {\njetstream {}\n";
        assert_eq!(
            extend(config, "x: 1"),
            config.replace("jetstream {", "jetstream {\nx: 1\n")
        );
    }

    #[test]
    fn an_account_s_entry_is_not_the_block() {
        let config = "accounts {\n  APP {\n    jetstream { max_file: 1G }\n  }\n}\n";
        assert_eq!(
            extend(config, "x: 1"),
            format!("{config}\njetstream {{\nx: 1\n}}\n")
        );
    }
}
