//! Numbers of residents' identity cards 身份证号, known by their check character.
use super::groups;

/// Weights of the first 17 digits of an identity number, and the last character for each remainder by 11
/// (GB 11643).
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const LAST: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];

/// Places of identity numbers: 18 characters whose last fits the others, so that an order number or a bank card
/// stays whole.
pub(super) fn spans(text: &str) -> Vec<(usize, usize)> {
    let whole = groups(text);
    let unbroken = whole.iter().filter(|group| matches!(group.digits.len(), 17 | 18));
    let spans = unbroken.filter_map(|group| {
        let mut number = group.digits.clone();
        let mut end = group.end;
        if number.len() == 17 {
            let last = text[group.end..].chars().next()?;
            number.push(match last {
                'x' | 'X' | 'ｘ' | 'Ｘ' => 'X',
                _ => return None,
            });
            end += last.len_utf8();
        }
        let digits = number.chars().zip(WEIGHTS);
        let sum: u32 = digits
            .map(|(digit, weight)| digit.to_digit(10).unwrap_or(0) * weight)
            .sum();
        number
            .ends_with(LAST[sum as usize % 11])
            .then_some((group.start, end))
    });
    spans.collect()
}
