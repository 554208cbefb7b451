//! One CSV file or sheet: headers checked, every row as wide as the header, every row with its line number.
use super::cells::Cells;
use super::{Expected, Faults, Files};
use csv::{ReaderBuilder, StringRecord};

/// A file that was read.
pub(super) struct Table {
    file: String,
    columns: &'static [&'static str],
    /// Position in the file of each of `columns`.
    positions: Vec<usize>,
    rows: Vec<(u64, StringRecord)>,
}

impl Table {
    /// Reads a file; an absent one has no rows (required files are checked elsewhere).
    pub fn read(
        files: &Files,
        file: &'static str,
        columns: &'static [&'static str],
        faults: &mut Faults,
    ) -> Self {
        let mut table = Self {
            file: file.to_owned(),
            columns,
            positions: Vec::new(),
            rows: Vec::new(),
        };
        if let Some(sheet) = files.sheet(file) {
            table.file.clone_from(&sheet.shown);
            let nothing = (0, StringRecord::new());
            let ((_, headers), rows) = sheet.rows.split_first().unwrap_or((&nothing, &[]));
            if table.place_columns(headers, faults) {
                table.rows = rows
                    .iter()
                    .map(|(line, row)| (*line, plain(row.clone())))
                    .collect();
            } else {
                faults.unread(file);
            }
            return table;
        }
        let Some(text) = files.get(file) else { return table };
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let headers = match reader.headers() {
            Ok(headers) => headers.clone(),
            Err(error) => {
                faults.add(file, Some(1), None, &error.to_string(), &Expected::Csv);
                faults.unread(file);
                return table;
            }
        };
        if !table.place_columns(&headers, faults) {
            faults.unread(file);
            return table;
        }
        for record in reader.records() {
            match record {
                Ok(record) => table.take(record, headers.len(), faults),
                Err(error) => {
                    let line = error.position().map(csv::Position::line);
                    faults.add(file, line, None, &error.to_string(), &Expected::Csv);
                }
            }
        }
        table
    }

    fn place_columns(&mut self, headers: &StringRecord, faults: &mut Faults) -> bool {
        let mut good = true;
        for (position, header) in headers.iter().enumerate() {
            let expected = if !self.columns.contains(&header) {
                Expected::KnownColumn(self.columns)
            } else if headers.iter().take(position).any(|before| before == header) {
                Expected::ColumnOnce
            } else {
                continue;
            };
            faults.add(&self.file, Some(1), Some(header), header, &expected);
            good = false;
        }
        for column in self.columns {
            match headers.iter().position(|header| header == *column) {
                Some(position) => self.positions.push(position),
                None => {
                    faults.add(&self.file, Some(1), Some(column), "", &Expected::Column(column));
                    good = false;
                }
            }
        }
        good
    }

    fn take(&mut self, record: StringRecord, width: usize, faults: &mut Faults) {
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() == width {
            self.rows.push((line, plain(record)));
        } else {
            let found = record.iter().collect::<Vec<_>>().join(",");
            faults.add(&self.file, Some(line), None, &found, &Expected::Fields(width));
        }
    }

    /// The rows, in the order of the file.
    pub fn rows(&self) -> impl Iterator<Item = Cells<'_>> {
        self.rows
            .iter()
            .map(|(line, record)| Cells::new(&self.file, *line, self.columns, &self.positions, record))
    }
}

/// Line breaks inside a field are one character, whatever program wrote them.
fn plain(record: StringRecord) -> StringRecord {
    if record.iter().any(|field| field.contains('\r')) {
        record
            .iter()
            .map(|field| field.replace("\r\n", "\n").replace('\r', "\n"))
            .collect()
    } else {
        record
    }
}
