//! A report as a spreadsheet: one sheet per table.
use super::views::ReportView;
use crate::domain::reports::Cell;
use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// Characters of the width of a column of names.
const WIDTH: f64 = 16.0;
/// Longest name of a sheet, in characters.
const SHEET_NAME_MAX: usize = 31;

/// The file.
pub(super) fn workbook(report: &ReportView) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let (bold, number) = (Format::new().set_bold(), Format::new().set_num_format("0.00"));
    for table in &report.tables {
        let sheet = book.add_worksheet();
        sheet.set_name(sheet_name(&table.title))?;
        sheet.write_with_format(0, 0, title(report), &bold)?;
        for (n, column) in (0_u16..).zip(&table.columns) {
            sheet.write_with_format(1, n, &column.title, &bold)?;
            sheet.set_column_width(n, WIDTH)?;
        }
        for (r, row) in (2_u32..).zip(&table.rows) {
            for (n, cell) in (0_u16..).zip(row) {
                match cell {
                    Cell::Text(text) => sheet.write(r, n, text)?,
                    Cell::Words(_, zh) => sheet.write(r, n, *zh)?,
                    Cell::Count(count) => sheet.write(r, n, *count as f64)?,
                    Cell::Number(value) => sheet.write_with_format(r, n, *value, &number)?,
                    Cell::Nothing => continue,
                };
            }
        }
        sheet.set_freeze_panes(2, 0)?;
    }
    book.save_to_buffer()
}

/// A title as the name of a sheet: at most 31 characters, none of those that spreadsheets refuse there.
fn sheet_name(title: &str) -> String {
    let kept = title
        .chars()
        .map(|c| if "[]:*?/\\".contains(c) { ' ' } else { c });
    kept.take(SHEET_NAME_MAX)
        .collect::<String>()
        .trim_matches(['\'', ' '])
        .to_owned()
}

/// Title with its days.
pub(super) fn title(report: &ReportView) -> String {
    if report.from == report.to {
        format!("{} {}", report.title, report.from)
    } else {
        format!("{} {} – {}", report.title, report.from, report.to)
    }
}
