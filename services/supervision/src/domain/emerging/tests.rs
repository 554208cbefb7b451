//! Hand-checked counts, and a synthetic year with planted surges.
use super::*;
use crate::domain::policies;

fn policy() -> EmergingPolicy {
    policies::read(EmergingPolicy::DEFAULT).unwrap()
}

#[test]
fn tails_are_those_of_the_tables() {
    // Nearly Poisson with mean 2: P(X >= 6) = 0.01656; geometric (size 1) with mean 1: P(X >= 3) = 1/8.
    assert!((tail(6, 2.0, 2.000_001) - 0.016_56).abs() < 1e-4);
    assert!((tail(3, 1.0, 2.0) - 0.125).abs() < 1e-9);
    assert!(tail(1_000, 900.0, 901.0) < 0.01);
}

#[test]
fn ten_times_the_usual_stands_out_and_the_usual_does_not() {
    let history = [
        4, 5, 3, 4, 6, 2, 5, 4, 3, 5, 4, 4, 6, 3, 5, 4, 2, 4, 5, 3, 4, 4, 5, 6, 3, 4, 5,
    ];
    let found = surge(&history, 40, &policy()).unwrap();
    assert!((found.expected - 4.17).abs() < 0.02);
    assert_eq!(surge(&history, 9, &policy()), None);
    // What never came up before and comes six times in an hour.
    assert!(surge(&[0; 27], 6, &policy()).is_some());
    assert_eq!(surge(&[0; 27], 5, &policy()), None, "too few");
    assert_eq!(surge(&[], 50, &policy()), None, "no history, no judgement");
}

#[test]
fn a_history_that_varies_much_needs_more() {
    let calm = [10_u32; 27];
    let wild: Vec<u32> = (0..27).map(|n| if n % 3 == 0 { 30 } else { 0 }).collect();
    assert!(surge(&calm, 35, &policy()).is_some());
    assert_eq!(surge(&wild, 35, &policy()), None);
}

/// Numbers that look like chance and are the same every time (SplitMix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn poisson(&mut self, mean: f64) -> u32 {
        let (limit, mut product, mut n) = ((-mean).exp(), self.next(), 0);
        while product > limit {
            product *= self.next();
            n += 1;
        }
        n
    }
}

/// A year of 120 series: day and night, weekends, and days that vary by themselves by a quarter up or down. A surge is
/// six hours at six times the usual, planted by day in series that are not too rare.
#[test]
fn planted_surges_of_a_year_are_found_and_false_alarms_are_few() {
    let policy = policy();
    let mut chance = Chance(12_345);
    let (days, window) = (365_usize, (policy.history_days - policy.guard_days) as usize);
    let (mut planted, mut found, mut false_alarms, mut late) = (0, 0, 0, 0);
    for series in 0..120 {
        let base = 0.3 * f64::from(1 + series % 10);
        let mut counts = vec![[0_u32; 24]; days];
        let surges: Vec<usize> = if series % 10 >= 3 {
            vec![60 + series as usize % 30, 200, 320]
        } else {
            vec![]
        };
        for (day, hours) in counts.iter_mut().enumerate() {
            let of_day = (if day % 7 >= 5 { 0.7 } else { 1.0 }) * 0.5f64.mul_add(chance.next(), 0.75);
            for (hour, orders) in hours.iter_mut().enumerate() {
                let of_hour = if (8..20).contains(&hour) { 1.6 } else { 0.4 };
                let times = if surges.contains(&day) && (9..15).contains(&hour) {
                    6.0
                } else {
                    1.0
                };
                *orders = chance.poisson(base * of_day * of_hour * times);
            }
        }
        planted += surges.len();
        let mut quiet_until = 0;
        for day in policy.history_days as usize..days {
            for hour in 0..24 {
                let from = day - policy.history_days as usize;
                let history: Vec<u32> = counts[from..from + window]
                    .iter()
                    .map(|hours| hours[hour])
                    .collect();
                let told =
                    surge(&history, counts[day][hour], &policy).is_some() && day * 24 + hour >= quiet_until;
                if !told {
                    continue;
                }
                quiet_until = day * 24 + hour + policy.quiet_hours as usize;
                if surges.contains(&day) && (9..15).contains(&hour) {
                    found += 1;
                    late += usize::from(hour > 9);
                } else {
                    false_alarms += 1;
                }
            }
        }
    }
    let recall = f64::from(found) * 100.0 / planted as f64;
    eprintln!(
        "synthetic year, 120 series: {found} of {planted} surges found ({recall:.1} %), {late} of them not in their first hour, \
         {false_alarms} false alarms"
    );
    assert!(recall >= 90.0, "recall {recall}");
    assert!(false_alarms <= 6, "{false_alarms} false alarms in a year");
}
