//! Rounds of work with rests between them: the first after a pause begins at once, what comes during a rest gathers.
//!
//! A round of statements costs nearly the same for one command as for twenty. Without rests a busy worker takes
//! whatever has come in meanwhile, which is little, and spends the processor on rounds instead of on work. So a
//! worker rests at least as long as its last round took: the busier the machine, the longer the rounds, the larger
//! the batches.
use std::time::Duration;
use tokio::time::Instant;

/// Longest rest: a round that had to wait for something is no sign of a busy machine.
const REST_MAX: Duration = Duration::from_millis(100);

/// The beat of one worker.
#[derive(Debug)]
pub struct Pace {
    every: Duration,
    began: Instant,
    next: Instant,
}

impl Pace {
    /// Rounds begin at least `every` apart; zero means no rests at all.
    #[must_use]
    pub fn new(every: Duration) -> Self {
        let now = Instant::now();
        Self {
            every,
            began: now,
            next: now,
        }
    }

    /// Returns when the next round may begin: at once when the worker has rested long enough.
    pub async fn turn(&mut self) {
        if self.next > Instant::now() {
            tokio::time::sleep_until(self.next).await;
        }
        self.began = Instant::now();
        self.next = self.began + self.every;
    }

    /// To be called at the end of a round that left work behind: the next one begins at once.
    pub fn hurry(&mut self) {
        self.next = Instant::now();
    }

    /// To be called at the end of a round.
    pub fn rest(&mut self) {
        if !self.every.is_zero() {
            let now = Instant::now();
            self.next = self.next.max(now + (now - self.began).min(REST_MAX));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn round(pace: &mut Pace, work: Duration) -> Instant {
        pace.turn().await;
        let began = Instant::now();
        tokio::time::advance(work).await;
        pace.rest();
        began
    }

    #[tokio::test(start_paused = true)]
    async fn rounds_rest_as_long_as_they_took_within_limits() {
        let ms = Duration::from_millis;
        let mut pace = Pace::new(ms(20));
        let first = round(&mut pace, ms(5)).await;
        let second = round(&mut pace, ms(50)).await;
        assert_eq!(second - first, ms(20), "at least the beat");
        let third = round(&mut pace, ms(900)).await;
        assert_eq!(third - second, ms(100), "as long as the round took");
        let fourth = round(&mut pace, ms(1)).await;
        assert_eq!(fourth - third, ms(900) + REST_MAX, "never longer than the limit");
        pace.turn().await;
        let left_behind = Instant::now();
        pace.hurry();
        assert_eq!(round(&mut pace, ms(1)).await, left_behind, "work waits");
        tokio::time::advance(ms(500)).await;
        let after_a_pause = Instant::now();
        assert_eq!(round(&mut pace, ms(1)).await, after_a_pause);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_beat_there_are_no_rests() {
        let mut pace = Pace::new(Duration::ZERO);
        let first = round(&mut pace, Duration::from_millis(30)).await;
        assert_eq!(
            round(&mut pace, Duration::ZERO).await - first,
            Duration::from_millis(30)
        );
    }
}
