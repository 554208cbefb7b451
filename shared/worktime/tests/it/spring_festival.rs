//! Spring Festival 2026: off from Sunday 15 to Monday 23 February; the Saturdays 14 and 28 are worked.
use crate::samples::{check, office};
use contracts::terms::LimitUnit::{Hours, WorkingDays, WorkingHours};
use contracts::terms::StartRule::{Dispatch, NextWorkingDay, Signing};

#[test]
fn working_days() {
    check(
        &office(),
        &[
            (1, WorkingDays, Signing, "2026-02-13 16:00", "2026-02-14 17:00"),
            (1, WorkingDays, Signing, "2026-02-14 16:00", "2026-02-24 17:00"),
            (1, WorkingDays, Signing, "2026-02-20 12:00", "2026-02-24 17:00"),
            // 14, 24, 25, 26, 27 February; then the make-up Saturday; then Monday.
            (5, WorkingDays, Signing, "2026-02-13 10:00", "2026-02-27 17:00"),
            (6, WorkingDays, Signing, "2026-02-13 10:00", "2026-02-28 17:00"),
            (7, WorkingDays, Signing, "2026-02-13 10:00", "2026-03-02 17:00"),
            // 10–14, 24–28 February, 2–6 March.
            (15, WorkingDays, Signing, "2026-02-09 10:00", "2026-03-06 17:00"),
            (
                15,
                WorkingDays,
                NextWorkingDay,
                "2026-02-09 10:00",
                "2026-03-06 17:00",
            ),
        ],
    );
}

#[test]
fn hours() {
    check(
        &office(),
        &[
            (2, WorkingHours, Dispatch, "2026-02-14 16:00", "2026-02-24 10:00"),
            (2, WorkingHours, Dispatch, "2026-02-17 08:00", "2026-02-24 11:00"),
            (2, WorkingHours, Dispatch, "2026-02-28 16:30", "2026-03-02 10:30"),
            (24, Hours, Signing, "2026-02-16 20:00", "2026-02-17 20:00"),
        ],
    );
}

#[test]
fn new_year_with_a_make_up_sunday() {
    check(
        &office(),
        &[
            // 1–3 January off, Sunday 4 January is worked.
            (1, WorkingDays, Signing, "2025-12-31 10:00", "2026-01-04 17:00"),
            (2, WorkingDays, Signing, "2025-12-31 10:00", "2026-01-05 17:00"),
            (2, WorkingHours, Dispatch, "2025-12-31 16:00", "2026-01-04 10:00"),
        ],
    );
}
