//! Words that orders are found by. Chinese has no spaces, so a text is cut into pairs of neighbouring characters: whoever
//! looks for 路灯不亮 finds every title that has 路灯, 灯不 and 不亮.
use contracts::words::{Channel, Kind};

/// More pairs than this say nothing new about a title.
const PAIRS_MAX: usize = 200;

/// All pairs of neighbouring letters and digits of a text, lower case, each once. What stands between (spaces,
/// punctuation) parts runs; a run of one character is a word of its own.
#[must_use]
pub fn pairs(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut run: Vec<char> = Vec::new();
    let folded = text.chars().map(half_width).flat_map(char::to_lowercase);
    for c in folded.chain([' ']) {
        if c.is_alphanumeric() {
            run.push(c);
            continue;
        }
        match run.as_slice() {
            [] => {}
            [one] => found.push(one.to_string()),
            more => found.extend(more.windows(2).map(|pair| pair.iter().collect::<String>())),
        }
        run.clear();
    }
    found.sort_unstable();
    found.dedup();
    found.truncate(PAIRS_MAX);
    found
}

/// Ｆｕｌｌ ｗｉｄｔｈ letters and digits are the same as their plain forms.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    }
}

/// The word for a kind.
#[must_use]
pub fn kind(kind: Kind) -> String {
    format!("k:{kind}")
}

/// The word for a channel.
#[must_use]
pub fn channel(channel: Channel) -> String {
    format!("c:{channel}")
}

/// The word for a lead unit.
#[must_use]
pub fn unit(code: &str) -> String {
    format!("u:{code}")
}

/// The word for a matter.
#[must_use]
pub fn matter(code: &str) -> String {
    format!("m:{code}")
}

/// The word for a division.
#[must_use]
pub fn division(code: &str) -> String {
    format!("d:{code}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_its_pairs() {
        assert_eq!(pairs("路灯不亮"), ["不亮", "灯不", "路灯"]);
        assert_eq!(pairs("K12路，水"), ["12", "2路", "k1", "水"]);
        assert_eq!(pairs("ＡＢ  ab"), ["ab"]);
        assert_eq!(pairs("，。 "), Vec::<String>::new());
    }

    #[test]
    fn whoever_looks_for_a_part_finds_the_whole() {
        let whole = pairs("中山路 3 号路灯不亮，已两天");
        for part in ["路灯", "路灯不亮", "中山路", "两天"] {
            assert!(pairs(part).iter().all(|pair| whole.contains(pair)), "{part}");
        }
        assert!(!pairs("灯亮").iter().all(|pair| whole.contains(pair)));
    }

    #[test]
    fn no_pair_looks_like_a_word_of_a_list() {
        assert!(pairs("u:U-1 k:help").iter().all(|pair| !pair.contains(':')));
    }
}
