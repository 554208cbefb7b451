//! Sheets of XLSX workbooks as tables. Numbers and dates are written as the CSV file of the same table writes them, so that
//! a pack gives the same snapshot from either.
use super::archive::{self, CELLS_MAX, TOO_MANY_CELLS};
use super::{Expected, Faults};
use calamine::{Data, DataRef, ExcelDateTime, Reader, Xlsx};
use chrono::{NaiveDateTime, Timelike};
use csv::StringRecord;
use std::collections::BTreeMap;
use std::io::Cursor;

/// A table as it stands in a sheet.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Sheet {
    /// File and sheet, for people.
    pub shown: String,
    /// Row number in the sheet, 1 = the first; the first row is the headers.
    pub rows: Vec<(u64, StringRecord)>,
}

/// Columns beyond this are a slip of the pen.
const COLUMNS_MAX: u32 = 256;
/// Characters of one cell: what spreadsheet programs themselves allow.
const CELL_CHARS_MAX: usize = 32_767;
/// Texts of all cells, in bytes: no more than the CSV file of the same table may have. Cells share a text in the file, but
/// each has its own here, so that a small file could come to more than a machine has.
const TEXT_BYTES_MAX: usize = 64 << 20;
const TOO_MUCH_TEXT: archive::Problem = (
    "a workbook whose cells have at most 64 MiB of text",
    "单元格文字合计不超过64 MiB的工作簿",
);
const TOO_LONG: archive::Problem = ("a cell of at most 32767 characters", "不超过32767个字符的单元格");
/// Columns of time and of days of the year, where a program turns `08:30` and `05-01` into dates of its own.
const TIMES: [&str; 2] = ["开始", "结束"];
const SEASONS: [&str; 2] = ["季节起", "季节止"];

type Rows = BTreeMap<u32, BTreeMap<u32, Data>>;

/// Every sheet that is not empty, by its name.
pub(super) fn read(file: &str, bytes: &[u8], faults: &mut Faults) -> Vec<(String, Sheet)> {
    let mut refuse = |(en, zh): archive::Problem, value: &str| {
        faults.add(file, None, None, value, &Expected::Rule(en, zh));
    };
    if let Err(problem) = archive::check(bytes) {
        refuse(problem, "");
        return Vec::new();
    }
    const BROKEN: archive::Problem = ("a workbook that can be read", "可读取的工作簿");
    let mut workbook = match Xlsx::new(Cursor::new(bytes)) {
        Ok(workbook) => workbook,
        Err(error) => {
            refuse(BROKEN, &error.to_string());
            return Vec::new();
        }
    };
    let mut sheets = Vec::new();
    let mut left = Left {
        cells: CELLS_MAX,
        text_bytes: TEXT_BYTES_MAX,
    };
    for name in workbook.sheet_names() {
        let shown = format!("{file}[{name}]");
        let mut whole = |(en, zh): archive::Problem| {
            faults.add(file, None, None, &name, &Expected::Rule(en, zh));
        };
        match cells(&mut workbook, &name, &mut left) {
            Ok(rows) if rows.is_empty() => {}
            Ok(rows) => {
                let rows = table(&shown, rows, faults);
                sheets.push((name, Sheet { shown, rows }));
            }
            Err(Trouble::TooMany) => whole(TOO_MANY_CELLS),
            Err(Trouble::TooMuchText) => whole(TOO_MUCH_TEXT),
            Err(Trouble::TooLong(line, begin)) => {
                let rule = Expected::Rule(TOO_LONG.0, TOO_LONG.1);
                faults.add(&shown, Some(line), None, &begin, &rule);
            }
            Err(Trouble::Broken(text)) => {
                let rule = Expected::Rule(BROKEN.0, BROKEN.1);
                faults.add(&shown, None, None, &text, &rule);
            }
        }
    }
    sheets
}

enum Trouble {
    TooMany,
    TooMuchText,
    /// The row, and how the text begins.
    TooLong(u64, String),
    Broken(String),
}

/// What a workbook may still have.
struct Left {
    cells: u64,
    text_bytes: usize,
}

impl Left {
    /// Pays for a cell before it is copied.
    fn take(&mut self, row: u32, value: &DataRef<'_>) -> Result<(), Trouble> {
        self.cells = self.cells.checked_sub(1).ok_or(Trouble::TooMany)?;
        let text = match value {
            DataRef::SharedString(text) => text,
            DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.as_str(),
            _ => return Ok(()),
        };
        if text.len() > CELL_CHARS_MAX && text.chars().count() > CELL_CHARS_MAX {
            let begin = text.chars().take(40).collect();
            return Err(Trouble::TooLong(u64::from(row) + 1, begin));
        }
        self.text_bytes = self
            .text_bytes
            .checked_sub(text.len())
            .ok_or(Trouble::TooMuchText)?;
        Ok(())
    }
}

