//! When does it happen? 昨晚十一点半, 凌晨两点, 半夜, 每天晚上, 23:40 … as a minute of the day.

/// A time that was said, and the words that said it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    /// Minute of the day.
    pub minute: u16,
    /// As it was said.
    pub words: String,
}

/// Part of the day: words, the hour that stands for it, and how hours 1 to 12 are to be read.
struct Part {
    words: &'static [&'static str],
    minute: u16,
    reading: Reading,
    /// Preferred when only parts of the day were said: the rarer one says more.
    rank: u8,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// As it stands: two is two in the morning.
    Morning,
    /// From noon on: two is fourteen.
    Afternoon,
    /// Six to eleven are in the evening, twelve is midnight, one to five are after it.
    Night,
}

const PARTS: [Part; 9] = [
    Part {
        words: &["后半夜", "下半夜", "凌晨", "通宵", "整夜", "整宿"],
        minute: 120,
        reading: Reading::Morning,
        rank: 4,
    },
    Part {
        words: &["半夜", "深夜", "三更"],
        minute: 30,
        reading: Reading::Night,
        rank: 4,
    },
    Part {
        words: &["夜里", "夜间", "连夜", "大晚上", "当夜"],
        minute: 1380,
        reading: Reading::Night,
        rank: 3,
    },
    Part {
        words: &["清晨", "一大早", "大清早", "天不亮"],
        minute: 360,
        reading: Reading::Morning,
        rank: 2,
    },
    Part {
        words: &["晚上", "昨晚", "今晚", "每晚", "当晚", "夜晚"],
        minute: 1230,
        reading: Reading::Night,
        rank: 2,
    },
    Part {
        words: &["傍晚"],
        minute: 1110,
        reading: Reading::Afternoon,
        rank: 2,
    },
    Part {
        words: &["中午", "正午", "午休"],
        minute: 750,
        reading: Reading::Afternoon,
        rank: 1,
    },
    Part {
        words: &["下午", "午后"],
        minute: 900,
        reading: Reading::Afternoon,
        rank: 1,
    },
    Part {
        words: &["早上", "早晨", "上午", "早起"],
        minute: 480,
        reading: Reading::Morning,
        rank: 1,
    },
];
/// So many characters may stand between a part of the day and its hour: 晚上都快十二点.
const BETWEEN_MAX: usize = 4;
const DAY: u16 = 24 * 60;

/// The time of the event: the first clock time with a part of the day, or written with digits; else the part of the
/// day that says most. `None` when no time was said.
#[must_use]
pub fn said(text: &str) -> Option<Said> {
    let chars: Vec<char> = text.chars().collect();
    let mut best: Option<(u8, Said)> = None;
    for at in 0..chars.len() {
        if let Some(clock) = digits(&chars, at) {
            return Some(clock);
        }
        let Some((part, length)) = part_at(&chars, at) else {
            continue;
        };
        if let Some(clock) = hour_after(&chars, at, at + length, part.reading) {
            return Some(clock);
        }
        if best.as_ref().is_none_or(|(rank, _)| part.rank > *rank) {
            let words = chars[at..at + length].iter().collect();
            best = Some((
                part.rank,
                Said {
                    minute: part.minute,
                    words,
                },
            ));
        }
    }
    best.map(|(_, said)| said)
}

fn part_at(chars: &[char], at: usize) -> Option<(&'static Part, usize)> {
    PARTS.iter().find_map(|part| {
        let word = part.words.iter().find(|word| starts(&chars[at..], word))?;
        Some((part, word.chars().count()))
    })
}

fn starts(chars: &[char], word: &str) -> bool {
    let mut rest = chars.iter();
    word.chars().all(|c| rest.next() == Some(&c))
}

/// `23:40` or `23：40`, not part of a longer number.
fn digits(chars: &[char], at: usize) -> Option<Said> {
    if at > 0 && chars[at - 1].is_ascii_digit() {
        return None;
    }
    let (hour, from) = number(chars, at).filter(|_| chars[at].is_ascii_digit())?;
    if !matches!(chars.get(from), Some(':' | '：')) {
        return None;
    }
    let (minute, end) = number(chars, from + 1).filter(|(_, end)| *end == from + 3)?;
    let fits = hour < 24 && minute < 60 && !chars.get(end).is_some_and(char::is_ascii_digit);
    fits.then(|| Said {
        minute: hour * 60 + minute,
        words: chars[at..end].iter().collect(),
    })
}

