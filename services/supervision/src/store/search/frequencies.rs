//! How frequent the words of a question are, as the statistics of the database know it, and which of them an index is asked
//! for: a word that is nearly everywhere takes the index long to read and says little.
use super::Search;
use db::{Conn, DbError};
use std::collections::HashMap;

/// So many places in the inverted index are read in the time that one order takes to be looked at.
const PLACES_PER_ORDER: f64 = 400.0;

/// Shares of the orders that have a word; words so rare that the statistics do not know them have 0.
#[derive(Debug, Default)]
pub(super) struct Frequencies {
    words: HashMap<String, f64>,
    led: HashMap<String, f64>,
    /// Orders in all.
    orders: f64,
}

impl Frequencies {
    /// Of the words of a question.
    pub(super) async fn of(conn: &mut Conn, wanted: &Search) -> Result<Self, DbError> {
        let rows = sqlx::query!(
            r#"select s.attname = 'words' as "is_word!", e.element as "word!", e.frequency::float8 as "frequency!"
               from pg_stats s,
                    unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) as e (element, frequency)
               where s.schemaname = current_schema() and s.tablename = 'order_search'
                 and (s.attname = 'words' and e.element = any($1) or s.attname = 'led' and e.element = any($2))"#,
            &wanted.words,
            &[&*wanted.led, &*wanted.matters].concat()
        )
        .fetch_all(&mut *conn)
        .await?;
        let orders = sqlx::query_scalar!(
            r#"select reltuples::float8 as "orders!" from pg_class where oid = 'order_search'::regclass"#
        )
        .fetch_one(conn)
        .await?;
        let mut known = Self {
            orders: orders.max(0.0),
            ..Self::default()
        };
        for row in rows {
            let of = if row.is_word {
                &mut known.words
            } else {
                &mut known.led
            };
            of.insert(row.word, row.frequency);
        }
        Ok(known)
    }

    /// Orders that have the rarest of the words; the matters are one word, since one of them is enough.
    pub(super) fn rarest(&self, wanted: &Search) -> f64 {
        self.shares(wanted).fold(1.0, f64::min) * self.orders
    }

    fn shares(&self, wanted: &Search) -> impl Iterator<Item = f64> {
        let words = wanted.words.iter().map(|word| share(&self.words, word));
        let led = wanted.led.iter().map(|word| share(&self.led, word));
        let matters: f64 = wanted.matters.iter().map(|word| share(&self.led, word)).sum();
        words
            .chain(led)
            .chain((!wanted.matters.is_empty()).then_some(matters))
    }

    /// Orders that have all the words, roughly: see [`Self::telling`] for how the shares are taken together.
    pub(super) fn expected(&self, wanted: &Search) -> f64 {
        let mut shares: Vec<f64> = self.shares(wanted).collect();
        shares.sort_by(f64::total_cmp);
        let (rarest, others) = shares.split_first().unwrap_or((&1.0, &[]));
        others
            .iter()
            .fold(rarest * self.orders, |left, share| left * share.sqrt())
    }

    /// So many of some orders have all the words, at most: as many as have the rarest.
    pub(super) fn among(&self, orders: f64, wanted: &Search) -> f64 {
        if self.orders > 0.0 {
            orders * self.rarest(wanted) / self.orders
        } else {
            orders
        }
    }

    /// The words that an index is asked for, the rarest first: as long as reading the places of one more costs less than
    /// looking at the orders that it rules out. Neighbouring pairs come together, so a word rules out less than its share
    /// says: its square root is reckoned with.
    pub(super) fn telling(&self, wanted: &Search) -> Telling {
        let words = wanted
            .words
            .iter()
            .map(|word| (share(&self.words, word), word, true));
        let led = wanted
            .led
            .iter()
            .map(|word| (share(&self.led, word), word, false));
        let mut by_share: Vec<(f64, &String, bool)> = words.chain(led).collect();
        by_share.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut telling = Telling::default();
        let mut left = self.orders;
        for (share, word, is_word) in by_share {
            let none_yet = telling.words.is_empty() && telling.led.is_empty();
            if !none_yet && share * self.orders > PLACES_PER_ORDER * left {
                break;
            }
            left *= if none_yet { share } else { share.sqrt() };
            let among = if is_word {
                &mut telling.words
            } else {
                &mut telling.led
            };
            among.push(word.clone());
        }
        telling
    }
}

/// Words that an index is asked for.
#[derive(Debug, Default)]
pub(super) struct Telling {
    /// Of `words`.
    pub(super) words: Vec<String>,
    /// Of `led`.
    pub(super) led: Vec<String>,
}

fn share(shares: &HashMap<String, f64>, word: &str) -> f64 {
    shares.get(word).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(shares: &[(&str, f64)]) -> Frequencies {
        Frequencies {
            words: shares
                .iter()
                .map(|(word, share)| ((*word).to_owned(), *share))
                .collect(),
            led: HashMap::from([("u:U-1".to_owned(), 0.001)]),
            orders: 5_000_000.0,
        }
    }

    fn asked(words: &[&str], led: &[&str]) -> Search {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Search {
            words: owned(words),
            led: owned(led),
            ..Search::default()
        }
    }

    #[test]
    fn what_is_nearly_everywhere_is_left_to_the_rows() {
        let frequencies = known(&[("类问", 0.73), ("37", 0.018), ("50", 0.017), ("0号", 0.1)]);
        let wanted = asked(&["类问", "37", "0号", "50"], &[]);
        let telling = frequencies.telling(&wanted);
        assert_eq!(telling.words, ["50", "37", "0号"]);
        assert!((frequencies.rarest(&wanted) - 85_000.0).abs() < 1.0);
        assert!((frequencies.among(3_000.0, &wanted) - 51.0).abs() < 0.01);
    }

    #[test]
    fn one_word_is_always_asked_for() {
        let frequencies = known(&[("类问", 0.73)]);
        assert_eq!(frequencies.telling(&asked(&["类问"], &[])).words, ["类问"]);
        let both = frequencies.telling(&asked(&["类问"], &["u:U-1"]));
        assert!(both.words.is_empty());
        assert_eq!(both.led, ["u:U-1"]);
    }

    #[test]
    fn words_that_nobody_knows_are_rare_and_an_empty_table_has_no_shares() {
        let wanted = asked(&["天坑"], &[]);
        assert!(known(&[]).rarest(&wanted).abs() < f64::EPSILON);
        assert!((Frequencies::default().among(3_000.0, &wanted) - 3_000.0).abs() < f64::EPSILON);
    }
}