/// The filled cells, one by one: a sheet with two cells far apart must not become a table as large as the space between.
fn cells(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str, left: &mut Left) -> Result<Rows, Trouble> {
    let broken = |error: calamine::XlsxError| Trouble::Broken(error.to_string());
    let mut reader = workbook.worksheet_cells_reader(name).map_err(broken)?;
    let mut rows = Rows::new();
    while let Some(cell) = reader.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        let value: &DataRef<'_> = cell.get_value();
        if matches!(value, DataRef::Empty) {
            continue;
        }
        left.take(row, value)?;
        rows.entry(row).or_default().insert(column, value.clone().into());
    }
    Ok(rows)
}

/// The first row is the headers; every other one is cut to their columns.
fn table(shown: &str, rows: Rows, faults: &mut Faults) -> Vec<(u64, StringRecord)> {
    let mut headers: Vec<(u32, String)> = Vec::new();
    let mut table = Vec::with_capacity(rows.len());
    for (row, cells) in rows {
        let line = u64::from(row) + 1;
        if headers.is_empty() {
            let texts = cells
                .iter()
                .map(|(column, cell)| (*column, text(cell, "").unwrap_or_default()));
            headers = texts
                .map(|(column, text)| (column, text.trim().to_owned()))
                .filter(|(column, text)| !text.is_empty() && *column < COLUMNS_MAX)
                .collect();
            if !headers.is_empty() {
                table.push((line, headers.iter().map(|(_, text)| text.as_str()).collect()));
            }
            continue;
        }
        let mut record = StringRecord::new();
        for (column, header) in &headers {
            match cells
                .get(column)
                .map_or(Ok(String::new()), |cell| text(cell, header))
            {
                Ok(text) => record.push_field(&text),
                Err(error) => {
                    let rule = Expected::Rule("a value, not an error of a formula", "值，而非公式错误");
                    faults.add(shown, Some(line), Some(header), &error, &rule);
                    record.push_field("");
                }
            }
        }
        for (_, cell) in cells
            .iter()
            .filter(|(column, _)| !headers.iter().any(|(known, _)| known == *column))
        {
            let value = text(cell, "").unwrap_or_default();
            if !value.trim().is_empty() {
                faults.add(shown, Some(line), None, &value, &Expected::Fields(headers.len()));
            }
        }
        if record.iter().any(|field| !field.trim().is_empty()) {
            table.push((line, record));
        }
    }
    table
}

/// A cell as the CSV file would have it; `Err` is the error that stands in it.
fn text(cell: &Data, header: &str) -> Result<String, String> {
    Ok(match cell {
        Data::String(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => decimal(*number),
        Data::Bool(true) => "是".to_owned(),
        Data::Bool(false) => "否".to_owned(),
        Data::DateTime(at) => date_or_time(at, header),
        Data::DateTimeIso(text) => text.strip_suffix("T00:00:00").unwrap_or(text).to_owned(),
        Data::DurationIso(text) => text.clone(),
        Data::Error(error) => return Err(error.to_string()),
        Data::Empty => String::new(),
    })
}

/// Codes such as 410105015 are kept as numbers by spreadsheets: no point, no exponent.
fn decimal(number: f64) -> String {
    const WHOLE_MAX: f64 = 1e15;
    if number.fract() == 0.0 && number.abs() < WHOLE_MAX {
        format!("{number:.0}")
    } else {
        number.to_string()
    }
}

fn date_or_time(at: &ExcelDateTime, header: &str) -> String {
    let days = at.as_f64();
    if TIMES.contains(&header) && (0.0..=1.0).contains(&days) {
        return minutes(days);
    }
    let Some(moment) = at.as_datetime() else {
        return decimal(days);
    };
    if SEASONS.contains(&header) {
        return moment.format("%m-%d").to_string();
    }
    if days < 1.0 {
        return minutes(days);
    }
    day(moment)
}

fn day(moment: NaiveDateTime) -> String {
    let format = if moment.num_seconds_from_midnight() == 0 {
        "%Y-%m-%d"
    } else {
        "%Y-%m-%dT%H:%M:%S"
    };
    moment.format(format).to_string()
}

/// A part of a day as `HH:MM`; the whole of it is `24:00`.
fn minutes(days: f64) -> String {
    const MINUTES_PER_DAY: f64 = 1_440.0;
    let minute = (days * MINUTES_PER_DAY).round();
    let hour = (minute / 60.0).floor();
    format!("{hour:02.0}:{:02.0}", minute - hour * 60.0)
}