fn hour_after(chars: &[char], begin: usize, from: usize, reading: Reading) -> Option<Said> {
    let end = chars.len().min(from + BETWEEN_MAX + 1);
    let at = (from..end)
        .take_while(|at| !matches!(chars[*at], '，' | '。' | ',' | '；' | '！' | '？' | '、'))
        .find(|at| number(chars, *at).is_some())?;
    let nearly = chars[from..at].contains(&'快');
    let (hour, mark) = number(chars, at).filter(|(hour, _)| *hour <= 24)?;
    if !matches!(chars.get(mark), Some('点' | '时')) || is_a_little(chars, at, mark) {
        return None;
    }
    let (past, end) = match chars.get(mark + 1) {
        Some('半') => (30, mark + 2),
        Some('多') => (10, mark + 2),
        _ => match number(chars, mark + 1).filter(|(minute, _)| *minute < 60) {
            Some((minute, end)) => (minute, end),
            None => (0, mark + 1),
        },
    };
    let read = match (reading, hour) {
        (Reading::Morning, 12) => 0,
        (Reading::Afternoon, 1..=8) => hour + 12,
        (Reading::Night, 6..=11) => hour + 12,
        (Reading::Night, 12) => 24,
        _ => hour,
    };
    let before = if nearly { 10 } else { 0 };
    Some(Said {
        minute: (read * 60 + past + DAY - before) % DAY,
        words: chars[begin..end].iter().collect(),
    })
}

/// 一点 is "a little" unless something that belongs to a clock follows.
fn is_a_little(chars: &[char], at: usize, mark: usize) -> bool {
    let one = mark == at + 1 && chars[at] == '一';
    let clock = |c: &char| {
        matches!(
            c,
            '半' | '多' | '钟' | '左' | '，' | '。' | ',' | '还' | '才' | '就' | '开'
        )
    };
    one && !chars.get(mark + 1).is_some_and(clock)
}

/// A number in digits or Chinese below 100, and where it ends.
fn number(chars: &[char], at: usize) -> Option<(u16, usize)> {
    let digits = chars[at.min(chars.len())..]
        .iter()
        .take(3)
        .take_while(|c| c.is_ascii_digit());
    let digits: String = digits.collect();
    if !digits.is_empty() {
        return digits.parse().ok().map(|number| (number, at + digits.len()));
    }
    let mut value = None;
    let mut end = at;
    for c in chars.iter().skip(at).take(3) {
        let digit = match c {
            '零' | '〇' => 0,
            '一' => 1,
            '二' | '两' => 2,
            '三' => 3,
            '四' => 4,
            '五' => 5,
            '六' => 6,
            '七' => 7,
            '八' => 8,
            '九' => 9,
            '十' => {
                value = Some(value.unwrap_or(1) * 10);
                end += 1;
                continue;
            }
            _ => break,
        };
        value = Some(value.filter(|tens| tens % 10 == 0).unwrap_or(0) + digit);
        end += 1;
    }
    value.map(|value| (value, end))
}

#[cfg(test)]
mod tests {
    use super::said;

    #[test]
    fn times_of_an_event_are_read_as_they_are_said() {
        for (text, expected) in [
            ("昨晚十一点半还在打桩", Some((1410, "昨晚十一点半"))),
            ("凌晨两点有人敲门", Some((120, "凌晨两点"))),
            ("工地半夜还在浇筑", Some((30, "半夜"))),
            ("每天晚上跳舞", Some((1230, "晚上"))),
            ("晚上八点半了还在钻", Some((1230, "晚上八点半"))),
            ("连着四天夜里快十二点开始", Some((1430, "夜里快十二点"))),
            ("晚上十二点多才停", Some((10, "晚上十二点多"))),
            ("夜里10点45还在施工", Some((1365, "夜里10点45"))),
            ("拍到的时间是23:40", Some((1420, "23:40"))),
            ("下午三点钟开始", Some((900, "下午三点"))),
            ("中午十二点切割", Some((720, "中午十二点"))),
            ("早上五点多就轰隆隆", Some((310, "早上五点多"))),
            ("每天晚上吵，有时半夜也吵", Some((30, "半夜"))),
            ("晚上一点灯光都没有", Some((1230, "晚上"))),
            ("家里一点都不热", None),
            ("提了三点建议", None),
            ("工单号12:345", None),
            ("", None),
        ] {
            let read = said(text);
            let read = read.as_ref().map(|said| (said.minute, said.words.as_str()));
            assert_eq!(read, expected, "{text}");
        }
    }
}
