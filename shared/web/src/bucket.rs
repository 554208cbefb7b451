//! Token buckets, one per caller: `rate` requests per second with a burst of one second's worth.
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

/// Callers remembered at once; beyond it those who have been quiet are forgotten.
const CALLERS_MAX: usize = 10_000;

pub(crate) struct Buckets {
    rate_per_second: f64,
    callers: Mutex<HashMap<String, Bucket>>,
}

struct Bucket {
    tokens: f64,
    filled_at: Instant,
}

impl Buckets {
    pub(crate) fn new(rate_per_second_max: u32) -> Self {
        Self {
            rate_per_second: f64::from(rate_per_second_max),
            callers: Mutex::default(),
        }
    }

    /// Takes one token, or says after how many seconds there will be one.
    pub(crate) fn take(&self, caller: &str) -> Result<(), u64> {
        if self.rate_per_second == 0.0 {
            return Ok(());
        }
        let now = Instant::now();
        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        if callers.len() >= CALLERS_MAX && !callers.contains_key(caller) {
            callers.retain(|_, bucket| now.duration_since(bucket.filled_at).as_secs() < 2);
        }
        if callers.len() >= CALLERS_MAX && !callers.contains_key(caller) {
            return Err(1);
        }
        if !callers.contains_key(caller) {
            let full = Bucket {
                tokens: self.rate_per_second,
                filled_at: now,
            };
            callers.insert(caller.to_owned(), full);
        }
        let Some(bucket) = callers.get_mut(caller) else {
            return Ok(());
        };
        let gained = now.duration_since(bucket.filled_at).as_secs_f64() * self.rate_per_second;
        bucket.tokens = (bucket.tokens + gained).min(self.rate_per_second);
        bucket.filled_at = now;
        if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            return Ok(());
        }
        let mut secs = 1_u32;
        while f64::from(secs) * self.rate_per_second + bucket.tokens < 1.0 {
            secs += 1;
        }
        Err(u64::from(secs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn a_caller_has_a_burst_and_then_the_rate() {
        let buckets = Buckets::new(2);
        assert_eq!(
            [buckets.take("a"), buckets.take("a"), buckets.take("a")],
            [Ok(()), Ok(()), Err(1)]
        );
        assert_eq!(buckets.take("b"), Ok(()));
        tokio::time::advance(Duration::from_millis(500)).await;
        assert_eq!([buckets.take("a"), buckets.take("a")], [Ok(()), Err(1)]);
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(
            [buckets.take("a"), buckets.take("a"), buckets.take("a")],
            [Ok(()), Ok(()), Err(1)]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn memory_is_bounded_and_zero_means_no_limit() {
        let buckets = Buckets::new(1);
        for caller in 0..CALLERS_MAX {
            buckets.take(&caller.to_string()).unwrap();
        }
        assert_eq!(buckets.take("one more"), Err(1));
        tokio::time::advance(Duration::from_secs(3)).await;
        assert_eq!(buckets.take("one more"), Ok(()));
        let free = Buckets::new(0);
        assert!((0..1000).all(|_| free.take("a").is_ok()));
    }
}
